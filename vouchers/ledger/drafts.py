"""What a journal is before it is stored: pure values that cannot be unbalanced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from vouchers.core.money import Money
from vouchers.ledger.chart import Account


class Unbalanced(ValueError):
    """The moves of a journal do not add up to zero in each book of each fund. A fault of the program, not of a user."""


@dataclass(frozen=True, slots=True)
class Move:
    """One line: a debit is positive, a credit negative. `voucher` is the application's reference, or ""."""

    account: Account
    fund_id: int
    amount: Money
    voucher: str = ""


@dataclass(frozen=True, slots=True)
class JournalDraft:
    """An event of the books (``accept_claim``), what it refers to, why, and its lines. `on` is the accounting day."""

    event: str
    reference: str
    narrative: str
    moves: tuple[Move, ...]
    on: date | None = None
    """None: the day of the step."""
    reverses_id: int | None = None

    def __post_init__(self) -> None:
        sums: dict[tuple[int, str], int] = defaultdict(int)
        for move in self.moves:
            sums[move.fund_id, move.account.book] += move.amount.cents
        if not self.moves or any(sums.values()):
            raise Unbalanced(f"{self.event} {self.reference}: {dict(sums)}")


def merged(moves: Iterable[Move]) -> tuple[Move, ...]:
    """The same moves with one line per account, fund and voucher, none of zero, in a fixed order (that of locks)."""
    sums: dict[tuple[int, str, Account, str], int] = defaultdict(int)
    for move in moves:
        sums[move.fund_id, move.amount.currency, move.account, move.voucher] += move.amount.cents
    return tuple(
        Move(account, fund_id, Money(cents, currency), voucher)
        for (fund_id, currency, account, voucher), cents in sorted(sums.items())
        if cents
    )
