"""Costs that wait: parked in one claim, taken up by a later one, paid once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders.agreements import an_active_agreement
from tests.builders.applications import owner_of
from tests.builders.claims import (
    CLAIMED_AT,
    a_complete_claim,
    a_cost,
    a_draft_claim,
    a_finance_officer,
    a_leg,
    a_submitted_claim,
    an_evidence,
    say_the_journey,
)
from tests.builders.rates import loaded_rates
from tests.builders.users import signed_in
from vouchers.claims.actions import checking, drafting, parking, travelling
from vouchers.claims.actions.checking import Finding
from vouchers.claims.queries import files as queries
from vouchers.claims.queries import parking as parked_costs
from vouchers.claims.rules.invoices import ClaimedAlready
from vouchers.claims.states import ClaimState
from vouchers.core.database import db
from vouchers.core.errors import NotFound, NotPermitted, RuleBroken
from vouchers.core.money import EUR, Money
from vouchers.documents.actions import KeptFile
from vouchers.documents.queries import list_documents_of
from vouchers.ledger.queries import left_on_voucher
from vouchers.letters.models import Letter

LATER = CLAIMED_AT + timedelta(days=1)
WHY = "The invoice is not paid yet."


def again(claim):
    return queries.get_claim(claim.id)


def a_claim_with_a_parked_cost(agreement, manager, *, parked=None, is_final=True):
    """The first of two costs is accepted (EUR 100), the second one waits; authorised."""
    first = a_cost(net=EUR("100"), vat=EUR("0"))
    claim = a_submitted_claim(agreement, first, parked or a_cost(net=EUR("50"), vat=EUR("0")), is_final=is_final)
    one, two = claim.costs
    found = [Finding(one.id, one.eligible), Finding(two.id, two.eligible, WHY, is_parked=True)]
    checking.verify_claim(claim, found, by=manager, at=LATER)
    checking.authorise_claim(again(claim), by=a_finance_officer(), at=LATER)
    return again(claim)


def complete(claim, owner):
    """Whatever else a claim of Meet & Greet needs."""
    plan = claim.agreement.application.instrument.plan
    for document in plan.claim_documents[1:]:
        drafting.attach_document(claim, document.code, an_evidence(), by=owner, at=LATER)
    drafting.save_report(again(claim), "We met again.", by=owner, at=LATER)


def test_a_parked_cost_is_neither_paid_nor_refused_and_keeps_the_voucher_open(agreement, manager, owner):
    claim = a_claim_with_a_parked_cost(agreement, manager)
    assert (claim.state, claim.grant, claim.is_final) == (ClaimState.AUTHORISED, EUR("100"), False)
    assert left_on_voucher(agreement.application.reference) == EUR("400")
    assert [line.deduction_reason for line in claim.parked] == [WHY]
    body = db.session.query(Letter).filter_by(occasion="claims/authorise").one().body
    assert "neither paid nor refused" in body
    assert WHY in body


def test_parking_needs_a_reason_and_something_that_is_paid(agreement, manager):
    claim = a_submitted_claim(agreement)
    (line,) = claim.costs
    for reason, says in (("", "waits for"), (WHY, "Nothing would be paid")):
        with pytest.raises(RuleBroken, match=says):
            checking.verify_claim(
                claim, [Finding(line.id, line.eligible, reason, is_parked=True)], by=manager, at=LATER
            )
    assert again(claim).costs[0].parked_at is None


def test_include_takes_a_parked_cost_up_with_its_evidence_and_it_is_paid_once(agreement, manager, owner):
    claim = a_claim_with_a_parked_cost(agreement, manager)
    (waiting,) = parked_costs.list_parked(agreement.id)
    second = a_draft_claim(agreement, at=LATER)
    line = parking.include_parked(second, waiting.id, by=owner, at=LATER)
    assert (line.root_id, line.eligible, line.accepted) == (waiting.id, EUR("50"), None)
    assert [one.id for one in list_documents_of("claim", second.id)] == [line.document_id]
    assert parked_costs.list_parked(agreement.id) == []
    with pytest.raises(NotFound):
        parking.include_parked(again(second), waiting.id, by=owner, at=LATER)

    complete(again(second), owner)
    drafting.submit_claim(again(second), by=owner, at=LATER)
    checking.verify_claim(again(second), [Finding(line.id, EUR("50"))], by=manager, at=LATER)
    checking.authorise_claim(again(second), by=a_finance_officer(), at=LATER)
    assert (again(second).grant, again(second).is_final) == (EUR("50"), True)
    assert left_on_voucher(agreement.application.reference) == EUR("0")
    assert again(claim).grant == EUR("100")


def test_include_takes_every_file_of_the_cost_along(agreement, manager, owner):
    claim = a_complete_claim(agreement, a_cost(net=EUR("100"), vat=EUR("0")), a_cost(net=EUR("50"), vat=EUR("0")))
    proof, second = an_evidence(), claim.costs[1]
    drafting.attach_document(claim, "tickets", proof, line_id=second.id, by=owner, at=CLAIMED_AT)
    drafting.submit_claim(again(claim), by=owner, at=CLAIMED_AT)
    one, two = again(claim).costs
    checking.verify_claim(
        again(claim),
        [Finding(one.id, EUR("100")), Finding(two.id, EUR("50"), WHY, is_parked=True)],
        by=manager,
        at=LATER,
    )
    checking.authorise_claim(again(claim), by=a_finance_officer(), at=LATER)
    later = a_draft_claim(agreement, at=LATER)
    line = parking.include_parked(later, two.id, by=owner, at=LATER)
    first, further = list_documents_of("claim", later.id)
    assert (line.document_id, further.part_id, further.sha256) == (first.id, line.id, proof.sha256)
    drafting.attach_document(again(later), "tickets", proof, line_id=line.id, by=owner, at=LATER)
    assert len(list_documents_of("claim", later.id)) == 2


def test_a_cost_may_be_parked_again_and_taken_up_by_a_third_claim(agreement, manager, owner):
    a_claim_with_a_parked_cost(agreement, manager)
    second = a_draft_claim(agreement, at=LATER)
    first = parked_costs.list_parked(agreement.id)[0]
    taken = parking.include_parked(second, first.id, by=owner, at=LATER)
    more = drafting.save_line(again(second), a_cost(net=EUR("20"), vat=EUR("0")), by=owner, at=LATER)
    purpose = agreement.application.instrument.plan.claim_documents[0].code
    drafting.attach_document(again(second), purpose, an_evidence(), line_id=more.id, by=owner, at=LATER)
    say_the_journey(again(second), more, by=owner, at=LATER)
    complete(again(second), owner)
    drafting.submit_claim(again(second), by=owner, at=LATER)
    found = [Finding(taken.id, EUR("50"), WHY, is_parked=True), Finding(more.id, EUR("20"))]
    checking.verify_claim(again(second), found, by=manager, at=LATER)
    checking.authorise_claim(again(second), by=a_finance_officer(), at=LATER)

    assert [line.id for line in parked_costs.list_parked(agreement.id)] == [taken.id]
    third = a_draft_claim(agreement, at=LATER)
    last = parking.include_parked(third, taken.id, by=owner, at=LATER)
    assert last.root_id == first.id
    complete(again(third), owner)
    drafting.submit_claim(again(third), by=owner, at=LATER)
    assert again(third).state == ClaimState.SUBMITTED


def test_a_parked_invoice_stays_claimed_for_everybody_else(agreement, manager):
    cost = a_cost(net=EUR("50"), vat=EUR("0"))
    a_claim_with_a_parked_cost(agreement, manager, parked=cost)
    other = a_draft_claim(an_active_agreement("MG", "NL-GE"))
    with pytest.raises(ClaimedAlready):
        drafting.save_line(other, cost, by=owner_of(other.agreement.application), at=LATER)
    second = a_draft_claim(agreement, at=LATER)
    with pytest.raises(ClaimedAlready):  # it is taken in, not typed anew
        drafting.save_line(second, cost, by=owner_of(agreement.application), at=LATER)


def test_what_was_taken_in_is_not_changed_but_can_be_taken_out_again(agreement, manager, owner):
    a_claim_with_a_parked_cost(agreement, manager)
    second = a_draft_claim(agreement, at=LATER)
    line = parking.include_parked(second, parked_costs.list_parked(agreement.id)[0].id, by=owner, at=LATER)
    with pytest.raises(RuleBroken, match="earlier claim"):
        drafting.save_line(again(second), a_cost(), line_id=line.id, by=owner, at=LATER)
    drafting.remove_line(again(second), line.id, by=owner, at=LATER)
    assert len(parked_costs.list_parked(agreement.id)) == 1


def test_a_parked_cost_keeps_its_frozen_rate(agreement, manager, owner):
    loaded_rates()
    pounds = a_cost(net=Money(10_000, "GBP"), vat=Money(0, "GBP"))
    a_claim_with_a_parked_cost(agreement, manager, parked=pounds)
    second = a_draft_claim(agreement, at=LATER)
    line = parking.include_parked(second, parked_costs.list_parked(agreement.id)[0].id, by=owner, at=LATER)
    assert (line.net, line.eligible, line.is_rate_final) == (Money(10_000, "GBP"), EUR("115.58"), True)


def test_include_is_for_the_company(agreement, manager):
    a_claim_with_a_parked_cost(agreement, manager)
    second = a_draft_claim(agreement, at=LATER)
    with pytest.raises(NotPermitted):
        parking.include_parked(second, parked_costs.list_parked(agreement.id)[0].id, by=manager, at=LATER)


def test_reopen_forgets_what_was_parked(agreement, manager):
    claim = a_submitted_claim(agreement, a_cost(net=EUR("100"), vat=EUR("0")), a_cost(net=EUR("9"), vat=EUR("0")))
    one, two = claim.costs
    found = [Finding(one.id, one.eligible), Finding(two.id, two.eligible, WHY, is_parked=True)]
    checking.verify_claim(claim, found, by=manager, at=LATER)
    checking.reopen_claim(again(claim), "Why wait?", by=a_finance_officer(), at=LATER)
    assert again(claim).parked == []
    assert queries.sums(again(claim)).eligible == EUR("109")


def test_the_pages_of_a_parked_cost(client, clock, agreement, manager, owner):
    clock.stop(LATER)
    claim = a_submitted_claim(agreement, a_cost(net=EUR("100"), vat=EUR("0")), a_cost(net=EUR("9"), vat=EUR("0")))
    one, two = claim.costs
    desk, own = signed_in(client, manager), f"/claims/{claim.id}"
    sent = {f"accepted_{one.id}": "100", f"accepted_{two.id}": "9", f"park_{two.id}": "yes"}
    sent |= dict.fromkeys(("is_done", "is_proven", "is_needed"), "yes")
    refused = desk.post(f"{own}/verify", data=sent)
    assert refused.status_code == 422
    assert "Say what this cost waits for" in refused.text
    assert desk.post(f"{own}/verify", data=sent | {f"reason_{two.id}": WHY}).status_code == 303
    assert "Parked" in desk.get(own).text
    checking.authorise_claim(again(claim), by=a_finance_officer(), at=LATER)

    second = a_draft_claim(agreement, at=LATER)
    sme, mine = signed_in(client, owner), f"/claims/{second.id}"
    assert WHY in sme.get(mine).text
    assert sme.post(f"{mine}/parked/{two.id}").status_code == 303
    assert "From an earlier claim" in sme.get(mine).text
    assert sme.post(f"{mine}/parked/{two.id}").status_code == 404


def a_taken_cost(agreement, manager, owner):
    """A claim into which a parked cost was taken, the cost, and its evidence."""
    a_claim_with_a_parked_cost(agreement, manager)
    second = a_draft_claim(agreement, at=LATER)
    line = parking.include_parked(second, parked_costs.list_parked(agreement.id)[0].id, by=owner, at=LATER)
    return again(second), line, list_documents_of("claim", second.id)[0]


def test_the_evidence_of_a_cost_that_was_taken_in_is_neither_removed_nor_replaced(agreement, manager, owner):
    claim, _line, ticket = a_taken_cost(agreement, manager, owner)
    with pytest.raises(RuleBroken, match="came with a cost from an earlier claim"):
        drafting.detach_document(claim, ticket.id, by=owner, at=LATER)
    with pytest.raises(RuleBroken, match="came with a cost from an earlier claim") as refused:
        drafting.attach_document(again(claim), "tickets", an_evidence(), replaces=ticket.id, by=owner, at=LATER)
    assert refused.value.field == "replaces"
    assert [one.id for one in list_documents_of("claim", claim.id)] == [ticket.id]
    assert again(claim).costs[0].document_id == ticket.id


def test_a_further_file_is_added_to_a_cost_that_was_taken_in_and_goes_again(agreement, manager, owner):
    claim, line, ticket = a_taken_cost(agreement, manager, owner)
    proof = drafting.attach_document(claim, "tickets", an_evidence(), line_id=line.id, by=owner, at=LATER)
    assert (proof.part_id, list(parked_costs.map_kept_files(again(claim)))) == (line.id, [ticket.id])
    better = drafting.attach_document(
        again(claim), "tickets", an_evidence(), line_id=line.id, replaces=proof.id, by=owner, at=LATER
    )
    drafting.detach_document(again(claim), better.id, by=owner, at=LATER)
    assert [one.id for one in list_documents_of("claim", claim.id)] == [ticket.id]


def test_a_file_goes_once_the_cost_with_which_it_came_is_taken_out(agreement, manager, owner):
    claim, line, ticket = a_taken_cost(agreement, manager, owner)
    own = drafting.save_line(claim, a_cost(net=EUR("20"), vat=EUR("0")), by=owner, at=LATER)
    drafting.attach_document(again(claim), ticket.purpose, as_kept(ticket), line_id=own.id, by=owner, at=LATER)
    drafting.remove_line(again(claim), line.id, by=owner, at=LATER)
    assert [one.id for one in list_documents_of("claim", claim.id)] == [ticket.id]
    assert parked_costs.map_kept_files(again(claim)) == {}
    drafting.detach_document(again(claim), ticket.id, by=owner, at=LATER)
    assert list_documents_of("claim", claim.id) == []


def as_kept(document):
    return KeptFile(document.filename, document.media_type, document.size, document.sha256, document.scan_state)


def test_the_journeys_of_a_cost_that_was_taken_in_stay(agreement, manager, owner):
    claim, line, _ticket = a_taken_cost(agreement, manager, owner)
    (journey,) = again(claim).costs[0].itinerary
    with pytest.raises(RuleBroken, match="handed in with an earlier claim"):
        travelling.remove_journey(claim, journey.id, by=owner, at=LATER)
    with pytest.raises(RuleBroken, match="handed in with an earlier claim"):
        travelling.save_journey(again(claim), line.id, a_leg(), by=owner, at=LATER)
    assert [one.id for one in again(claim).costs[0].itinerary] == [journey.id]


def test_no_page_offers_to_change_what_was_taken_in(client, clock, agreement, manager, owner):
    clock.stop(LATER)
    claim, line, ticket = a_taken_cost(agreement, manager, owner)
    sme, own = signed_in(client, owner), f"/claims/{claim.id}"
    page = sme.get(own).text
    for gone in (f"/documents/{ticket.id}/remove", f"/costs/{line.id}/journeys", "/journeys/"):
        assert gone not in page
    assert f"{own}/evidence?line={line.id}" in page
    assert f'value="{ticket.id}"' not in sme.get(f"{own}/evidence").text
    for answer in (sme.get(f"{own}/documents/{ticket.id}/remove"), sme.post(f"{own}/documents/{ticket.id}/remove")):
        assert answer.status_code in (409, 422)
        assert "came with a cost from an earlier claim" in answer.text
