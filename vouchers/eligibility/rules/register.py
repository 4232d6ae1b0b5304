"""When a grant must stand in the central register of de minimis aid: within 20 working days.

Regulation (EU) 2023/2831, Article 6(1). Working days are those of Regulation 1182/71: all days but Saturdays, Sundays
and the public holidays of the granting country (those of the whole country; a region's own are left out, so the
deadline is never later than the law's).
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import holidays

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _

WORKING_DAYS = 20
EUROPEAN_UNION = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    )
)
"""Countries (ISO 3166-1 alpha-2) whose grants the Regulation wants registered; elsewhere national rules apply."""
SATURDAY = 5


def register_by(granted_on: date, country: str, days: int = WORKING_DAYS) -> date:
    """The last day to register a grant; the day after the grant is the first that counts."""
    day = granted_on
    while days > 0:
        day += timedelta(days=1)
        if is_working_day(day, country):
            days -= 1
    return day


def ensure_own_reference(reference: str, *, before: str, taken_by: str | None) -> None:
    """A register's number is there, is not the one that was noted before, and stands at no other entry.

    Args:
        taken_by: the application whose entry has this number already.
    """
    if not reference:
        raise RuleBroken(_("Enter the reference that the register gave."), field="reference")
    if reference == before:
        raise RuleBroken(_("This reference is noted already. Enter the right one."), field="reference")
    if taken_by is not None:
        raise RuleBroken(
            _(
                "%(number)s is the register’s reference of %(application)s already. Each grant has one of its own.",
                number=reference,
                application=taken_by,
            ),
            field="reference",
        )


def register_key(country: str, reference: str) -> str:
    """What a number may be only once: in the register of one granting country, in whatever spelling."""
    return f"{country}/{''.join(reference.split()).casefold()}"


def ensure_day_of_registration(day: date, *, granted_on: date, today: date) -> None:
    """A grant is registered after it was given, and not on a day that is still to come.

    Args:
        today: where the grant was given.
    """
    if day > today:
        raise RuleBroken(
            _("%(day)s has not come yet. Enter the day on which it was registered.", day=day), field="registered_on"
        )
    if day < granted_on:
        raise RuleBroken(
            _("%(day)s is before the grant of %(granted)s. Check the day.", day=day, granted=granted_on),
            field="registered_on",
        )


def is_working_day(day: date, country: str) -> bool:
    """Whether offices of the country (ISO 3166-1 alpha-2) work on that day."""
    return day.weekday() < SATURDAY and day not in _public_holidays(country, day.year)


@lru_cache(maxsize=512)
def _public_holidays(country: str, year: int) -> frozenset[date]:
    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()
