"""What payments do with a claim, inside their own units of work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.agreements.actions.ending import complete_agreement
from vouchers.claims.lifecycle import CLAIM
from vouchers.claims.models import Claim
from vouchers.claims.queries import files as queries
from vouchers.claims.states import ClaimState
from vouchers.core.database import unit_of_work
from vouchers.workflow.transition import OFFICE, transition


def order_claim_payment(claim: Claim, *, by: Any, at: datetime) -> None:
    """The claim goes into a payment batch."""
    with transition(claim, CLAIM.order_payment, by=by, at=at):
        pass


def release_claim_payment(claim: Claim, *, by: Any, at: datetime) -> None:
    """The claim's payment batch was cancelled."""
    with transition(claim, CLAIM.release_payment, by=by, at=at):
        pass


def pay_claim(claim: Claim, *, by: Any, at: datetime) -> None:
    """The bank has paid. When this closes the last claim of the voucher, its agreement and application are completed.

    The letter about the money is written by the payment that made it.
    """
    with unit_of_work():
        with transition(claim, CLAIM.pay, by=by, at=at):
            pass
        claims = [one for one in queries.list_claims_of(claim.agreement_id) if one.state not in queries.DEAD]
        if any(one.is_final for one in claims) and all(one.state == ClaimState.PAID for one in claims):
            complete_agreement(queries.get_agreement(claim.agreement_id), by=OFFICE, at=at)
