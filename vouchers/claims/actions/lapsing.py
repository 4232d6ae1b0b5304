"""What the office does by itself as the last day to claim comes near, and once it has passed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.agreements.actions.ending import complete_agreement, lapse_agreement, remind_agreement
from vouchers.agreements.models import Agreement
from vouchers.claims.queries import files as queries
from vouchers.claims.rules import lapsing
from vouchers.claims.states import ClaimState
from vouchers.core.clock import day_in
from vouchers.core.database import db, unit_of_work


def settle_voucher(agreement: Agreement, *, by: Any, at: datetime) -> None:
    """Remind of the last day to claim; once it has passed, give back what nobody can claim any more.

    A voucher without a claim lapses. One whose claims are all paid, none of them the last, is completed with them.
    What is still with the office, or went back with a question, is waited for. Nothing is done twice.
    """
    with unit_of_work():
        db.session.refresh(agreement, with_for_update={"of": Agreement})
        agreement = queries.get_agreement(agreement.id)
        handed_in = [
            one
            for one in queries.list_claims_of(agreement.id)
            if one.submitted_at is not None and one.state not in queries.DEAD
        ]
        zone = agreement.application.region.time_zone
        if lapsing.is_over(day_in(zone, at - lapsing.GRACE), agreement.claim_by):
            if not handed_in:
                lapse_agreement(agreement, by=by, at=at)
            elif all(one.state == ClaimState.PAID for one in handed_in):
                complete_agreement(agreement, by=by, at=at)
            return
        if handed_in or agreement.active_at is None:
            return
        told_at = queries.find_last_reminder(agreement.id) or agreement.active_at
        days = lapsing.reminder_due(day_in(zone, at), agreement.claim_by, told_on=day_in(zone, told_at))
        if days is not None:
            remind_agreement(agreement, days, by=by, at=at)
