"""On which fund lines the money of an envelope stands, and at which rates. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from vouchers.programmes.rules.plan import Envelope, FundLine

RATE_PLACES = Decimal("0.000001")
"""What the register keeps of a rate; the shares of an envelope are exact amounts beside it."""


def lines_of(envelope: Envelope, fund_lines: Sequence[FundLine]) -> list[FundLine]:
    """The fund lines that carry an envelope, in the order of its shares.

    An envelope with shares of its own has only the lines that it names, at the rates that its shares make; its vouchers
    are split by those.
    """
    if not envelope.has_own_shares:
        return list(fund_lines)
    named = {line.code: line for line in fund_lines}
    return [replace(named[code], rate=_rate(part.cents, envelope.amount.cents)) for code, part in envelope.shares]


def _rate(part: int, whole: int) -> Decimal:
    return max((Decimal(part) / Decimal(whole)).quantize(RATE_PLACES), RATE_PLACES)
