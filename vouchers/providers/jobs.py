"""What happens to accreditations by themselves."""

from __future__ import annotations

from datetime import datetime

from vouchers.core.clock import office_day
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.jobs.registry import job
from vouchers.providers import actions, queries
from vouchers.providers.rules.terms import due_reminder
from vouchers.workflow.transition import OFFICE

DAILY = 24 * 3600


@job("providers.watch", every=DAILY)
def watch_accreditations(*, at: datetime) -> None:
    """End what has passed, and announce what ends soon; each in a unit of work of its own; may run twice."""
    today = office_day(at)
    for provider in queries.list_ending(today):
        try:
            if provider.accredited_until is not None and provider.accredited_until < today:
                actions.expire_provider(provider, by=OFFICE, at=at)
            elif due_reminder(provider.accredited_until, provider.reminded_days, today) is not None:
                actions.remind_provider(provider, by=OFFICE, at=at)
        except (WrongState, RuleBroken):  # somebody was faster
            continue
