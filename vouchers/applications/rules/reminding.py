"""When writers are reminded of a draft: 7 days, 2 days and 6 hours before the deadline, each once."""

from __future__ import annotations

from datetime import datetime, timedelta

MARKS = (7 * 24, 2 * 24, 6)
"""Hours before the deadline."""


FRESH = timedelta(hours=12)
"""So long an invitation needs no reminder."""


def due_mark(closes_at: datetime, *, started_at: datetime, last: int | None, at: datetime) -> int | None:
    """The reminder to be sent now, in hours before the deadline; None if there is none.

    A mark that passed before the application was begun, which is never before its call was published, is left out.
    After a pause of the timer only the latest mark is sent: two reminders at once would say the same.

    Args:
        last: the mark of the last reminder.
    """
    if at > closes_at:
        return None
    passed = [hours for hours in MARKS if closes_at - timedelta(hours=hours) <= at]
    if not passed:
        return None
    hours = min(passed)
    is_new = last is None or hours < last
    return hours if is_new and closes_at - timedelta(hours=hours) >= started_at else None
