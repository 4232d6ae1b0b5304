"""What must hold when a person books a movement that no payment and no recovery explains. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from vouchers.banking.states import BookedAs
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.ledger.chart import Account

_AGAINST = {
    BookedAs.CHARGE: Account.BANK_CHARGES,
    BookedAs.TRANSFER: Account.OWN_ACCOUNTS,
    BookedAs.SUSPENSE: Account.SUSPENSE,
}


@dataclass(frozen=True, slots=True)
class Payer:
    """A programme in a region that an account pays for: on its fund a movement of the bank is booked."""

    programme: str
    region: str

    @property
    def scope(self) -> str:
        """Whose mandate covers it; also how a page gives it back."""
        return f"{self.programme}/{self.region}"


@dataclass(frozen=True, slots=True)
class Booking:
    """What a person says of a movement. Which of the last three is needed, the kind says."""

    kind: BookedAs
    reason: str
    on: date | None = None
    """None: the day of the bank."""
    payer: Payer | None = None
    """Whose fund carries it."""
    fund_id: int | None = None
    """Of money from a funder: the fund line."""
    journal_id: int | None = None
    """Of what is in the books already: the journal."""


def against_of(kind: BookedAs, *, is_credit: bool) -> Account:
    """The account that says what a movement was."""
    if kind is BookedAs.INTEREST:
        return Account.BANK_INTEREST if is_credit else Account.INTEREST_PAID
    return _AGAINST[kind]


def kinds_of(*, is_credit: bool) -> list[BookedAs]:
    """What a movement of this direction can be: a funder's money comes in."""
    return [kind for kind in BookedAs if is_credit or kind is not BookedAs.FUNDS]


def ensure_kind(entry: Any, booking: Booking) -> None:
    """The kind fits the direction, and why is said."""
    if booking.kind not in kinds_of(is_credit=entry.is_credit):
        raise RuleBroken(_("This money went out, so it is not from a funder."), field="kind")
    if not booking.reason.strip():
        raise RuleBroken(_("Say why in a few words"), field="reason")


def ensure_day(on: date, *, at_bank: date | None, today: date) -> None:
    """The books follow the bank: on its day, or later where that is closed; never ahead of today."""
    if on > today:
        raise RuleBroken(_("This day is still to come. Enter the day on the bank statement."), field="on")
    if at_bank is not None and on < at_bank:
        raise RuleBroken(_("The bank booked it on %(day)s; it cannot be in the books before.", day=at_bank), field="on")


def ensure_currency(fund: Any, entry: Any) -> None:
    """The fund is kept in the currency of the movement."""
    if fund.currency != entry.currency:
        raise RuleBroken(
            _("The books of this programme are in %(currency)s, and the entry is not.", currency=fund.currency),
            field="payer",
        )


def ensure_same_amount(booked: Money, entry: Any) -> None:
    """What is in the books already moved the bank by exactly this."""
    signed = entry.amount if entry.is_credit else -entry.amount
    if booked != signed:
        raise RuleBroken(
            _("What was recorded is %(booked)s, and the entry is %(signed)s.", booked=booked, signed=signed),
            field="journal",
        )
