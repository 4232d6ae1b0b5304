"""What recoveries do by themselves."""

from __future__ import annotations

from datetime import datetime

from vouchers.core.errors import RuleBroken, WrongState
from vouchers.jobs.registry import job
from vouchers.recoveries import queries
from vouchers.recoveries.actions.ordering import watch_recovery


@job("recoveries.watch", every=3600)
def watch_recoveries(*, at: datetime) -> None:
    """Book the interest of past months and remind of what is due, each in a unit of work of its own; may run twice."""
    last = 0
    while some := queries.list_owed(after=last):
        for recovery_id in some:
            try:
                watch_recovery(queries.get_recovery(recovery_id), at=at)
            except (WrongState, RuleBroken):  # another run, or a payment, was faster
                continue
        last = some[-1]
