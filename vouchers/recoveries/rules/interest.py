"""Interest on what is paid back late: simple, actual days of 365, floored to the cent. Pure.

It runs from the day after the due day to the day of the payment, both included (as Financial Regulation (EU, Euratom)
2024/2509 counts it): whoever pays on the due day owes none, who pays the day after owes one day. The rate is the
programme's, and stands in the order with its source.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

YEAR = 365


@dataclass(frozen=True, slots=True)
class OnDay:
    """Cents of principal that are due, or were paid, on a day."""

    on: date
    cents: int


def accrued(
    due: Iterable[OnDay], paid: Iterable[OnDay], rate: Decimal | None, *, through: date, since: date | None = None
) -> int:
    """The interest in cents up to and with the day `through`, floored once at the end.

    Args:
        due: what is to be paid when; a payment settles the earliest first.
        paid: principal that was paid, set off or waived.
        rate: of a year (0.04 is 4 %); None: no interest.
        since: only days after this one count (interest before it is settled already).
    """
    due, paid = list(due), list(paid)
    if rate is None or not due:
        return 0
    first = max(min(one.on for one in due), since) if since else min(one.on for one in due)
    borders = {first, through, *(one.on for one in (*due, *paid) if first < one.on < through)}
    days = sorted(border for border in borders if border <= through)
    total = Fraction(0)
    for start, end in zip(days, days[1:], strict=False):
        if start >= first:
            total += overdue(due, paid, after=start) * (end - start).days
    return int(total * Fraction(rate) / YEAR)


def overdue(due: Iterable[OnDay], paid: Iterable[OnDay], *, after: date) -> int:
    """What is late on the day after this one."""
    wanted = sum(one.cents for one in due if one.on <= after)
    return max(0, wanted - sum(one.cents for one in paid if one.on <= after))
