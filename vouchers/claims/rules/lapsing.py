"""When the beneficiary is reminded of the last day to claim, and from when on it is too late."""

from __future__ import annotations

from datetime import date, timedelta

REMINDERS = (30, 7)
"""So many days before the last day to claim, the beneficiary is written to."""
GRACE = timedelta(hours=1)
"""A claim that was submitted in the last second may still be on its way into the database."""


def is_over(today: date, claim_by: date) -> bool:
    """Whether nobody may claim any more; the last day counts in full."""
    return today > claim_by


def reminder_due(today: date, claim_by: date, *, told_on: date) -> int | None:
    """The days that are left, if the beneficiary is to be told of them now; each reminder is written once.

    Args:
        told_on: when the beneficiary last read of the last day: in a reminder, or as the agreement came into force.
    """
    passed = [days for days in REMINDERS if today >= claim_by - timedelta(days=days)]
    if not passed or today > claim_by or told_on >= claim_by - timedelta(days=min(passed)):
        return None
    return (claim_by - today).days
