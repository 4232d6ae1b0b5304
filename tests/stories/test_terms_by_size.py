"""One voucher that pays a small company more than a medium-sized one, from the page of the call to the payment."""

from __future__ import annotations

import pytest

from tests.builders.agreements import an_active_agreement
from tests.builders.applications import IN2, a_complete_draft, a_submitted_application, owner_of
from tests.builders.claims import CLAIMED_AT, an_authorised_claim
from tests.builders.evaluation import a_manager
from tests.builders.payments import Desk, a_confirmed_account, an_executed_batch, fresh_claim
from tests.builders.programmes import IN2_FILE, LOADED_AT, a_programme, during_call, plan_of, programme_text, source_of
from tests.builders.users import signed_in
from vouchers.agreements.queries import get_agreement
from vouchers.applications.queries.files import get_application
from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR
from vouchers.decisions.actions.deciding import award_decision
from vouchers.decisions.jobs import walk_queue
from vouchers.decisions.queries.queues import list_queues
from vouchers.eligibility.states import Outcome
from vouchers.evaluation.actions.checks import find_eligible
from vouchers.evaluation.rules.findings import Verdict
from vouchers.ledger import proof
from vouchers.ledger.queries import left_on_voucher
from vouchers.organisations.states import Size
from vouchers.programmes import actions
from vouchers.programmes.actions.loading import Correction
from vouchers.workflow.transition import OFFICE

SHIPPED = IN2_FILE.read_text(encoding="utf-8")
BY_SIZE = (
    "{kind: real_cost, cap: 500, rate: 80 %, variations: "
    "[{sizes: [medium], rate: 50 %}, {sizes: [medium], regions: [BE-WAL], cap: 400}]}"
)
SMALL = {"headcount": "12"}
MEDIUM = {"headcount": "60"}
OPEN = {"headcount": "12", "turnover": "11 000 000", "balance_sheet": ""}
"""Small or medium-sized, by its balance sheet."""


def paying(grant: str) -> str:
    """IN2LifeSciences with another grant for its smallest voucher, MG; nobody must say its balance sheet."""
    text = SHIPPED.replace("{kind: real_cost, cap: 500, rate: 100 %}", grant)
    unasked = "          - code: balance_sheet\n            required: no\n"
    return text.replace("          - code: balance_sheet\n", unasked)


@pytest.fixture
def by_size(app, clock):
    clock.stop(during_call())
    return a_programme(paying(BY_SIZE))


def test_the_public_reads_who_receives_what(by_size, client):
    page = " ".join(client.get("/calls/in2lifesciences/2026-1").text.split())
    grant = client.get("/calls.json").json["calls"][0]["instruments"][0]["grant"]

    assert "50% to 80% of what it really costs, up to €500" in page
    assert "<li>Medium-sized enterprise: 50% of what it really costs.</li>" in page
    assert "<li>Medium-sized enterprise; Wallonia: up to €400.</li>" in page
    assert "<li>Everybody else: 80% of what it really costs, up to €500." in page
    assert grant["variations"][1] == {"sizes": ["medium"], "regions": ["BE-WAL"], "most": "400.00", "rate": None}


def test_who_writes_an_application_reads_the_range_of_its_region(by_size, client):
    draft = a_complete_draft("MG")
    signed_in(client, owner_of(draft))
    form = draft.call.plan.form
    section = next(one for one in form.sections for question in one.questions if question.code == "requested_amount")

    page = client.get(f"/applications/{draft.id}/sections/{section.code}").text

    assert "50% to 80% of what it really costs, up to €500" in page


@pytest.mark.parametrize(
    ("answers", "size", "awarded", "rate", "paid"),
    [
        (SMALL, Size.SMALL, "500", "80", "254.72"),
        (MEDIUM, Size.MEDIUM, "400", "50", "159.20"),
    ],
)
def test_from_the_call_to_the_payment(by_size, answers, size, awarded, rate, paid):
    desk = Desk()
    agreement = an_active_agreement("MG", answers=answers, manager=desk.manager)
    application = agreement.application
    assert (application.size, application.awarded) == (size, EUR(awarded))
    terms = str(agreement.terms)
    assert f"{rate} %" in terms or f"{rate}%" in terms
    a_confirmed_account(application.organisation, owner_of(application), desk.second)

    later = programme_text(paying("{kind: real_cost, cap: 300, rate: 10 %}"))
    correction = Correction("2026-1", "From now on we pay less.")
    actions.load_programme(plan_of(later), source=source_of(later), correction=correction, by=OFFICE, at=LOADED_AT)
    agreement = get_agreement(agreement.id)
    assert str(agreement.terms) == terms

    claim = an_authorised_claim(agreement, verifier=desk.manager, officer=desk.maker, at=CLAIMED_AT)
    assert claim.grant == EUR(paid)  # of EUR 318.40
    batch = an_executed_batch(desk, [fresh_claim(claim.id)])

    assert batch.total_cents == EUR(paid).cents
    assert left_on_voucher(application.reference) == EUR("0")
    assert get_application(application.id).state == "completed"
    assert not list(proof.list_faults())


def test_in_a_queue_the_check_gives_back_what_a_larger_company_cannot_have(app, clock):
    clock.stop(during_call())
    a_programme(paying(BY_SIZE).replace("allocation: ranking", "allocation: first_come"))
    medium, small = [a_submitted_application("MG", answers=answers) for answers in (MEDIUM, SMALL)]
    (queue,) = list_queues(IN2.call(), medium.region)
    assert [place.amount for place in queue.places] == [EUR("500"), EUR("500")]

    walk_queue(call_id=medium.call_id, region_id=medium.region_id, at=during_call())

    assert [get_application(one.id).awarded for one in (medium, small)] == [EUR("400"), EUR("500")]


def test_where_the_size_is_open_a_person_decides_and_the_larger_counts(by_size):
    application = a_submitted_application("MG", answers=OPEN)
    manager, at = a_manager(), during_call()

    with pytest.raises(RuleBroken):
        find_eligible(application, {}, by=manager, at=at)
    find_eligible(application, {"size": Verdict(Outcome.MET, "It did not answer.")}, by=manager, at=at)

    application = get_application(application.id)
    assert application.size == Size.MEDIUM
    with pytest.raises(RuleBroken, match="At most EUR 400"):
        award_decision(application, EUR("400.01"), by=manager, at=at)
    assert award_decision(get_application(application.id), None, by=manager, at=at).amount == EUR("400")
