"""Money: whole cents and a currency. Never a float, never a bare Decimal. Splits add up to the total exactly."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from vouchers.core.text import say as _

UNCLEAR_AMOUNT = _("Write the amount without a separator for thousands, such as 7000 or 7000.00.")
UNCLEAR_NUMBER = _("Write the number without a separator for thousands, such as 1200.")


class CurrencyMismatch(ValueError):
    """Two amounts in different currencies met."""


class UnclearAmount(ValueError):
    """One point or comma before three digits: a thousand for some readers, a decimal sign for others."""


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """An amount in whole cents of one currency (ISO 4217, two decimals)."""

    cents: int
    currency: str = "EUR"

    def __add__(self, other: Money) -> Money:
        return Money(self.cents + self._cents_of(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.cents - self._cents_of(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.cents, self.currency)

    def __bool__(self) -> bool:
        return self.cents != 0

    def share(self, rate: Decimal) -> Money:
        """`rate` (0.70 is 70 %) of the amount, floored to the cent; the rest is the SME's own share."""
        return Money(int((self.cents * rate).to_integral_value(ROUND_FLOOR)), self.currency)

    def split(self, weights: Sequence[Decimal]) -> list[Money]:
        """Parts in proportion to `weights` that add up exactly: largest remainder, ties to the earlier part."""
        return [Money(cents, self.currency) for cents in _largest_remainder(self.cents, weights)]

    @property
    def plain(self) -> str:
        """``7000.00``: two decimals, a point, no grouping; for files and machines."""
        sign, cents = ("-", -self.cents) if self.cents < 0 else ("", self.cents)
        return f"{sign}{cents // 100}.{cents % 100:02d}"

    def _cents_of(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} with {other.currency}")
        return other.cents

    def __str__(self) -> str:
        return f"{self.currency} {self.cents / Decimal(100):,.2f}"


MOST_CENTS = 10**14
"""A bound on any amount typed, far below what a database's integer holds."""


def parse_money(text: str, currency: str = "EUR") -> Money:
    """Read what a person or a file wrote: ``7000``, ``7 000.50``, ``7,000.50``, ``7.000,50``, ``7000,5``.

    Raises:
        UnclearAmount: ``7.000`` or ``7,000``.
        ValueError: not an amount, or more than two decimals.
    """
    cleaned = "".join(text.split()).replace("'", "").replace("’", "")
    if currency == "EUR":
        cleaned = cleaned.replace("€", "")
    if cleaned.upper().startswith(currency):
        cleaned = cleaned[len(currency) :]
    if is_unclear(cleaned):
        raise UnclearAmount(text)
    if not (read := _PLAIN.fullmatch(cleaned) or _GROUPED.fullmatch(cleaned)):
        raise ValueError(text)
    whole = read["whole"].replace(".", "").replace(",", "") or "0"
    cents = int(whole) * 100 + int((read["cents"] or "").ljust(2, "0"))
    return Money(-cents if read["sign"] == "-" else cents, currency)


_PLAIN = re.compile(r"(?P<sign>[-+]?)(?=[0-9.,]*[0-9])(?P<whole>[0-9]{0,40})(?:[.,](?P<cents>[0-9]{1,2}))?")
_GROUPED = re.compile(
    r"(?P<sign>[-+]?)(?P<whole>[1-9][0-9]{0,2}(?:(?P<group>[.,])[0-9]{3})(?:(?P=group)[0-9]{3}){0,12})"
    r"(?:(?!(?P=group))[.,](?P<cents>[0-9]{1,2}))?"
)
"""With a second group or with cents it can only be one thing."""


def is_unclear(figures: str) -> bool:
    """Whether these figures read as thousands in one country and with decimals in another."""
    return _UNCLEAR.fullmatch(figures) is not None


_UNCLEAR = re.compile(r"[-+]?[1-9][0-9]{0,2}[.,][0-9]{3}")


def EUR(text: str) -> Money:
    """``EUR("1 250.00")``: how tests and worked examples write money."""
    return parse_money(text)


def total(amounts: Sequence[Money], currency: str = "EUR") -> Money:
    """The sum; zero of `currency` when there is nothing to add."""
    answer = Money(0, amounts[0].currency if amounts else currency)
    for amount in amounts:
        answer = answer + amount
    return answer


def next_step(
    before: Sequence[Money], instalment: Money, weights: Sequence[Decimal], room: Sequence[Money] | None = None
) -> list[Money]:
    """How the next instalment is carried by the parts, given what each part has carried `before`.

    The cumulative amount is split and the difference is taken, so that the last instalment closes exactly. Largest
    remainder is not monotone (Alabama paradox), so a part that would have to give back is held at zero, and one that
    would carry more than it has `room` for is held there; the cents go to the parts with the largest step or room.

    Raises:
        ValueError: a negative instalment, or one for which there is no room.
    """
    if instalment.cents < 0 or (room is not None and sum(part.cents for part in room) < instalment.cents):
        raise ValueError("an instalment cannot be negative or larger than the room that is left")
    cumulative = total([*before, instalment])
    wanted = [(target - done).cents for target, done in zip(cumulative.split(weights), before, strict=True)]
    most = [part.cents for part in room] if room is not None else [max(step, 0) for step in wanted]
    steps = [min(max(step, 0), limit) for step, limit in zip(wanted, most, strict=True)]
    while over := max(sum(steps) - instalment.cents, 0):
        richest = max(range(len(steps)), key=lambda i: (steps[i], -i))
        steps[richest] -= min(over, steps[richest])
    while short := instalment.cents - sum(steps):
        roomiest = max(range(len(steps)), key=lambda i: (most[i] - steps[i], -i))
        steps[roomiest] += min(short, most[roomiest] - steps[roomiest])
    return [Money(step, instalment.currency) for step in steps]


def _largest_remainder(cents: int, weights: Sequence[Decimal]) -> list[int]:
    whole = sum(weights)
    if not weights or whole <= 0 or min(weights) < 0:
        raise ValueError("weights must be positive")
    if cents < 0:
        return [-part for part in _largest_remainder(-cents, weights)]
    parts = [int(cents * weight // whole) for weight in weights]
    remainders = [cents * weight % whole for weight in weights]
    by_remainder = sorted(range(len(parts)), key=lambda i: (-remainders[i], i))
    for i in by_remainder[: cents - sum(parts)]:
        parts[i] += 1
    return parts
