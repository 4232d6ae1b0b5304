"""What an entry of the bank was matched with by mistake: the payment stands as it stood before, and so do its debt,
what that comes from, and the books. Nothing leaves by it, and a payment is never made anew but by two persons.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.core.database import db, unit_of_work
from vouchers.ledger.queries import find_last_journal
from vouchers.payables.actions.owing import pay_payable, unpay_payable
from vouchers.payables.models import Payable
from vouchers.payments import letters, postings, queries
from vouchers.payments.lifecycle import BATCH, PAYMENT
from vouchers.payments.models import Payment
from vouchers.payments.rules.taking_back import (
    ensure_nothing_claimed_back,
    ensure_still_owed,
    ensure_was_executed,
    ensure_was_given_back,
)
from vouchers.payments.sources import find_sources, tell_source
from vouchers.payments.states import BatchState
from vouchers.workflow.transition import OFFICE, transition


def take_back_execution(payment: Payment, reason: str, *, by: Any, at: datetime) -> None:
    """The bank has not paid it: it is under way again, and its batch is not done.

    Raises:
        RuleBroken: the bank had refused it before, or it was not booked by itself; money is claimed back on its
            voucher, or claims have settled the advance that it paid.
        WrongState: it is not executed any more.
    """
    with unit_of_work():
        batch = queries.lock_batch(payment.batch_id)
        payment = queries.get_payment(payment.id)
        with transition(payment, PAYMENT.take_back_execution, by=by, at=at, why=reason) as step:
            journal = find_last_journal("payment", payment.id, "bank_debit")
            refusal = find_last_journal("payment", payment.id, "payment_refused")
            journal_id, moves = ensure_was_executed(payment, journal, refusal)
            ensure_nothing_claimed_back(payment, queries.find_recovery_of(payment.voucher))
            day = payment.executed_on
            step.post(postings.taken_back(payment, "bank_debit", journal_id, moves, reason, on=day), is_belated=True)
            payment.executed_on, payment.bank_reference = None, ""
            subject = find_sources([payment.payable])[payment.payable_id]
            unpay_payable(payment.payable, why=reason, by=OFFICE, at=at)
            tell_source(payment.payable, subject, "unpay", at=at)
            letters.write_mistake(step, payment, subject)
        if batch.state == BatchState.DONE:
            with transition(batch, BATCH.reopen, by=OFFICE, at=at, why=reason):
                batch.executed_on = None


def take_back_return(payment: Payment, reason: str, *, by: Any, at: datetime) -> None:
    """The money has not come back: the payment stands as executed, and its debt is paid.

    Raises:
        RuleBroken: its debt was put into another payment, paid, cancelled or set off meanwhile; it was paid unduly.
        WrongState: it is not given back any more.
    """
    with unit_of_work():
        queries.lock_batch(payment.batch_id)
        payment = queries.get_payment(payment.id)
        with transition(payment, PAYMENT.take_back_return, by=by, at=at, why=reason) as step:
            payable, day = payment.payable, payment.returned_on
            db.session.refresh(payable, with_for_update={"of": Payable})
            ensure_still_owed(payment)
            for event in ("return_reopen", "payment_returned"):
                journal_id, moves = ensure_was_given_back(payment, find_last_journal("payment", payment.id, event))
                step.post(postings.taken_back(payment, event, journal_id, moves, reason, on=day), is_belated=True)
            payment.returned_on, payment.return_reference = None, ""
            payment.reason_code = payment.reason_note = ""
            subject = find_sources([payable])[payable.id]
            pay_payable(payable, by=OFFICE, at=at)
            tell_source(payable, subject, "pay", at=at)
            letters.write_mistake(step, payment, subject)
