"""What is owed: to whom, from what, and which funds carry it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money, total
from vouchers.core.text import say as _
from vouchers.ledger.chart import Account
from vouchers.ledger.recipes import Share
from vouchers.payables.states import PayeeKind, SourceKind

BOOKED_ON = {
    PayeeKind.ORGANISATION: Account.PAYABLE_SME,
    PayeeKind.PROVIDER: Account.PAYABLE_PROVIDER,
    PayeeKind.EXPERT: Account.PAYABLE_EXPERT,
}
"""The account of the general book on which a debt to each kind of payee stands."""


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is paid: a row of its register. A provider who stands in none yet has a name only."""

    kind: PayeeKind
    name: str
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Debt:
    """What a source books as owed, in the words of the one who pays. `shares` add up to the amount."""

    source_kind: SourceKind
    source_id: int
    number: str
    payee: Payee
    programme: Any
    region: Any
    shares: Sequence[Share]
    voucher: str = ""
    """The application's reference; empty where no voucher is paid."""
    call_code: str = ""
    instrument_code: str = ""
    pay_by: date | None = None

    @property
    def amount(self) -> Money:
        """All that is owed."""
        return total([share.amount for share in self.shares])

    @property
    def account(self) -> Account:
        """On which account of the general book it stands."""
        return BOOKED_ON[self.payee.kind]


def registered_name(payable: Any) -> str:
    """The name of a debt's payee as its register has it now; as it was booked where the payee stands in none yet."""
    provider = payable.provider
    owner = payable.organisation or (provider.organisation or provider if provider is not None else None)
    if payable.expert is not None:
        owner = payable.expert.user
    return str(owner.name if owner is not None else payable.payee_name)


def ensure_something_is_owed(debt: Debt) -> None:
    """A debt has shares, each of them more than nothing."""
    if not debt.shares or any(share.amount.cents <= 0 for share in debt.shares):
        raise RuleBroken(_("Nothing is to be paid."))


def ensure_within(left: Mapping[int, int], taken: Mapping[int, int], field: str = "") -> None:
    """What is set off of each fund's share is more than nothing and at most what is left of it (fund id -> cents).

    Raises:
        RuleBroken: more than is owed, or nothing.
    """
    if not taken or any(cents <= 0 or cents > left.get(fund_id, 0) for fund_id, cents in taken.items()):
        raise RuleBroken(_("This is more than what is still owed, so it cannot be set off."), field=field)
