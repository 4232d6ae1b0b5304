"""Days on which banks pay (TARGET calendar of the ECB), and which day a batch may be paid on. Pure.

TARGET is closed on Saturdays, Sundays, 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December.
"""

from __future__ import annotations

from datetime import date, timedelta

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _

MOST_DAYS_AHEAD = 60
_FIXED = {(1, 1), (5, 1), (12, 25), (12, 26)}


def is_banking_day(day: date) -> bool:
    """Whether euro payments are settled on this day."""
    if day.weekday() >= 5 or (day.month, day.day) in _FIXED:
        return False
    return day - easter_sunday(day.year) not in (timedelta(days=-2), timedelta(days=1))


def next_banking_day(day: date) -> date:
    """The first banking day after this day."""
    following = day + timedelta(days=1)
    while not is_banking_day(following):
        following += timedelta(days=1)
    return following


def ensure_execution_day(day: date, *, today: date) -> None:
    """A batch is paid on a banking day from today to `MOST_DAYS_AHEAD` days ahead."""
    if day < today:
        raise RuleBroken(
            _("%(day)s is over. Choose a day from today on.", day=day),
            field="execute_on",
        )
    if day > today + timedelta(days=MOST_DAYS_AHEAD):
        raise RuleBroken(
            _("Choose a day within the next %(count)s days; banks take no file further ahead.", count=MOST_DAYS_AHEAD),
            field="execute_on",
        )
    if not is_banking_day(day):
        following = next_banking_day(day)
        raise RuleBroken(
            _("Banks are closed on %(day)s. The next banking day is %(next)s.", day=day, next=following),
            field="execute_on",
        )


def ensure_not_late(day: date, *, today: date) -> None:
    """A batch whose day has passed is not authorised any more."""
    if day < today:
        raise RuleBroken(
            _(
                "This batch was to be paid on %(day)s, which is over. Cancel it and make a new one.",
                day=day,
            )
        )


def ensure_booking_day(day: date, *, authorised: date, today: date) -> None:
    """The bank books after the batch was authorised, and not in the future."""
    if day > today:
        raise RuleBroken(_("This day is still to come. Enter the day on the bank statement."), field="executed_on")
    if day < authorised:
        raise RuleBroken(
            _("The batch was authorised on %(day)s; the bank cannot have paid it before.", day=authorised),
            field="executed_on",
        )


def ensure_return_day(day: date, *, executed: date, today: date) -> None:
    """The money comes back after it left, and not in the future."""
    if day > today:
        raise RuleBroken(_("This day is still to come. Enter the day on the bank statement."), field="returned_on")
    if day < executed:
        raise RuleBroken(
            _("The bank paid on %(day)s; the money cannot have come back before.", day=executed), field="returned_on"
        )


def easter_sunday(year: int) -> date:
    """Gregorian calendar, by Meeus/Jones/Butcher."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    month, day = divmod(moon + weekday - 7 * ((golden + 11 * moon + 22 * weekday) // 451) + 114, 31)
    return date(year, month, day + 1)
