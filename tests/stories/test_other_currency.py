"""A scheme in zloty, from its file to the payment: every box, page and paper says zloty, and the books add up."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.builders.agreements import accept_all, asked_for
from tests.builders.applications import a_submitted_application, owner_of
from tests.builders.claims import CLAIMED_AT, a_draft_claim, an_evidence, say_the_journey
from tests.builders.payments import PAID_AT, TUESDAY, Desk, a_confirmed_account, owed_for
from tests.builders.programmes import IN2_FILE, a_programme, during_call
from tests.builders.users import signed_in
from vouchers.agreements.actions.issuing import issue_agreement
from vouchers.agreements.queries import get_agreement
from vouchers.applications.queries.files import get_application
from vouchers.claims.actions import drafting
from vouchers.claims.queries.files import get_claim
from vouchers.core.database import db
from vouchers.core.money import Money
from vouchers.eligibility.states import Outcome
from vouchers.evaluation.actions.checks import find_eligible
from vouchers.evaluation.rules.findings import Verdict
from vouchers.ledger import proof
from vouchers.payments.queries import get_batch
from vouchers.reports.queries.money import add_up

AT = during_call()
JUDGED = Verdict(Outcome.MET, "Converted at the rate of the day.")

COST = {
    "category": "travel",
    "description": "Train",
    "supplier": "PKP",
    "invoice_number": "7",
    "invoice_on": "2026-10-12",
    "activity_on": "2026-10-12",
    "net": "400,50",
    "vat": "0",
    "is_vat_recoverable": "yes",
}


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def boxes(page):
    """What stands in the boxes of a form, by name."""
    found = re.findall(r'<input class="govuk-input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page.text)
    return dict(found)


@pytest.fixture
def scheme(app, clock):
    clock.stop(AT)
    return a_programme(IN2_FILE.read_text(encoding="utf-8").replace("currency: EUR", "currency: PLN"))


@pytest.fixture
def desk(scheme):
    return Desk()


def version_of(page):
    """The hidden version of a form."""
    return dict(re.findall(r'name="(version)"[^>]*value="([^"]*)"', page.text))


def anew(get, subject_id):
    """Read after what the pages did."""
    db.session.rollback()
    db.session.expire_all()
    return get(subject_id)


def sees_no_euro(*pages):
    for page in pages:
        assert page.status_code == 200
        assert "€" not in page.text
        assert "PLN" in page.text


def test_money_arrives_and_moves_between_budgets(scheme, desk, app):
    manager, officer = signed_in(app.test_client(), desk.manager), signed_in(app.test_client(), desk.maker)
    envelope, target = scheme.envelope(), scheme.envelope("NL-GE").id
    propose, receive = (f"/budgets/{envelope.id}/{verb}" for verb in ("propose-transfer", "receive-funds"))
    posted = {"line": "ERDF", "amount": "1000,50", "on": "2026-10-02", "reference": "STMT 1"}

    moved = manager.post(propose, data={"target": target, "amount": "PLN 2500", "reason": "More demand there"})
    received = officer.post(receive, data=posted)

    assert (moved.status_code, received.status_code) == (303, 303)
    assert manager.post(propose, data={"target": target, "amount": "€5", "reason": "Euro"}).status_code == 422
    sees_no_euro(manager.get(propose), officer.get(receive), manager.get(moved.location), manager.get("/budgets"))
    assert not list(proof.list_faults())


def test_from_the_award_to_the_payment(scheme, desk, app, clock):
    agreement = agreed(desk, app)
    clock.stop(CLAIMED_AT)
    claim_id = claimed(agreement, app)
    manager, officer = signed_in(app.test_client(), desk.manager), signed_in(app.test_client(), desk.maker)
    verify, authorise = f"/claims/{claim_id}/verify", f"/claims/{claim_id}/authorise"
    page = manager.get(verify)
    sees_no_euro(page, officer.get(f"/claims/{claim_id}"))
    ticks = dict.fromkeys(("is_done", "is_proven", "is_needed"), "yes")
    assert manager.post(verify, data={**boxes(page), **ticks, **version_of(page)}).status_code == 303
    checked = {"is_checked": "yes", **version_of(officer.get(authorise))}
    assert officer.post(authorise, data=checked).status_code == 303
    assert anew(get_claim, claim_id).grant == Money(400_50, "PLN")

    pay(claim_id, desk, app, clock)
    officer = signed_in(app.test_client(), desk.maker)
    for page in ("ledger", "trial-balance", "dashboard", f"vouchers/{agreement.application.reference}"):
        sees_no_euro(officer.get(f"/reports/{page}"))
    sees_no_euro(officer.get("/payments/"))
    assert anew(get_claim, claim_id).state == "paid"
    assert not list(proof.list_faults())


def agreed(desk, app):
    """Awarded on its page, with what stands in the box; issued and accepted."""
    manager, application = signed_in(app.test_client(), desk.manager), a_submitted_application("MG")
    find_eligible(application, {"sme": JUDGED, "de_minimis": JUDGED}, by=desk.manager, at=AT)
    award = f"/decisions/applications/{application.id}/award"
    form = manager.get(award)
    sees_no_euro(form, manager.get(f"/evaluation/applications/{application.id}/check"))
    assert boxes(form)["amount"] == "500"
    assert manager.post(award, data={"amount": boxes(form)["amount"], "reason": ""}).status_code == 303

    application = anew(get_application, application.id)
    made = issue_agreement(application, asked_for(application), by=desk.manager, at=AT + timedelta(hours=1))
    agreement = accept_all(get_agreement(made.id), desk.manager, at=AT + timedelta(hours=2))
    assert agreement.amount == Money(500_00, "PLN")
    assert "€" not in str(agreement.terms).replace("at most €300,000.00 of such aid", "")  # the law's own ceiling
    a_confirmed_account(application.organisation, owner_of(application), desk.second)
    return agreement


def claimed(agreement, app):
    """A cost of PLN 400.50, typed on its page with a comma, and submitted."""
    owner, claim = owner_of(agreement.application), a_draft_claim(agreement)
    sme, new = signed_in(app.test_client(), owner), f"/claims/{claim.id}/costs/new"
    sees_no_euro(sme.get(new))
    assert sme.post(new, data=COST).status_code == 303
    claim = anew(get_claim, claim.id)
    for number, asked in enumerate(agreement.application.instrument.plan.claim_documents):
        line = None if number else claim.costs[0].id
        drafting.attach_document(claim, asked.code, an_evidence(), line_id=line, by=owner, at=CLAIMED_AT)
    say_the_journey(claim, claim.costs[0], by=owner, at=CLAIMED_AT)
    drafting.save_report(get_claim(claim.id), "We met.", by=owner, at=CLAIMED_AT)
    sees_no_euro(sme.get(f"/claims/{claim.id}"))
    assert sme.post(f"/claims/{claim.id}/submit", data={"is_final": "yes", "is_true": "yes"}).status_code == 303
    return claim.id


def pay(claim_id, desk, app, clock):
    """In zloty there is no bank file: two officers order the payment, and book it when the bank has paid."""
    clock.stop(PAID_AT)
    maker, second = signed_in(app.test_client(), desk.maker), signed_in(app.test_client(), desk.second)
    chosen = {"picked": owed_for(get_claim(claim_id))[0]}
    asked = maker.post("/payments/make", data=chosen)
    assert "Bank files are in euro only" in asked.text
    day = {"execute_on": TUESDAY.isoformat(), "confirmed": "yes"}
    made = maker.post("/payments/make", data={**chosen, **day})
    assert made.status_code == 303
    number = int(made.location.rpartition("/")[2])
    assert "Bank files are in euro only" in second.get(f"{made.location}/authorise").text
    posted = re.findall(r'name="(checked|is_checked|confirmed)"', second.get(f"{made.location}/authorise").text)
    assert second.post(f"{made.location}/authorise", data=dict.fromkeys(posted, "yes")).status_code == 303
    batch = anew(get_batch, number)
    assert (batch.document_id, batch.currency) == (None, "PLN")
    sees_no_euro(maker.get(made.location))
    clock.stop(PAID_AT + timedelta(days=11))
    maker = signed_in(app.test_client(), desk.maker)
    booked = {"executed_on": TUESDAY.isoformat(), "bank_reference": "STMT 2"}
    assert maker.post(f"{made.location}/execute", data=booked).status_code == 303


def test_without_a_rate_nothing_is_met_by_itself(scheme, desk, client):
    application = a_submitted_application("MG")
    page = words(signed_in(client, desk.manager).get(f"/evaluation/applications/{application.id}/check"))

    assert "The limits of the Recommendation are in euros" in page
    assert "Convert PLN 500.00 into euros" in page
    assert "EUR 300,000.00" in page


def test_a_region_without_money_has_nothing_in_its_own_currency():
    assert add_up({}, "PLN")["B110"] == Money(0, "PLN")
