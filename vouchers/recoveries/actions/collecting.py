"""Money that comes back at the bank; and taking back what was recorded by mistake."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from vouchers.claims.actions.paying import give_back_claim_payment
from vouchers.claims.queries.files import get_claim
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.payables.actions.owing import undo_set_off
from vouchers.payables.models import Payable
from vouchers.payables.states import PayableState
from vouchers.recoveries import letters, postings, queries
from vouchers.recoveries.actions.booking import (
    add_instalment,
    bank_share,
    interest_owed,
    note_returned,
    own_share,
    settle_if_done,
    settle_part,
    shares_of,
)
from vouchers.recoveries.lifecycle import RECOVERY
from vouchers.recoveries.models import Receipt, Recovery
from vouchers.recoveries.rules import orders
from vouchers.recoveries.states import ReceiptKind
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, transition


def receive_recovery(
    recovery: Recovery,
    amount: Money,
    on: date,
    reference: str,
    *,
    by: Any,
    at: datetime,
    rest_because: str | None = None,
    beside: Money | None = None,
    is_belated: bool = False,
) -> Receipt:
    """Money came at the bank: it settles the interest first, then the principal, which others may use again.

    Args:
        on: the bank's booking day.
        reference: of the line on the bank's statement; money of one line is recorded once.
        by: an officer; or the office itself, where it reads the bank's statement.
        rest_because: why what is more than is owed may lie in suspense; it is in the same journal, and undone with
            it. None: more than is owed is refused.
        beside: what of the same transfer pays no recovery, where the officer has said how much each takes: it lies in
            suspense because of `rest_because`, and more than is owed is refused. None: all of it pays this recovery.
        is_belated: whether the bank itself says the day, so that where the period of that day is closed it is booked
            today, as a correction of it.

    Raises:
        RuleBroken: more than is owed and no reason, a wrong day, a day in a closed period, or this line was recorded
            before.
    """
    with unit_of_work():
        recovery = queries.get_recovery(recovery.id)
        with transition(recovery, RECOVERY.receive, by=by, at=at, why=reference) as step:
            reference = orders.ensure_new_reference(reference, recovery.receipts)
            whole = amount if beside is None else amount + beside
            owed = interest_owed(recovery, on) + recovery.open_principal
            if rest_because is None:
                orders.ensure_not_more(whole, owed)
            elif beside is None:
                amount = orders.taken_of(whole, owed, rest_because)
            for some in {whole, amount} if by.id is None else ():
                orders.ensure_not_by_hand(some, on, recovery.receipts)
            receipt = settle_part(step, recovery, amount, on, kind=ReceiptKind.BANK, reference=reference)
            principal = shares_of(receipt.returned, recovery.shares, recovery.currency)
            interest = own_share(recovery, receipt.interest)
            receipt.journal_id = step.post(
                postings.received(
                    recovery,
                    principal,
                    interest,
                    bank_reference=reference,
                    on=on,
                    rest=bank_share(recovery, whole - amount),
                    rest_because=rest_because or "",
                ),
                is_belated=is_belated,
            )
            letters.write_to_debtor(step, recovery, "receive", amount=amount, rest=recovery.left)
        settle_if_done(recovery, at=at)
        return receipt


def undo_receipt(recovery: Recovery, receipt_id: int, reason: str, *, by: User, at: datetime) -> None:
    """What was recorded was wrong: the mirror image is booked, and it is owed again as if it had never come.

    A debt that was set off is to be paid again. A waiver is not undone.

    Raises:
        WrongState: there is no such money, or it was undone before.
        RuleBroken: the rest of the debt was paid meanwhile, or the money is used by others already; the transfer that
            brought it pays other debts, too.
    """
    with unit_of_work():
        recovery = queries.get_recovery(recovery.id)
        with transition(recovery, RECOVERY.undo, by=by, at=at, why=reason) as step:
            receipt = next((one for one in recovery.receipts if one.id == receipt_id), None)
            if receipt is None or not receipt.may_be_undone:
                raise WrongState(_("This was undone before, or cannot be undone."))
            line = queries.map_on_statements(recovery).get(receipt.journal_id or 0)
            if line is not None and line.is_shared:
                raise RuleBroken(orders.SHARED)
            journal = queries.get_journal(receipt.journal_id or 0)
            receipt.undone_at = at
            note_returned(recovery, shares_of(receipt.returned, recovery.shares, recovery.currency), sign=-1)
            recovery.interest_paid_cents -= receipt.interest_cents
            step.post(postings.undone(recovery, journal, queries.map_currencies([journal]), f"undone, {reason}"))
            if receipt.payable is not None:
                _owe_again(receipt, receipt.payable, recovery, at=at)
            if recovery.planned_at is not None and receipt.recorded_at <= recovery.planned_at:
                add_instalment(recovery, receipt.principal, at=at)
            letters.write_to_debtor(
                step,
                recovery,
                "undo",
                amount=receipt.amount,
                debt=receipt.payable.number if receipt.payable else "",
                why=reason,
            )


def _owe_again(receipt: Receipt, payable: Payable, recovery: Recovery, *, at: datetime) -> None:
    db.session.refresh(payable, with_for_update={"of": Payable})
    was_paid = payable.state == PayableState.PAID
    taken = shares_of(receipt.taken, payable.shares, receipt.currency)
    undo_set_off(payable, taken, why=recovery.number, by=OFFICE, at=at)
    if was_paid:
        give_back_claim_payment(get_claim(payable.source_id), by=OFFICE, at=at)
