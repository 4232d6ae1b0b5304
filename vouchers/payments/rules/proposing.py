"""What a proposal of payments comes to, fund line by fund line. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from vouchers.core.money import Money


@dataclass(frozen=True, slots=True)
class LineSum:
    """What would be paid now from one fund line, in one currency."""

    line: str
    amount: Money


def sums_by_line(payables: Iterable[Any]) -> list[LineSum]:
    """The open shares of these debts, by fund line and currency; together they are what is open, to the cent."""
    cents: Counter[tuple[str, str]] = Counter()
    for payable in payables:
        for share in payable.shares:
            cents[share.fund.line, payable.currency] += share.open_cents
    return [LineSum(line, Money(sum_of, currency)) for (line, currency), sum_of in sorted(cents.items()) if sum_of]
