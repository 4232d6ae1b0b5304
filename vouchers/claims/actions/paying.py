"""What is owed for a claim, and what payments do with it, inside their own units of work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from vouchers.agreements.actions.ending import complete_agreement
from vouchers.agreements.states import AgreementState
from vouchers.claims.lifecycle import CLAIM
from vouchers.claims.models import Claim
from vouchers.claims.queries import files as queries
from vouchers.claims.states import ClaimState
from vouchers.core.database import unit_of_work
from vouchers.ledger.recipes import Share
from vouchers.payables.actions.owing import accrue_payable
from vouchers.payables.models import Payable
from vouchers.payables.rules.debts import Debt, Payee
from vouchers.payables.states import SourceKind
from vouchers.workflow.transition import OFFICE, transition


def owe_claim(claim: Claim, shares: Sequence[Share], payee: Payee, *, at: datetime) -> Payable:
    """What is to be paid of an authorised claim becomes a debt to whom the voucher pays. Called as it is booked."""
    application = claim.agreement.application
    debt = Debt(
        source_kind=SourceKind.CLAIM,
        source_id=claim.id,
        number=claim.number,
        payee=payee,
        programme=application.call.programme,
        region=application.region,
        shares=shares,
        voucher=application.reference,
        call_code=application.call.code,
        instrument_code=application.instrument.code,
        pay_by=claim.pay_by,
    )
    return accrue_payable(debt, by=OFFICE, at=at)


def order_claim_payment(claim: Claim, *, by: Any, at: datetime) -> None:
    """The claim goes into a payment batch."""
    with transition(claim, CLAIM.order_payment, by=by, at=at):
        pass


def release_claim_payment(claim: Claim, *, by: Any, at: datetime) -> None:
    """The claim's payment batch was cancelled."""
    with transition(claim, CLAIM.release_payment, by=by, at=at):
        pass


def give_back_claim_payment(claim: Claim, *, by: Any, at: datetime) -> None:
    """The bank refused the payment or gave it back: it is to be paid again. A voucher that was closed stays closed."""
    with transition(claim, CLAIM.give_back, by=by, at=at):
        pass


def pay_claim(claim: Claim, *, by: Any, at: datetime) -> None:
    """It is paid, or set off whole. When this closes the last claim of the voucher, its agreement is completed, once.

    The letter about the money is written by the payment that made it.
    """
    with unit_of_work():
        with transition(claim, CLAIM.pay, by=by, at=at):
            pass
        claims = [one for one in queries.list_claims_of(claim.agreement_id) if one.state not in queries.DEAD]
        if any(one.is_final for one in claims) and all(one.state == ClaimState.PAID for one in claims):
            agreement = queries.get_agreement(claim.agreement_id)
            if agreement.state == AgreementState.ACTIVE:
                complete_agreement(agreement, by=OFFICE, at=at)


def unpay_claim(claim: Claim, *, by: Any, at: datetime) -> None:
    """It is not paid yet: the bank's entry was of something else. A voucher that was closed stays closed."""
    with transition(claim, CLAIM.unpay, by=by, at=at):
        pass
