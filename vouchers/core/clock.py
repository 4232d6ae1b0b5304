"""The server's clock: the only one that decides. Only views, jobs and commands read it; all below are given `at`.

A day is never that of a moment in UTC, but the day in a region (`day_in`), or that of the office (`office_day`).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

_stopped_at: ContextVar[datetime | None] = ContextVar("stopped_at", default=None)
_office = {"zone": "Europe/Brussels"}


def now() -> datetime:
    """This moment, in UTC."""
    return _stopped_at.get() or datetime.now(UTC)


def day_in(zone: str, moment: datetime) -> date:
    """The calendar day of a moment where a named time zone holds."""
    return moment.astimezone(ZoneInfo(zone)).date()


def office_day(moment: datetime) -> date:
    """The calendar day of a moment where the office is: of its books, and of what concerns no single region."""
    return day_in(office_zone(), moment)


def office_midnight(day: date) -> datetime:
    """The moment at which a day of the office begins."""
    return datetime.combine(day, time(), ZoneInfo(office_zone()))


def office_zone() -> str:
    """The name of the time zone where the office is."""
    return _office["zone"]


def use_office_zone(zone: str) -> None:
    """The time zone of the settings. Called once, by the application shell."""
    _office["zone"] = zone


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
