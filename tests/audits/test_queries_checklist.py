"""What the checklist of a voucher is filled with: the bank's returns, and the beneficiary's own proofs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders.payments import PAID_AT, TUESDAY, Desk, an_authorised_claim, an_executed_batch, fresh_claim
from tests.builders.programmes import in2
from vouchers.audits.queries.checklist import get_papers
from vouchers.audits.rules.checklist import Mark, checklist
from vouchers.core.database import unit_of_work
from vouchers.documents.actions import remove_document
from vouchers.documents.queries import list_documents_of
from vouchers.payments.actions import fates
from vouchers.payments.queries import get_payment
from vouchers.programmes.rules.instrument_plan import PAYMENT_PROOF
from vouchers.workflow.transition import OFFICE

PAID, PROVEN = "Proof of payment, with the day", "Proof that the beneficiary paid the costs that it is given back"


@pytest.fixture
def desk(app):
    in2()
    return Desk()


def point(claim, text):
    """What the checklist says of the claim's voucher: mark, and what is missing in particular."""
    papers = get_papers(fresh_claim(claim.id).agreement.application, shows_samples=False)
    (found,) = [one for one in checklist(papers) if one.text.source == text]
    return found.mark, str(found.missing or "")


def test_money_that_came_back_is_no_proof_of_payment(desk):
    claim = an_authorised_claim(desk)
    assert point(claim, PAID) == (Mark.TO_COME, "")
    payment = an_executed_batch(desk, [claim]).payments[0]
    assert point(claim, PAID) == (Mark.PRESENT, "")
    at = PAID_AT + timedelta(days=14)
    fates.give_back_payment(
        get_payment(payment.id), "AC04", returned_on=TUESDAY, bank_reference="S-2", by=OFFICE, at=at
    )
    assert point(claim, PAID) == (Mark.MISSING, f"Came back from the bank, and not paid again: {claim.number}")


def test_costs_that_are_given_back_need_the_beneficiary_s_own_proof(desk):
    claim = an_authorised_claim(desk)
    assert point(claim, PROVEN) == (Mark.PRESENT, "")
    (proof,) = [one for one in list_documents_of("claim", claim.id) if one.purpose == PAYMENT_PROOF]
    with unit_of_work():
        remove_document(proof, at=PAID_AT)
    assert point(claim, PROVEN) == (Mark.MISSING, f"Without it: {claim.number}")


def test_a_ticket_proves_itself(desk):
    assert point(an_authorised_claim(desk, "MG", amount="437.55"), PROVEN) == (Mark.NOT_NEEDED, "")
