"""When an accounting period may be closed. Pure."""

from __future__ import annotations

from datetime import date

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _


def ensure_day_may_close(through_on: date, *, closed_through: date | None, today: date) -> None:
    """Refuse a day that is not over yet, and one that is closed already."""
    if through_on >= today:
        raise RuleBroken(_("This day is not over yet. Close a period that ends before today."), field="through_on")
    if closed_through is not None and through_on <= closed_through:
        raise RuleBroken(_("The books are closed through %(day)s already.", day=closed_through), field="through_on")
