"""The server's clock: the only one that decides. Only views, jobs and commands read it; all below are given `at`."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_stopped_at: ContextVar[datetime | None] = ContextVar("stopped_at", default=None)


def now() -> datetime:
    """This moment, in UTC."""
    return _stopped_at.get() or datetime.now(UTC)


def day_in(zone: str, moment: datetime) -> date:
    """The calendar day of a moment where a named time zone holds."""
    return moment.astimezone(ZoneInfo(zone)).date()


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last day: 31 January and one month is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """Hold the clock still: for tests and for building the demo's past."""
    token = _stopped_at.set(moment)
    try:
        yield
    finally:
        _stopped_at.reset(token)
