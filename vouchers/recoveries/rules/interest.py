"""Interest on what is paid back late: simple, actual days of 365, floored to the cent. Pure.

    interest = principal that is late x yearly rate x days / 365

The days run from the one after the due day to that of the payment, as the Union counts its own default interest: "from
the calendar day following the deadline ... up to the calendar day on which the debt is repaid in full" (Delegated
Regulation (EU) No 1268/2012, Article 83(3)). Whoever pays on the due day owes none, who pays the day after owes one
day. Simple interest, actual days and the year of 365 days (also in a leap year) are our own choice, as is rounding
down once over the whole time, in the debtor's favour; the order says all of it. The rate is the programme's, with its
source.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

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
    for start, end in pairwise(days):
        if start >= first:
            total += overdue(due, paid, after=start) * (end - start).days
    return int(total * Fraction(rate) / YEAR)


def overdue(due: Iterable[OnDay], paid: Iterable[OnDay], *, after: date) -> int:
    """What is late on the day after this one."""
    wanted = sum(one.cents for one in due if one.on <= after)
    return max(0, wanted - sum(one.cents for one in paid if one.on <= after))
