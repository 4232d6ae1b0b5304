"""What no payment and no recovery explains, booked by hand: a charge, interest, a transfer, money of a funder or of
somebody not known. One person suffices: the bank has moved the money, and says the amount and the day.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from vouchers.banking import policy
from vouchers.banking.lifecycle import ENTRY
from vouchers.banking.models import Entry
from vouchers.banking.postings import booking_taken_back, movement_booked
from vouchers.banking.queries import booking as queries
from vouchers.banking.rules.booking import (
    Booking,
    Payer,
    ensure_currency,
    ensure_day,
    ensure_kind,
    ensure_same_amount,
)
from vouchers.banking.rules.days import day_in_books, is_of_the_bank
from vouchers.banking.states import BookedAs
from vouchers.core.clock import day_in
from vouchers.core.errors import NotPermitted, RuleBroken
from vouchers.core.text import say as _
from vouchers.ledger.actions import fund_of_bank
from vouchers.ledger.models import Fund
from vouchers.ledger.queries import list_moves
from vouchers.ledger.recipes import Share
from vouchers.programmes.actions import record_received_funds, undo_received_funds
from vouchers.users.models import User
from vouchers.workflow.transition import Step, transition


def book_entry(entry: Entry, booking: Booking, *, by: User, at: datetime) -> None:
    """Book what a movement is; the account in the books is then what the bank says.

    Raises:
        RuleBroken: the kind does not fit, no reason, a day that cannot be, another day than the bank's that is closed,
            nothing chosen to book it on.
        NotPermitted: the fund is of a programme that the person does not work for.
    """
    with transition(entry, ENTRY.book, by=by, at=at, why=booking.reason) as step:
        ensure_kind(entry, booking)
        at_bank = day_in_books(entry.booked_on, entry.value_on)
        day = booking.on or at_bank or day_in(entry.statement.region.time_zone, at)
        ensure_day(day, at_bank=at_bank, today=day_in(entry.statement.region.time_zone, at))
        is_belated = is_of_the_bank(booking.on, at_bank)
        if booking.kind is BookedAs.FUNDS:
            entry.fund, entry.journal_id = _receive(entry, booking, day, is_belated=is_belated, by=by, at=at)
        elif booking.kind is BookedAs.KNOWN:
            entry.fund, entry.journal_id = _recognise(entry, booking, by=by)
        else:
            entry.fund, entry.journal_id = _post(step, entry, booking, day, is_belated=is_belated, by=by)
        entry.booked_as, entry.reason = booking.kind, booking.reason


def _post(step: Step, entry: Entry, booking: Booking, day: date, *, is_belated: bool, by: User) -> tuple[Fund, int]:
    """On the fund of the programme for what its bank moves; that fund stands in no budget."""
    payer = booking.payer
    if payer is None or payer not in queries.list_payers(entry.statement.iban):
        raise RuleBroken(_("Choose one of the programmes that this account pays for."), field="payer")
    _ensure_works_for(by, payer)
    fund = fund_of_bank(payer.programme, payer.region, entry.currency)
    ensure_currency(fund, entry)
    signed = entry.amount if entry.is_credit else -entry.amount
    draft = movement_booked(entry, booking, Share(fund.id, fund.kind, signed), on=day)
    return fund, step.post(draft, is_belated=is_belated)


def _receive(
    entry: Entry, booking: Booking, day: date, *, is_belated: bool, by: User, at: datetime
) -> tuple[Fund, int]:
    """As the finance officer would record it; each attempt bears a reference of its own, for money is booked once."""
    line = queries.find_fund_line(entry.statement.iban, booking.fund_id)
    if line is None:
        raise RuleBroken(_("Choose one of the fund lines."), field="line")
    ensure_currency(line.fund, entry)
    tried = queries.count_bookings(entry.id)
    reference = entry.receipt_line + (f" ({tried + 1})" if tried else "")
    envelope = queries.get_envelope(line.envelope_id)
    return line.fund, record_received_funds(
        *(envelope, line.fund.line, entry.amount),
        on=day,
        reference=reference,
        as_correction=is_belated,
        by=by,
        at=at,
    )


def _recognise(entry: Entry, booking: Booking, *, by: User) -> tuple[Fund, int]:
    """Nothing is booked: the journal that was recorded by hand is named as what the movement is."""
    found = queries.find_recorded(entry.statement.iban, entry.currency, booking.journal_id)
    if found is None:
        raise RuleBroken(_("Choose what was recorded by hand."), field="journal")
    ensure_same_amount(found.amount, entry)
    _ensure_works_for(by, Payer(found.fund.programme, found.fund.region))
    return found.fund, found.id


def _ensure_works_for(by: Any, payer: Payer) -> None:
    if reason := policy.is_officer(by, payer):
        raise NotPermitted(reason)


def unbook_entry(entry: Entry, reason: str, *, by: User, at: datetime) -> None:
    """What was booked by hand was not so: the mirror image is booked, and the entry is on the worklist again.

    The mirror image stands on the day of what it undoes, or today where that day is closed.
    """
    with transition(entry, ENTRY.unbook, by=by, at=at, why=reason) as step:
        journal_id, fund_id, kind = entry.journal_id, entry.fund_id, entry.booked_as
        assert journal_id is not None
        assert fund_id is not None
        entry.booked_as = entry.fund = entry.journal_id = None  # first, so that it does not follow the mirror image
        entry.reason = ""
        day = queries.day_of_journal(journal_id)
        if kind is BookedAs.FUNDS:
            envelope = queries.get_envelope_of(fund_id)
            undo_received_funds(envelope, journal_id, on=day, reason=reason, by=by, at=at)
        elif kind is not BookedAs.KNOWN:
            moves = list_moves(journal_id)
            step.post(booking_taken_back(entry, journal_id, moves, reason, on=day), is_belated=True)
