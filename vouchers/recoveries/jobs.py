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
    for recovery_id in queries.list_owed():
        try:
            watch_recovery(queries.get_recovery(recovery_id), at=at)
        except (WrongState, RuleBroken):  # another run, or a payment, was faster
            continue
