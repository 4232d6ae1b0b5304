"""How long an admission holds, and when its end is announced. For providers and for experts. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _

REMINDED_BEFORE = (60, 14)
"""Days before the end."""
LONGEST = timedelta(days=3660)


def ensure_term(until: date | None, today: date, field: str) -> None:
    """A term ends in the future, and within ten years.

    Raises:
        RuleBroken: it does not.
    """
    if until is None:
        return
    if until <= today:
        raise RuleBroken(_("Choose a day after today."), field=field)
    if until > today + LONGEST:
        raise RuleBroken(_("Choose a day within the next ten years."), field=field)


def due_reminder(until: date | None, reminded: int | None, today: date) -> int | None:
    """Which reminder is due now: 60 or 14 days before the end; None: none, or it was written.

    A term that begins within the last 60 days is announced once by the nearest mark.
    """
    if until is None or until < today:
        return None
    left = (until - today).days
    due = min((mark for mark in REMINDED_BEFORE if left <= mark), default=None)
    return due if due is not None and (reminded is None or due < reminded) else None
