"""What agreements do by themselves."""

from __future__ import annotations

from datetime import datetime

from vouchers.agreements import queries
from vouchers.agreements.actions import ending
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.jobs.registry import job
from vouchers.workflow.transition import OFFICE


@job("agreements.expire", every=300)
def expire_agreements(*, at: datetime) -> None:
    """End every offer that was not accepted in time, each in a unit of work of its own; may run twice at once."""
    for agreement_id in queries.list_overdue(at):
        try:
            ending.expire_agreement(queries.get_agreement(agreement_id), by=OFFICE, at=at)
        except (WrongState, RuleBroken):  # another run, or a party's last-second acceptance, was faster
            continue
