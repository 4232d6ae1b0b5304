"""Converting an amount at monthly rates: by way of the euro, to the nearest cent, a half upwards.

The rule: what was paid in another currency is converted at the Commission's monthly accounting rate of the month in
which it was submitted for verification (Regulation (EU) 2021/1059, Art 38(5)). The month is the one on the calendar of
the region that pays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from vouchers.core.money import Money

EURO = "EUR"


@dataclass(frozen=True, slots=True)
class Quote:
    """What one unit of the claim's currency is worth in the currency of an invoice, in a month."""

    month: date
    from_units: Decimal
    """Units of the invoice's currency for one euro."""
    to_units: Decimal = Decimal(1)
    """Units of the claim's currency for one euro; 1 for the euro itself."""
    is_final: bool = True
    """Whether it is the rate of the very month; else the last one that is known stands in for it."""

    def convert(self, amount: Money, currency: str) -> Money:
        """The amount in the claim's currency."""
        exact = amount.cents * Fraction(self.to_units) / Fraction(self.from_units)
        return Money((exact + Fraction(1, 2)).__floor__(), currency)


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """The first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
