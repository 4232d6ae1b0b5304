"""A calculation as it is shown: line by line, with its formula and the figures in it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from vouchers.core.money import Money
from vouchers.core.text import Sentence

Figure = Money | Decimal | int


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its sign in formulas, what it is, how it comes about, and what comes out (None: cannot be said)."""

    symbol: str
    meaning: Sentence
    formula: str
    value: Figure | None

    @property
    def is_money(self) -> bool:
        """Whether it is an amount."""
        return isinstance(self.value, Money)


def to_cents(amount: Fraction | Decimal) -> int:
    """An exact amount in cents, rounded half up to whole ones."""
    if isinstance(amount, Fraction):
        return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def as_decimal(value: Fraction, places: int) -> Decimal:
    """A fraction with so many decimals, rounded half up."""
    scale = 10**places
    return Decimal(to_cents(value * scale)).scaleb(-places)


def rounded(value: Decimal, places: int) -> Decimal:
    """The same with so many decimals, rounded half up."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
