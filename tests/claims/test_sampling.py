"""A sample in place of every cost: drawn once, by a seed, and given up at the first error."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.builders.agreements import a_manager, an_active_agreement
from tests.builders.applications import owner_of
from tests.builders.claims import CLAIMED_AT, a_complete_claim, a_cost, a_submitted_claim, all_accepted, an_evidence
from tests.builders.programmes import IN2_FILE, a_programme, in2
from tests.builders.users import signed_in
from vouchers.claims.actions import checking, drafting, sampling
from vouchers.claims.actions.checking import Finding
from vouchers.claims.queries import files as queries
from vouchers.claims.rules.sampling import draw_sample, why_no_sample
from vouchers.claims.states import ClaimState, CostError
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.core.money import EUR
from vouchers.programmes.rules.instrument_plan import SampleRule

TENTH = SampleRule(min_costs=10, part=Decimal("0.1"), least=2)
LATER = CLAIMED_AT + timedelta(days=1)
WHY = "Six tickets of one journey."
CLAIM_BLOCK = """    prior_approval: yes
    claim:
      checks:
        - {code: publicity, text: "The emblem of the Union is shown.", hint: "On the slides."}
      sample: {min_costs: 4, part: 50 %, least: 2, above: 90}
"""


def a_sampling_programme():
    """Meet & Greet whose claims may be checked by a sample, with a point of its own on the checklist."""
    text, old = IN2_FILE.read_text(encoding="utf-8"), "    prior_approval: yes\n"
    assert old in text
    a_programme(text.replace(old, CLAIM_BLOCK, 1))


def six_costs():
    """One large, five small."""
    return [a_cost(net=EUR(str(net)), vat=EUR("0")) for net in (95, 10, 20, 30, 40, 50)]


@pytest.fixture
def claim(app):
    a_sampling_programme()
    return a_submitted_claim(an_active_agreement("MG"), *six_costs())


@pytest.fixture
def manager(claim):
    return a_manager()


def again(claim):
    return queries.get_claim(claim.id)


# --- the draw ---------------------------------------------------------------------------------------------------------


def test_the_draw_is_the_one_that_anybody_reckons():
    amounts = [EUR(str(net)) for net in (95, 10, 20, 30, 40, 50)]
    drawn = draw_sample(amounts, SampleRule(4, Decimal("0.5"), 2, EUR("90")), "seed")
    by_hash = sorted(range(2, 7), key=lambda number: hashlib.sha256(f"seed:{number}".encode()).hexdigest())
    assert drawn == sorted([1, *by_hash[:3]])  # half of five, rounded up, beside the large one


@pytest.mark.parametrize(
    ("count", "part", "least", "drawn"), [(10, "0.3", 1, 3), (10, "0.31", 1, 4), (10, "0.1", 5, 5), (3, "0.5", 9, 3)]
)
def test_the_size_is_the_part_rounded_up_and_the_least(count, part, least, drawn):
    rule = SampleRule(2, Decimal(part), least)
    assert len(draw_sample([EUR("10")] * count, rule, "x")) == drawn


def test_another_seed_draws_others():
    rule = SampleRule(2, Decimal("0.2"), 1)
    draws = {tuple(draw_sample([EUR("10")] * 20, rule, str(seed))) for seed in range(20)}
    assert len(draws) > 15


# --- the steps --------------------------------------------------------------------------------------------------------


def test_sample_is_drawn_with_its_reason_and_verified_by_what_was_drawn(claim, manager):
    sampling.sample_claim(claim, WHY, by=manager, at=LATER)
    claim = again(claim)
    assert (len(claim.sample_seed), claim.sample_reason) == (32, WHY)
    drawn = [line for line in claim.costs if line.is_sampled]
    assert len(drawn) == 4
    assert claim.costs[0].is_sampled  # the large one

    checking.verify_claim(claim, [Finding(line.id, line.eligible) for line in drawn], by=manager, at=LATER)
    claim = again(claim)
    assert (claim.state, claim.grant) == (ClaimState.VERIFIED, EUR("245"))
    assert [one["is_looked_at"] for one in claim.findings] == [line.is_sampled for line in claim.costs]


def test_no_sample_leaves_out_what_the_office_points_at(manager, client, clock):
    agreement = an_active_agreement("MG")
    names = ("One", "Another", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth")
    # the first two may be one invoice; the last two have one file
    numbers = ("118", "118", "21", "22", "23", "24", "25", "26")
    costs = [a_cost(supplier=name, invoice_number=number) for name, number in zip(names, numbers, strict=True)]
    claim = a_complete_claim(agreement, *[replace(cost, net=EUR("20"), vat=EUR("0")) for cost in costs])
    owner, kept = owner_of(agreement.application), an_evidence()
    for line in claim.costs[-2:]:
        drafting.attach_document(claim, "tickets", kept, line_id=line.id, by=owner, at=CLAIMED_AT)
    drafting.submit_claim(again(claim), by=owner, at=CLAIMED_AT)
    sampling.sample_claim(again(claim), WHY, by=manager, at=LATER)
    claim = again(claim)
    drawn = {claim.costs[number - 1].id for number in _drawn_again(claim)}
    pointed_at = {claim.costs[number].id for number in (0, 1, 6, 7)}
    assert {line.id for line in claim.costs if line.is_sampled} == drawn | pointed_at

    # what comes to light after the draw is looked at as well
    left_out = next(line for line in claim.costs if not line.is_sampled)
    twin = a_cost(supplier="Someone", invoice_number=left_out.invoice_number, net=EUR("20"), vat=EUR("0"))
    a_submitted_claim(an_active_agreement("MG"), twin)
    clock.stop(LATER)
    desk = signed_in(client, manager)
    assert f'name="accepted_{left_out.id}"' in desk.get(f"/claims/{claim.id}/verify").text
    seen = [Finding(line.id, line.eligible) for line in claim.costs if line.is_sampled]
    with pytest.raises(RuleBroken, match="each cost"):
        checking.verify_claim(again(claim), seen, by=manager, at=LATER)
    seen.append(Finding(left_out.id, left_out.eligible))
    checking.verify_claim(again(claim), seen, by=manager, at=LATER)
    looked_at = {one["line"] for one in again(claim).findings if one["is_looked_at"]}
    assert looked_at == {finding.line_id for finding in seen}
    page = desk.get(f"/claims/{claim.id}").text
    assert (page.count(">In the sample<"), page.count(">Not in the sample<")) == (len(seen), 8 - len(seen))


def _drawn_again(claim):
    rule = claim.agreement.application.instrument.plan.claim.sample
    return draw_sample([line.eligible for line in claim.costs], rule, claim.sample_seed)


def test_an_error_in_the_sample_asks_for_every_cost(claim, manager):
    sampling.sample_claim(claim, WHY, by=manager, at=LATER)
    found = all_accepted(again(claim))
    found[0] = Finding(found[0].line_id, EUR("90"), "First class.", CostError.INELIGIBLE)
    with pytest.raises(RuleBroken, match="every cost must be checked"):
        checking.verify_claim(again(claim), found, by=manager, at=LATER)
    assert again(claim).costs[0].accepted is None

    sampling.check_claim_fully(again(claim), "An error was found.", by=manager, at=LATER)
    checking.verify_claim(again(claim), found, by=manager, at=LATER)
    claim = again(claim)
    assert (claim.is_sampled, claim.sample_reason, claim.grant) == (False, "An error was found.", EUR("240"))
    assert claim.costs[0].error is CostError.INELIGIBLE


def test_sample_is_drawn_once(claim, manager):
    sampling.sample_claim(claim, WHY, by=manager, at=LATER)
    with pytest.raises(WrongState, match="drawn before"):
        sampling.sample_claim(again(claim), WHY, by=manager, at=LATER)
    sampling.check_claim_fully(again(claim), "I would rather see all.", by=manager, at=LATER)
    with pytest.raises(WrongState, match="drawn before"):
        sampling.sample_claim(again(claim), WHY, by=manager, at=LATER)
    with pytest.raises(RuleBroken, match="already"):
        sampling.check_claim_fully(again(claim), "Once more.", by=manager, at=LATER)


def test_a_claim_that_comes_back_is_checked_in_full(claim, manager):
    sampling.sample_claim(claim, WHY, by=manager, at=LATER)
    checking.send_back_claim(again(claim), "Which train?", by=manager, at=LATER)
    owner = owner_of(claim.agreement.application)
    drafting.submit_claim(again(claim), answer="The 8.15.", by=owner, at=LATER)
    assert not again(claim).is_sampled
    assert not any(line.is_sampled for line in again(claim).costs)


def test_no_sample_is_drawn_once_a_claim_went_back(client, clock, claim, manager):
    clock.stop(LATER)
    desk, own = signed_in(client, manager), f"/claims/{claim.id}"
    checking.send_back_claim(claim, "Which train?", by=manager, at=LATER)
    drafting.submit_claim(again(claim), answer="The 8.15.", by=owner_of(claim.agreement.application), at=LATER)
    with pytest.raises(RuleBroken, match="went back to the company with a question"):
        sampling.sample_claim(again(claim), WHY, by=manager, at=LATER)
    assert not again(claim).is_sampled
    page = desk.get(f"{own}/verify").text
    assert (f"{own}/sample" in page, "went back to the company with a question" in page) == (False, True)
    page = desk.get(f"{own}/sample").text
    assert ('name="reason"' in page, "went back to the company with a question" in page) == (False, True)
    assert desk.post(f"{own}/sample", data={"reason": WHY}).status_code == 422


@pytest.mark.parametrize(
    ("rule", "costs", "went_back", "says"),
    [
        (None, 50, False, "has no rule for samples"),
        (TENTH, 9, False, "from 10 costs on"),
        (TENTH, 10, True, "went back to the company"),
        (TENTH, 10, False, None),
    ],
)
def test_where_no_sample_is_possible_it_is_said_why(rule, costs, went_back, says):
    told = why_no_sample(rule, costs, went_back=went_back)
    assert (told is None) == (says is None)
    assert says is None or says in str(told)


def test_the_page_of_a_claim_without_a_sample_says_why_and_asks_nothing(client, app):
    in2()
    claim = a_submitted_claim(an_active_agreement("MG"), *six_costs())
    desk = signed_in(client, a_manager())
    page = desk.get(f"/claims/{claim.id}/sample").text
    assert ('name="reason"' in page, "has no rule for samples" in page) == (False, True)
    assert f"/claims/{claim.id}/sample" not in desk.get(f"/claims/{claim.id}/verify").text


def test_sample_and_check_fully_are_for_officers_of_the_region(claim, manager):
    for person in (owner_of(claim.agreement.application), a_manager("NL-GE")):
        with pytest.raises(NotPermitted):
            sampling.sample_claim(claim, WHY, by=person, at=LATER)
        with pytest.raises(NotPermitted):
            sampling.check_claim_fully(claim, WHY, by=person, at=LATER)


def test_few_costs_and_instruments_without_a_rule_are_checked_in_full(claim, manager):
    small = a_submitted_claim(an_active_agreement("MG"))
    with pytest.raises(RuleBroken, match="from 4 costs on"):
        sampling.sample_claim(small, WHY, by=manager, at=LATER)


def test_without_a_rule_no_sample_is_drawn(app):
    in2()
    claim = a_submitted_claim(an_active_agreement("MG"), *six_costs())
    with pytest.raises(RuleBroken, match="no rule for samples"):
        sampling.sample_claim(claim, WHY, by=a_manager(), at=LATER)


# --- pages ------------------------------------------------------------------------------------------------------------


def test_the_pages_of_a_sample_and_of_a_checklist_of_its_own(client, clock, claim, manager):
    clock.stop(LATER)
    desk, own = signed_in(client, manager), f"/claims/{claim.id}"
    assert f"{own}/sample" in desk.get(f"{own}/verify").text
    assert "50" in desk.get(f"{own}/sample").text
    assert desk.post(f"{own}/sample", data={"reason": ""}).status_code == 422
    drawn = desk.post(f"{own}/sample", data={"reason": WHY})
    assert (drawn.status_code, drawn.location) == (303, f"{own}/verify")
    page = desk.get(f"{own}/verify").text
    claim = again(claim)
    assert claim.sample_seed in page
    assert "The emblem of the Union is shown." in page
    asked = {line.id for line in claim.costs if f'name="accepted_{line.id}"' in page}
    assert asked == {line.id for line in claim.costs if line.is_sampled}

    sent = {f"accepted_{number}": queries.get_line(claim, number).eligible.plain for number in asked}
    sent |= dict.fromkeys(("is_done", "is_proven", "is_needed"), "yes") | {"note_is_done": "Read it."}
    answer = desk.post(f"{own}/verify", data=sent)
    assert answer.status_code == 422
    assert "tick the box" in answer.text
    assert desk.post(f"{own}/verify", data=sent | {"check_publicity": "yes"}).status_code == 303
    assert [(one["code"], one["note"]) for one in again(claim).checks] == [
        ("is_done", "Read it."), ("is_proven", ""), ("is_needed", ""), ("check_publicity", ""),
    ]  # fmt: skip
    page = desk.get(own).text
    assert "Read it." in page
    assert WHY in page


def test_a_sample_is_given_up_on_its_page(client, clock, claim, manager):
    clock.stop(LATER)
    sampling.sample_claim(claim, WHY, by=manager, at=LATER)
    desk, own = signed_in(client, manager), f"/claims/{claim.id}"
    assert desk.post(f"{own}/sample", data={"reason": WHY}).status_code == 409
    assert desk.post(f"{own}/check-fully", data={"reason": ""}).status_code == 422
    assert desk.post(f"{own}/check-fully", data={"reason": "An error."}).status_code == 303
    refused = desk.post(f"{own}/check-fully", data={"reason": "Again."})
    assert refused.status_code == 422
    assert "already" in refused.text
