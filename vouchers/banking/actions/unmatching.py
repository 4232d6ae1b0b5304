"""A match that is taken back: the entry is on the worklist again, and nothing of it stays in the books."""

from __future__ import annotations

from datetime import datetime

from vouchers.banking.lifecycle import ENTRY
from vouchers.banking.models import Entry
from vouchers.banking.postings import booking_taken_back
from vouchers.banking.queries import known
from vouchers.banking.queries.booking import day_of_journal
from vouchers.banking.rules.unmatching import ensure_not_shown_by_another, is_confirmed, why_match_stays
from vouchers.banking.states import Doubt, Effect
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted
from vouchers.ledger.queries import list_moves
from vouchers.payments.actions.taking_back import take_back_execution, take_back_return
from vouchers.payments.models import Payment
from vouchers.payments.queries import get_payment, lock_batch
from vouchers.recoveries.actions.collecting import undo_receipt
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, transition


def unmatch_entry(entry: Entry, reason: str, *, by: User, at: datetime) -> None:
    """Take a match back, made by hand or by the office itself: what a recovery received is undone, what was executed or
    given back stands as before, and payments of which that was recorded by hand before lose the entry behind them.

    Raises:
        NotPermitted: something stands on what it did, which the sentence names.
        RuleBroken: what came back is used by others already, or a payment cannot stand as before.
    """
    with transition(entry, ENTRY.unmatch, by=by, at=at, why=reason) as step:
        for batch_id in sorted({match.payment.batch_id for match in entry.matches}):
            lock_batch(batch_id)  # first, as every step of a payment does
        for match in entry.matches:
            db.session.refresh(match.payment, with_for_update={"of": Payment})
        if stays := why_match_stays(entry):
            raise NotPermitted(stays)
        single = [(entry.recovery, entry.journal_id)] if entry.recovery is not None else []
        payments = known.list_payments([match.payment_id for match in entry.matches])
        effect, charge_id = entry.effect, None if single else entry.journal_id
        confirmed = {one.id for one in payments if is_confirmed(one, entry)}
        booked = [*single, *((debt.recovery, debt.journal_id) for debt in entry.debts)]
        _put_back(entry, reason)  # first, so that it does not follow the mirror images
        db.session.flush()
        for recovery, journal_id in booked:
            receipt = next(one for one in recovery.receipts if one.journal_id == journal_id)
            undo_receipt(recovery, receipt.id, reason, by=by, at=at)
        if charge_id is not None:
            day = day_of_journal(charge_id)
            step.post(booking_taken_back(entry, charge_id, list_moves(charge_id), reason, on=day), is_belated=True)
        for payment in payments:
            if payment.id in confirmed:
                continue
            if effect == Effect.GIVES_BACK:
                _take_back_return(payment, entry, reason, by=by, at=at)
            else:
                take_back_execution(payment, reason, by=by, at=at)


def _take_back_return(payment: Payment, entry: Entry, reason: str, *, by: User, at: datetime) -> None:
    """What was executed only because it came back is under way again."""
    take_back_return(payment, reason, by=by, at=at)
    payment = get_payment(payment.id)
    if payment.bank_reference == entry.bank_line:
        ensure_not_shown_by_another(payment, is_shown=known.is_shown(payment.id, Effect.EXECUTES))
        take_back_execution(payment, reason, by=by, at=at)


def reopen_entry(journal_id: int, *, why: str, at: datetime) -> None:
    """What had an entry in the books was undone there: the entry waits on the worklist, in the same unit of work."""
    db.session.flush()
    entry = known.find_entry_of_journal(journal_id)
    if entry is None:
        return
    with transition(entry, ENTRY.reopen, by=OFFICE, at=at, why=why):
        _put_back(entry, why)


def _put_back(entry: Entry, reason: str) -> None:
    entry.doubt, entry.reason = Doubt.NONE, reason
    entry.effect = entry.booked_as = None
    entry.fund = entry.recovery = entry.recovery_id = entry.journal_id = None
    entry.matches.clear()
    entry.debts.clear()
