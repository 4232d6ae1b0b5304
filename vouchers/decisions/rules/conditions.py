"""When a condition of an award is announced again, and when the award lapses with it. Days are the region's. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _

REMIND_DAYS = 7
"""So many days before its last one the applicant is reminded."""


def ensure_ahead(days: Sequence[date | None], today: date) -> None:
    """The last day of each condition can still be kept. Raises `RuleBroken` at the field of the first that cannot."""
    for number, until in enumerate(days, start=1):
        if until is not None and until < today:
            raise RuleBroken(_("The last day of a condition cannot lie in the past."), field=f"until_{number}")


def is_to_remind(until: date | None, today: date) -> bool:
    """Whether a condition's last day is near and not over."""
    return until is not None and today <= until <= today + timedelta(days=REMIND_DAYS)


def ensure_passed(until: date | None, today: date, *, lapses: bool) -> None:
    """The award lapses: the call says so, and the condition's last day is over."""
    if not lapses or until is None or today <= until:
        raise RuleBroken(_("There is still time to meet this condition."))
