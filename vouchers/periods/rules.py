"""When an accounting period may be closed. Pure."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the books are closed, and where they begin."""

    closed_through: date | None
    begin_on: date | None
    """The first day on which anything was booked."""

    @property
    def first_open(self) -> date | None:
        """The first day that is open; None where nothing was closed or booked yet."""
        return self.closed_through + _A_DAY if self.closed_through else self.begin_on


def ensure_period_may_close(first_on: date | None, through_on: date, *, standing: Standing, today: date) -> date | None:
    """Refuse a period that is not over, is closed already, or leaves an earlier day open.

    Args:
        first_on: None takes in all that is still open.

    Returns:
        The first day of the period; None is the beginning of the books.
    """
    if through_on >= today:
        raise RuleBroken(_("This day is not over yet. Close a period that ends before today."), field="through_on")
    if first_on is not None and first_on > through_on:
        raise RuleBroken(_("The period ends before it begins."), field="through_on")
    closed, open_since = standing.closed_through, standing.first_open
    if closed is not None and through_on <= closed:
        raise RuleBroken(_("The books are closed through %(day)s already.", day=closed), field="through_on")
    if first_on is not None and closed is not None and first_on <= closed:
        raise RuleBroken(_("The books are closed through %(day)s already.", day=closed), field="first_on")
    if first_on is not None and open_since is not None and first_on > open_since:
        raise RuleBroken(
            _("An earlier period is still open: it begins on %(day)s. Close that one first.", day=open_since),
            field="first_on",
        )
    return closed + _A_DAY if closed else None


def next_period(standing: Standing, today: date) -> tuple[date, date] | None:
    """The month that would be closed next, from its first open day; None while it is not over."""
    first = standing.first_open
    if first is None:
        return None
    last = first.replace(day=monthrange(first.year, first.month)[1])
    return (first, last) if last < today else None
