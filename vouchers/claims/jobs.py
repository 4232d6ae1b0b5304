"""What claims do by themselves."""

from __future__ import annotations

from datetime import datetime

from vouchers.claims.actions.lapsing import settle_voucher
from vouchers.claims.queries import files as queries
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.jobs.registry import job
from vouchers.workflow.transition import OFFICE


@job("claims.settle", every=1800)
def settle_vouchers(*, at: datetime) -> None:
    """Remind of last days to claim, and end what was not claimed, each in a unit of work of its own; may run twice."""
    for agreement_id in queries.list_near_last_day(at):
        try:
            settle_voucher(queries.get_agreement(agreement_id), by=OFFICE, at=at)
        except (WrongState, RuleBroken):  # another run, or a person, was faster
            continue
