"""What becomes of a payment that the bank had refused, and executed all the same.

Its debt was open again meanwhile. Where it still is, this payment pays it after all. Where it was paid by another
payment (or is not owed any more), the money left for nothing: it stands in the books as undue until it comes back, or
until the other payment fails and this one counts.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from vouchers.core.clock import day_in
from vouchers.core.database import db
from vouchers.ledger.chart import Account
from vouchers.ledger.drafts import Move
from vouchers.ledger.queries import find_last_journal
from vouchers.ledger.recipes import Share
from vouchers.payables.actions.owing import pay_payable
from vouchers.payables.models import Payable
from vouchers.payables.states import PayableState
from vouchers.payments import letters, postings, queries
from vouchers.payments.actions.settling import ensure_booked_after_sent, settled
from vouchers.payments.lifecycle import PAYMENT
from vouchers.payments.models import Payment
from vouchers.payments.rules.batches import ensure_books_agree
from vouchers.payments.rules.execution_day import ensure_return_day
from vouchers.payments.rules.undue import ensure_nothing_set_off, ensure_rival_is_sent, ensure_said_why
from vouchers.payments.sources import find_sources, tell_source
from vouchers.workflow.transition import OFFICE, Step, transition


def execute_refused_payment(
    payment: Payment,
    booked_on: date,
    bank_reference: str,
    reason: str,
    *,
    is_belated: bool = False,
    by: Any,
    at: datetime,
) -> None:
    """The bank had refused one payment and paid it all the same, on its booking day.

    Its debt, which was open again, is paid; where it was paid by another payment meanwhile, the money is undue.

    Args:
        is_belated: whether the bank itself says the day, so that where the period of that day is closed it is booked
            today, as a correction of it.

    Raises:
        RuleBroken: no reason; a day in the future, before the authorisation, or closed; a part of the debt was set off
            meanwhile; the other payment of the debt was not sent yet, and can still be cancelled.
        WrongState: the bank had not refused it, or this was noted before.
    """
    ensure_said_why(reason)
    with settled(payment, at=at) as (batch, payment):
        ensure_booked_after_sent(batch, booked_on, at=at)
        payable = payment.payable
        db.session.refresh(payable, with_for_update={"of": Payable})
        ensure_rival_is_sent(queries.find_live_payment(payable.id))
        is_owed = payable.state in (PayableState.OPEN, PayableState.HELD)
        row = PAYMENT.execute_refused if is_owed else PAYMENT.execute_undue
        with transition(payment, row, by=by, at=at, why=reason) as step:
            payment.executed_on, payment.bank_reference = booked_on, bank_reference
            if is_owed:
                _pay_after_all(step, payment, is_belated=is_belated, at=at)
            else:
                shares = _shares(payment, "payment_refused", Account.IN_EXECUTION)
                step.post(postings.payment_undue(payment, shares), is_belated=is_belated)
                letters.write_to_officers(step, payment, "payments/undue")


def _pay_after_all(step: Step, payment: Payment, *, is_belated: bool, at: datetime) -> None:
    """What the refusal booked is taken back, and then the payment is as any other that the bank has made."""
    payable = payment.payable
    ensure_nothing_set_off(payable)
    ensure_books_agree(payable.number, payable.open_amount, payment.amount)
    refusal = find_last_journal("payment", payment.id, "payment_refused")
    assert refusal is not None
    assert payment.executed_on is not None
    step.post(postings.refusal_taken_back(payment, *refusal))
    step.post(
        postings.payments_executed(
            [payment],
            reference=payment.end_to_end_id,
            bank_reference=payment.bank_reference,
            on=payment.executed_on,
        ),
        is_belated=is_belated,
    )
    subject = find_sources([payable])[payable.id]
    pay_payable(payable, by=OFFICE, at=at)
    tell_source(payable, subject, "pay", at=at)
    letters.write_to_payee(step, payment, subject)


def return_undue_payment(
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
    """What was paid unduly is back at the bank, whole: from the bank, or from the payee. Nothing is owed by it.

    Args:
        is_belated: as of `execute_refused_payment`.

    Raises:
        RuleBroken: a day in the future, before the money left, or in a closed period.
        WrongState: nothing is out for this payment.
    """
    with settled(payment, at=at) as (batch, payment):
        why = " ".join(part for part in (reason_code, note) if part)
        with transition(payment, PAYMENT.return_undue, by=by, at=at, why=why or None) as step:
            today = day_in(batch.region.time_zone, at)
            ensure_return_day(returned_on, executed=payment.executed_on or returned_on, today=today)
            payment.returned_on, payment.return_reference = returned_on, bank_reference
            shares = _shares(payment, "undue_payment", Account.UNDUE_PAYMENTS)
            step.post(postings.undue_returned(payment, shares), is_belated=is_belated)


def find_stand_in(payable: Payable) -> Payment | None:
    """The payment that pays a debt where its own payment fails: one that had left for it unduly, of the same amount.

    What was set off meanwhile leaves another sum to pay, and is left to people.
    """
    payment = queries.find_undue_payment(payable.id)
    return payment if payment is not None and payment.amount == payable.open_amount else None


def count_undue_payment(payment: Payment, *, at: datetime) -> None:
    """The other payment of its debt has failed, and the debt is open again: this one pays it after all."""
    payable = payment.payable
    with transition(payment, PAYMENT.count_undue, by=OFFICE, at=at) as step:
        step.post(postings.undue_counted(payment, _shares(payment, "undue_payment", Account.UNDUE_PAYMENTS)))
        pay_payable(payable, by=OFFICE, at=at)
        tell_source(payable, find_sources([payable])[payable.id], "pay", at=at)


def _shares(payment: Payment, event: str, account: Account) -> list[Share]:
    """The payment fund by fund, as it stands on an account in the last journal of an event."""
    found = find_last_journal("payment", payment.id, event)
    moves: list[Move] = found[1] if found else []
    kinds = {share.fund_id: share.fund.kind for share in payment.payable.shares}
    return [Share(move.fund_id, kinds[move.fund_id], move.amount) for move in moves if move.account == account]
