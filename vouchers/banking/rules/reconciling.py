"""How the balance of the bank and that of the books come from one another. Pure.

The bank's closing balance less the books' is a sum of what each knows alone: what stood on either before the first
statement, what the balances of the statements say and no entry of theirs, and what can be named one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from vouchers.banking.states import DifferenceKind
from vouchers.core.money import Money


@dataclass(frozen=True, slots=True)
class Span:
    """From the first statement of an account through the one that is looked at."""

    statement_id: int
    iban: str
    currency: str
    first_on: date
    """The first day of the first statement."""
    through_on: date
    opening_cents: int | None
    """Where the first statement began, if it says so."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many differences of a kind there are, and what they come to."""

    count: int = 0
    cents: int = 0


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The two balances at the end of a statement, and why they differ. A difference above zero is more at the bank."""

    currency: str
    closing_cents: int
    books_cents: int
    """On account 1000, of the funds that are paid from this account."""
    execution_cents: int
    """On account 1010: below zero what is ordered from the bank and not booked."""
    suspense_cents: int
    """On account 2300: below zero what belongs to nobody known."""
    before_cents: int
    """On account 1000 before the first statement."""
    opening_cents: int | None
    """Where the first statement began."""
    entries_cents: int
    """What the entries that are kept change, from the first statement on."""
    differences: Mapping[DifferenceKind, Counted]

    @property
    def difference(self) -> Money:
        """What the bank has more than the books."""
        return Money(self.closing_cents - self.books_cents, self.currency)

    @property
    def opening(self) -> Money:
        """What the bank had more than the books before the first statement."""
        return Money(self._began_at - self.before_cents, self.currency)

    @property
    def untold(self) -> Money:
        """What the statements' balances say and no entry of theirs: one is missing between two, or does not add up."""
        return Money(self.closing_cents - self._began_at - self.entries_cents, self.currency)

    @property
    def rest(self) -> Money:
        """What nothing explains. Anything but zero is a fault in the books or in what the bank sent."""
        explained = sum(one.cents for one in self.differences.values())
        return self.difference - self.opening - self.untold - Money(explained, self.currency)

    @property
    def _began_at(self) -> int:
        return self.closing_cents - self.entries_cents if self.opening_cents is None else self.opening_cents

    def of(self, kind: DifferenceKind) -> Counted:
        """The differences of a kind."""
        return self.differences.get(kind, Counted())

    def money(self, cents: int) -> Money:
        """An amount in the currency of the account."""
        return Money(cents, self.currency)
