"""When a grant must stand in the central register of de minimis aid: within 20 working days.

Regulation (EU) 2023/2831, Article 6(1). Working days are those of Regulation 1182/71: all days but Saturdays, Sundays
and the public holidays of the granting country (those of the whole country; a region's own are left out, so the
deadline is never later than the law's).
"""

from __future__ import annotations

from datetime import date

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.core.working_days import add_working_days

WORKING_DAYS = 20
EUROPEAN_UNION = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    )
)
"""Countries (ISO 3166-1 alpha-2) whose grants the Regulation wants registered; elsewhere national rules apply."""


def register_by(granted_on: date, country: str, days: int = WORKING_DAYS) -> date:
    """The last day to register a grant; the day after the grant is the first that counts."""
    return add_working_days(granted_on, days, country)


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
