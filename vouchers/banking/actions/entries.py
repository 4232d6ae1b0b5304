"""What becomes of the movements: booked through the actions of payments, matched by hand, or set aside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from vouchers.banking.actions.statements import finish_statement
from vouchers.banking.lifecycle import ENTRY, STATEMENT
from vouchers.banking.models import Entry, EntryPayment, Statement
from vouchers.banking.postings import movement_booked
from vouchers.banking.queries import known
from vouchers.banking.queries import statements as queries
from vouchers.banking.rules.booking import Booking
from vouchers.banking.rules.by_hand import ensure_code, ensure_fits, ensure_pays
from vouchers.banking.rules.charges import payer_of
from vouchers.banking.rules.confirming import recorded_of
from vouchers.banking.rules.days import day_in_books, is_of_the_bank
from vouchers.banking.states import BookedAs, Doubt, Effect, EntryState
from vouchers.core.clock import day_in
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import Busy, NotPermitted, Refused, WrongState
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.ledger.actions import fund_of_bank
from vouchers.ledger.recipes import Share
from vouchers.payments import policy as payment_policy
from vouchers.payments.actions.fates import execute_payment, give_back_payment
from vouchers.payments.actions.undue import execute_refused_payment, return_undue_payment
from vouchers.payments.models import Payment
from vouchers.payments.queries import lock_batch
from vouchers.payments.states import PaymentState
from vouchers.recoveries.actions.collecting import receive_recovery
from vouchers.recoveries.models import Recovery
from vouchers.recoveries.queries import get_recovery
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, Step, transition

AT_ONCE = 50
"""Entries that are booked in one unit of work."""


def book_statement(statement: Statement, *, at: datetime) -> None:
    """Book what was recognised of a statement; what is refused now goes to the worklist with the reason.

    May run twice, also at once: each entry is booked by whoever is first.
    """
    while entries := queries.list_to_book(statement.id, at_most=AT_ONCE):
        try:
            with unit_of_work():
                for entry in entries:
                    _book(entry, at=at)
        except Busy:
            raise
        except Refused:
            for entry in entries:
                _book_or_doubt(entry.id, at=at)
        statement = queries.get_statement(statement.id)
        left = queries.count_entries(statement.id).get(EntryState.RECOGNISED, 0)
        with transition(statement, STATEMENT.advance, by=OFFICE, at=at):
            statement.booked = statement.to_book - left
    finish_statement(queries.get_statement(statement.id), by=OFFICE, at=at)


def _book(entry: Entry, *, at: datetime) -> None:
    with transition(entry, ENTRY.match, by=OFFICE, at=at) as step:
        _carry_out(step, entry, entry.return_code, by=OFFICE, at=at)


def _book_or_doubt(entry_id: int, *, at: datetime) -> None:
    """Book one entry by itself; the reason stands on it where that is refused."""
    try:
        _book(queries.get_entry(entry_id), at=at)
        return
    except Busy:  # the job comes back
        raise
    except Refused as refused:
        reason = str(refused)
    entry = queries.get_entry(entry_id)
    if entry.state != EntryState.RECOGNISED:  # another worker has booked it
        return
    try:
        with transition(entry, ENTRY.doubt, by=OFFICE, at=at, why=reason):
            entry.doubt, entry.effect, entry.reason = Doubt.REFUSED, None, reason
            entry.recovery = entry.recovery_id = None
            entry.matches.clear()
    except WrongState:
        return


def _carry_out(
    step: Step, entry: Entry, code: str, *, by: Any, at: datetime, on: date | None = None, reason: str = ""
) -> None:
    """What the entry does to its payments, in the order of their ids, or to the recovery that it pays.

    Where the period of the bank's day is closed, it is booked today as a correction of that day.
    """
    at_bank = day_in_books(entry.booked_on, entry.value_on)
    day, is_belated = on or at_bank or day_in(entry.statement.region.time_zone, at), is_of_the_bank(on, at_bank)
    if entry.recovery_id is not None:
        recovery = get_recovery(entry.recovery_id)
        because = reason if by is not OFFICE else str(_("More came in than was owed on that day."))
        line = entry.receipt_line
        receipt = receive_recovery(
            recovery, entry.amount, day, line, by=by, at=at, rest_because=because, is_belated=is_belated
        )
        entry.journal_id = receipt.journal_id
        entry.reason = because if receipt.amount < entry.amount else ""
    payments = known.list_payments([match.payment_id for match in entry.matches])
    for payment in payments:
        if _is_in_the_books(payment, entry.effect):
            _ensure_settles(by, payment)  # it was recorded by hand: now the bank shows it, and nothing is booked
        elif entry.effect == Effect.EXECUTES:
            _execute(payment, day, entry.bank_line, reason, is_belated=is_belated, by=by, at=at)
        else:
            give_back = return_undue_payment if payment.state == PaymentState.UNDUE else give_back_payment
            said: dict[str, Any] = {"returned_on": day, "bank_reference": entry.bank_line, "note": entry.return_text}
            give_back(payment, code, **said, is_belated=is_belated, by=by, at=at)
    if entry.effect == Effect.GIVES_BACK:
        because = reason if by is not OFFICE else str(_("The bank kept a charge of what came back."))
        _book_charge(step, entry, payments, day, because, is_belated=is_belated)


def _book_charge(
    step: Step, entry: Entry, payments: Sequence[Payment], day: date, because: str, *, is_belated: bool
) -> None:
    """What is missing of payments that came back is a charge of the bank, on the fund for what it moves."""
    kept = sum(payment.amount_cents for payment in payments) - entry.cents
    entry.reason = because if kept else ""
    if not kept:
        return
    payer = payer_of(payments)
    fund = fund_of_bank(payer.programme, payer.region, entry.currency)
    share = Share(fund.id, fund.kind, Money(-kept, entry.currency))
    draft = movement_booked(entry, Booking(BookedAs.CHARGE, because), share, on=day)
    entry.journal_id = step.post(draft, is_belated=is_belated)


def _execute(
    payment: Payment, day: date, bank_line: str, reason: str, *, is_belated: bool, by: Any, at: datetime
) -> None:
    if payment.state == PaymentState.REJECTED:
        execute_refused_payment(payment, day, bank_line, reason, is_belated=is_belated, by=by, at=at)
    else:
        execute_payment(payment, day, bank_line, is_belated=is_belated, by=by, at=at)


def _is_in_the_books(payment: Payment, effect: Effect | None) -> bool:
    """Whether this was recorded of a payment before, and no other entry shows it. It is held to the end of the step."""
    if effect not in recorded_of(payment.state, payment.executed_on):
        return False
    lock_batch(payment.batch_id)  # first, as every step of a payment does
    db.session.refresh(payment, with_for_update={"of": Payment})
    return effect in recorded_of(payment.state, payment.executed_on) and not known.is_shown(payment.id, effect)


def _ensure_settles(by: Any, payment: Payment) -> None:
    if reason := payment_policy.settles(by, payment):
        raise NotPermitted(reason)


def match_entry(
    entry: Entry,
    payment_ids: Sequence[int],
    *,
    by: User,
    at: datetime,
    on: date | None = None,
    code: str = "",
    reason: str = "",
    charge: Money | None = None,
) -> None:
    """Say which payments an entry executes or gives back; that is booked at once.

    Args:
        on: the day in the books; None: that of the bank.
        code: why money came back, where the bank has not said it.
        reason: how the person knows that it was executed, where the bank had refused a payment; or that a charge was
            kept.
        charge: what the bank has kept of money that came back; it is booked in the same step.

    Raises:
        RuleBroken: the payments are not those of the account, do not add up to the entry, or cannot be booked.
        NotPermitted: a payment is of a programme that the person does not work for.
    """
    with transition(entry, ENTRY.match_by_hand, by=by, at=at, why=reason.strip() or None) as step:
        effect = Effect.GIVES_BACK if entry.is_credit else Effect.EXECUTES
        payments = known.list_payments(payment_ids)
        ensure_fits(entry, payments, charge, reason)
        code = entry.return_code or ensure_code(code)
        entry.effect, entry.doubt, entry.return_code = effect, Doubt.NONE, code
        entry.matches = [EntryPayment(payment_id=payment.id) for payment in payments]
        _carry_out(step, entry, code, by=by, at=at, on=on, reason=reason)


def match_entry_to_recovery(
    entry: Entry, recovery: Recovery, *, by: User, at: datetime, on: date | None = None, reason: str = ""
) -> None:
    """Say which recovery an entry pays; that is booked at once. What is more than is owed goes to suspense with it.

    Args:
        on: the day in the books; None: that of the bank.
        reason: why the rest may lie in suspense, where more came in than is owed.

    Raises:
        RuleBroken: no incoming money, another region's recovery or another currency, or more than is owed and no
            reason.
        NotPermitted: the recovery is of a programme that the person does not work for.
    """
    with transition(entry, ENTRY.match_by_hand, by=by, at=at, why=reason.strip() or None) as step:
        ensure_pays(entry, recovery)
        entry.effect, entry.doubt = Effect.REPAYS, Doubt.NONE
        entry.recovery, entry.recovery_id = recovery, recovery.id
        _carry_out(step, entry, "", by=by, at=at, on=on, reason=reason)


def set_entry_aside(entry: Entry, reason: str, *, by: User, at: datetime) -> None:
    """It concerns no payment: a charge, a transfer between own accounts, income."""
    with transition(entry, ENTRY.set_aside, by=by, at=at, why=reason):
        entry.reason = reason


def take_entry_up(entry: Entry, *, by: User, at: datetime) -> None:
    """Put what was set aside back on the worklist."""
    with transition(entry, ENTRY.take_up, by=by, at=at):
        entry.reason = ""
