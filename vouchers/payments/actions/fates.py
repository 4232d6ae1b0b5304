"""What the bank does with one payment: it executes it, refuses it, or gives the money back.

Whoever reads what a bank sent calls these with `OFFICE`; officers call them by hand. The batch is locked first, so that
what concerns one batch happens one after another; it is done when none of its payments is under way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from vouchers.core.clock import day_in
from vouchers.core.database import db
from vouchers.payables.actions.owing import (
    keep_back_payable,
    order_payable,
    pay_payable,
    release_payable,
    reopen_payable,
)
from vouchers.payables.rules.reason_codes import is_about_the_account
from vouchers.payments import letters, postings
from vouchers.payments.actions.settling import ensure_booked_after_sent, settled
from vouchers.payments.actions.undue import count_undue_payment, find_stand_in
from vouchers.payments.lifecycle import PAYMENT
from vouchers.payments.models import Batch, Payment
from vouchers.payments.rules.batches import ensure_books_agree, ensure_sent
from vouchers.payments.rules.execution_day import ensure_return_day
from vouchers.payments.rules.giving_back import FIND_OUT_WHY, may_be_the_account
from vouchers.payments.sources import find_sources, tell_source
from vouchers.payments.states import PaymentState
from vouchers.workflow.transition import OFFICE, Step, creation, transition


def order_payments(batch: Batch, payments: Sequence[Payment], sources: Mapping[int, Any], *, at: datetime) -> None:
    """Each goes into its batch: its payable and what that comes from (`sources`) are in payment from now on."""
    for payment in payments:
        payment.batch_id = batch.id
        order_payable(payment.payable, by=OFFICE, at=at)
        tell_source(payment.payable, sources[payment.payable.id], "order", at=at)
        with creation(payment, PAYMENT.order, by=OFFICE, at=at):
            pass
    db.session.expire(batch, ["payments"])


def cancel_payments(batch: Batch, *, at: datetime) -> None:
    """The batch was taken back before anything went to the bank: all of it waits to be paid again."""
    sources = find_sources([payment.payable for payment in batch.payments])
    for payment in batch.under_way:
        with transition(payment, PAYMENT.cancel, by=OFFICE, at=at):
            release_payable(payment.payable, by=OFFICE, at=at)
            tell_source(payment.payable, sources[payment.payable_id], "release", at=at)


def execute_payments(
    payments: Sequence[Payment], booked_on: date, bank_reference: str, *, by: Any, at: datetime
) -> None:
    """The bank has paid these, all of one batch, on its booking day. Whoever calls this books it, once for all."""
    sources = find_sources([payment.payable for payment in payments])
    for payment in payments:
        subject = sources[payment.payable_id]
        with transition(payment, PAYMENT.execute, by=by, at=at) as step:
            payment.executed_on, payment.bank_reference = booked_on, bank_reference
            letters.write_to_payee(step, payment, subject)
        _settle_debt(payment, subject, at=at)


def execute_payment(
    payment: Payment, booked_on: date, bank_reference: str, *, is_belated: bool = False, by: Any, at: datetime
) -> None:
    """The bank has paid one payment, on its booking day: the money has left, its source is paid, the payee hears of it.

    Args:
        is_belated: whether the bank itself says the day, so that where the period of that day is closed it is booked
            today, as a correction of it.

    Raises:
        RuleBroken: the batch is not authorised; a booking day in the future, before the authorisation, or closed.
        WrongState: the bank's answer was noted before.
    """
    with settled(payment, at=at) as (batch, payment):
        with _money_left(batch, payment, booked_on, bank_reference, is_belated=is_belated, by=by, at=at) as step:
            subject = find_sources([payment.payable])[payment.payable_id]
            letters.write_to_payee(step, payment, subject)
        _settle_debt(payment, subject, at=at)


def _settle_debt(payment: Payment, subject: Any, *, at: datetime) -> None:
    """After the payee was written to: what follows of it, such as that a voucher is completed, is told after it."""
    pay_payable(payment.payable, by=OFFICE, at=at)
    tell_source(payment.payable, subject, "pay", at=at)


@contextmanager
def _money_left(
    batch: Batch, payment: Payment, booked_on: date, bank_reference: str, *, is_belated: bool, by: Any, at: datetime
) -> Iterator[Step]:
    """The step in which the bank's execution of one payment is booked."""
    ensure_booked_after_sent(batch, booked_on, at=at)
    ensure_books_agree(payment.payable.number, payment.payable.open_amount, payment.amount)
    with transition(payment, PAYMENT.execute, by=by, at=at) as step:
        payment.executed_on, payment.bank_reference = booked_on, bank_reference
        step.post(
            postings.payments_executed(
                [payment], reference=payment.end_to_end_id, bank_reference=bank_reference, on=booked_on
            ),
            is_belated=is_belated,
        )
        yield step


def reject_payment(payment: Payment, reason_code: str, *, note: str = "", by: Any, at: datetime) -> None:
    """The bank refused one payment (pain.002 ``RJCT``) before any money left: its payable is open again, and says why.

    Args:
        reason_code: the bank's (``AC04``).
        note: what the bank wrote beside it.

    Raises:
        RuleBroken: the batch is not authorised.
        WrongState: the bank's answer was noted before.
    """
    with settled(payment, at=at) as (batch, payment):
        ensure_sent(batch)
        other = find_stand_in(payment.payable)
        with transition(payment, PAYMENT.reject, by=by, at=at, why=_why(reason_code, note)) as step:
            payment.reason_code, payment.reason_note = reason_code, note
            step.post(postings.payment_refused(payment))
            subject = _owe_again(payment, at=at)
            if other is None:
                letters.write_to_officers(step, payment, "payments/reject")
            if other is None and is_about_the_account(reason_code):  # the payee can mend it, nobody else
                letters.write_came_back(step, payment, subject)
        if other is not None:
            count_undue_payment(other, at=at)


def give_back_payment(
    payment: Payment,
    reason_code: str,
    *,
    returned_on: date,
    bank_reference: str,
    note: str = "",
    is_belated: bool = False,
    by: Any,
    at: datetime,
) -> None:
    """The bank gave the money of one payment back (camt return): its payable is open again, and says why.

    A payment of which the bank had not yet said that it left is executed first, on the same day: it must have left.
    Its debt was never paid by it, so nobody is told that it was, and no voucher is completed by it. Where nothing says
    that the account is right, the debt is held back until an officer lets it go.

    Args:
        reason_code: the bank's (``AC04``); empty where it gives none.
        note: what the bank wrote beside it.
        is_belated: as of `execute_payment`.

    Raises:
        RuleBroken: the batch is not authorised; a day in the future, before the money left, or in a closed period.
        WrongState: it was refused or given back before.
    """
    with settled(payment, at=at) as (batch, payment):
        if payment.state == PaymentState.ORDERED:
            with _money_left(batch, payment, returned_on, bank_reference, is_belated=is_belated, by=by, at=at):
                pass
        other = find_stand_in(payment.payable)
        with transition(payment, PAYMENT.give_back, by=by, at=at, why=_why(reason_code, note)) as step:
            today = day_in(batch.region.time_zone, at)
            ensure_return_day(returned_on, executed=payment.executed_on or returned_on, today=today)
            payment.reason_code, payment.reason_note = reason_code, note
            payment.returned_on, payment.return_reference = returned_on, bank_reference
            for draft in postings.payment_given_back(payment):
                step.post(draft, is_belated=is_belated)
            subject = _owe_again(payment, at=at)
            if other is None and may_be_the_account(reason_code):
                keep_back_payable(payment.payable, str(FIND_OUT_WHY), by=OFFICE, at=at)
            if other is None:
                letters.write_to_officers(step, payment, "payments/give_back")
                letters.write_came_back(step, payment, subject)
        if other is not None:
            count_undue_payment(other, at=at)


def _owe_again(payment: Payment, *, at: datetime) -> Any:
    """Answers what it is owed for."""
    payable = payment.payable
    subject = find_sources([payable])[payable.id]
    code, note = payment.reason_code, payment.reason_note
    reopen_payable(payable, code, note=note, account_id=payment.bank_account_id, by=OFFICE, at=at)
    tell_source(payable, subject, "give_back", at=at)
    return subject


def _why(reason_code: str, note: str) -> str:
    return " ".join(part for part in (reason_code, note) if part)
