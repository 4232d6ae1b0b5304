"""When an expert is reminded of marks: 7 days and 1 day before they are due, and once when they are overdue."""

from __future__ import annotations

from datetime import datetime, timedelta

MARKS = (7, 1)
"""Days before the marks are due."""
OVERDUE = 0
"""The mark of the letter that says that the time is over."""
EARLIEST = timedelta(days=max(MARKS))


def passed_mark(due_at: datetime, *, at: datetime) -> int | None:
    """The latest mark that lies behind; None: all lie ahead."""
    if at > due_at:
        return OVERDUE
    return min((days for days in MARKS if due_at - timedelta(days=days) <= at), default=None)


def due_mark(due_at: datetime, *, assigned_at: datetime, last: int | None, at: datetime) -> int | None:
    """The reminder to be sent now; None if there is none.

    A mark that had passed when the task was given is left out, and after a pause of the timer only the latest mark is
    sent: two reminders at once would say the same.

    Args:
        last: the mark of the last reminder.
    """
    mark = passed_mark(due_at, at=at)
    if mark is None or (last is not None and last <= mark):
        return None
    is_of_this_task = mark == OVERDUE or due_at - timedelta(days=mark) >= assigned_at
    return mark if is_of_this_task else None
