"""When an applicant is asked, reminded, and asked no more. Days are those of the region that decided. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from vouchers.core.clock import add_months, day_in
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _

LATE_AT_MOST = 2
"""Months. A survey that could not be sent for so long would no longer ask about its own month."""
REMIND_AFTER = timedelta(days=14)
CLOSE_AFTER = timedelta(days=42)


def due_on(decided_at: datetime, months: int, zone: str) -> date:
    """The day so many months after the decision: after 31 August, six months end on the last day of February."""
    return add_months(day_in(zone, decided_at), months)


def months_due(decided_at: datetime, asked_after: Sequence[int], zone: str, at: datetime) -> list[int]:
    """For which months a survey is due: its day has come, and not too long ago."""
    today = day_in(zone, at)
    return [
        months
        for months in asked_after
        if due_on(decided_at, months, zone) <= today < due_on(decided_at, months + LATE_AT_MOST, zone)
    ]


def is_open(due_at: datetime, at: datetime) -> bool:
    """Answers are taken, and changed, for six weeks; the last second counts."""
    return at < due_at + timedelta(seconds=1)


def ensure_open(due_at: datetime, at: datetime) -> None:
    """The same. Raises `RuleBroken`."""
    if not is_open(due_at, at):
        raise RuleBroken(_("The time for this answer is over."))
