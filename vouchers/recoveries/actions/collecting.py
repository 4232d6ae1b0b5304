"""Money that comes back: at the bank, or kept back from what the company is owed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from vouchers.claims.actions.paying import give_back_claim_payment, pay_claim
from vouchers.claims.queries import get_claim
from vouchers.core.clock import day_in
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.ledger.recipes import Share
from vouchers.payables.actions.owing import set_off_payable
from vouchers.payables.actions.owing import undo_set_off as give_back_to_payable
from vouchers.payables.models import Payable
from vouchers.payables.states import PayableState
from vouchers.recoveries import letters, postings, queries
from vouchers.recoveries.actions.booking import (
    add_instalment,
    book_interest,
    note_returned,
    own_share,
    settle_if_done,
)
from vouchers.recoveries.lifecycle import RECOVERY
from vouchers.recoveries.models import Receipt, Recovery
from vouchers.recoveries.rules import orders
from vouchers.recoveries.states import ReceiptKind
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, Step, transition


def receive_recovery(
    recovery: Recovery, amount: Money, on: date, reference: str, *, by: Any, at: datetime
) -> Receipt:
    """Money came at the bank: it settles the interest first, then the principal, which others may use again.

    Args:
        on: the bank's booking day.
        reference: of the line on the bank's statement; money of one line is recorded once.

    Raises:
        RuleBroken: more than is owed, a wrong day, or this line was recorded before.
    """
    with unit_of_work():
        recovery = queries.get_recovery(recovery.id)
        with transition(recovery, RECOVERY.receive, by=by, at=at, why=reference) as step:
            _ensure_new(recovery, reference)
            receipt = _settle(step, recovery, amount, on, at=at, kind=ReceiptKind.BANK, reference=reference)
            principal = _shares(receipt.returned, recovery)
            interest = own_share(recovery, receipt.interest)
            receipt.journal_id = step.post(
                postings.received(recovery, principal, interest, bank_reference=reference, on=on)
            )
            letters.write_to_debtor(step, recovery, "receive", amount=amount, rest=_rest(recovery))
        settle_if_done(recovery, at=at)
        return receipt


def _ensure_new(recovery: Recovery, reference: str) -> None:
    if not reference.strip():
        raise RuleBroken(_("Enter the reference on the bank’s statement."), field="reference")
    if any(one.reference == reference for one in recovery.receipts):
        raise RuleBroken(
            _("Money with this reference was recorded before, so nothing was recorded a second time."),
            field="reference",
        )


def _settle(
    step: Step,
    recovery: Recovery,
    amount: Money,
    on: date,
    *,
    at: datetime,
    kind: ReceiptKind,
    reference: str,
    payable: Payable | None = None,
) -> Receipt:
    """Book the interest to the day, note what settles what, and book again what the payment changes of it."""
    zone = recovery.agreement.application.region.time_zone
    assert recovery.ordered_at is not None
    today = day_in(zone, at)
    orders.ensure_received_day(on, ordered_on=day_in(zone, recovery.ordered_at), today=today)
    interest = max(queries.interest_through(recovery, on), recovery.interest_paid + recovery.interest_waived)
    parts = orders.allocate(
        amount,
        interest=interest - recovery.interest_paid - recovery.interest_waived,
        principal=recovery.open_principal,
    )
    shares = orders.split_part(parts.principal, recovery.whole, recovery.done)
    receipt = Receipt(
        recovery_id=recovery.id,
        kind=kind,
        received_on=on,
        reference=reference,
        principal_cents=parts.principal.cents,
        interest_cents=parts.interest.cents,
        currency=recovery.currency,
        payable_id=payable.id if payable else None,
        taken=[],
        returned=[[share.fund_id, share.amount.cents] for share in shares],
        recorded_at=at,
        recorded_by_id=step.actor.id,
    )
    db.session.add(receipt)
    note_returned(recovery, shares)
    db.session.flush()
    db.session.refresh(recovery, ["receipts"])
    book_interest(step, recovery, max(on, recovery.charged_on or on))
    recovery.interest_paid_cents += parts.interest.cents
    return receipt


def _shares(stored: list[Any], recovery: Recovery) -> list[Share]:
    kinds = {one.fund_id: one.fund.kind for one in recovery.shares}
    return [Share(fund_id, kinds[fund_id], Money(cents, recovery.currency)) for fund_id, cents in stored]


def _rest(recovery: Recovery) -> Money:
    rest: Money = recovery.open_principal + recovery.open_interest
    return rest


def set_off_recovery(recovery: Recovery, payable: Payable, amount: Money, *, by: User, at: datetime) -> Receipt:
    """Keep back what the company is owed for a claim, against what it owes.

    Raises:
        RuleBroken: another company, region or currency; more than is open of the debt, or than is owed.
        WrongState: the debt is in payment or paid.
    """
    with unit_of_work():
        recovery = queries.get_recovery(recovery.id)
        with transition(recovery, RECOVERY.set_off, by=by, at=at, why=payable.number) as step:
            db.session.refresh(payable, with_for_update={"of": Payable})
            if payable.id not in {one.id for one in queries.list_to_set_off(recovery)}:
                raise RuleBroken(
                    _("Only an open debt to the same company, in the same region and currency, can be set off."),
                    field="payable",
                )
            if amount > payable.open_amount:
                raise RuleBroken(_("Only %(open)s of it is open.", open=payable.open_amount), field="amount")
            today = day_in(recovery.agreement.application.region.time_zone, at)
            reference = f"{payable.number}/{len(recovery.receipts) + 1}"
            receipt = _settle(
                step, recovery, amount, today, at=at, kind=ReceiptKind.SET_OFF, reference=reference, payable=payable
            )
            taken = orders.split_part(amount, payable.open_shares, [amount - amount] * len(payable.open_shares))
            receipt.taken = [[share.fund_id, share.amount.cents] for share in taken]
            principal = _shares(receipt.returned, recovery)
            interest = own_share(recovery, receipt.interest)
            receipt.journal_id = step.post(postings.set_off(recovery, payable, taken, principal, interest))
            if set_off_payable(payable, taken, why=recovery.number, by=OFFICE, at=at):
                pay_claim(get_claim(payable.source_id), by=OFFICE, at=at)
            letters.write_to_debtor(
                step, recovery, "set_off", amount=amount, debt=payable.number, rest=_rest(recovery)
            )
        settle_if_done(recovery, at=at)
        return receipt


def undo_set_off(recovery: Recovery, receipt_id: int, reason: str, *, by: User, at: datetime) -> None:
    """A set-off was wrong: the debt is to be paid again, and the recovery is owed again.

    Raises:
        WrongState: there is no such set-off, or it was undone before.
        RuleBroken: the rest of the debt was paid meanwhile.
    """
    with unit_of_work():
        recovery = queries.get_recovery(recovery.id)
        with transition(recovery, RECOVERY.undo_set_off, by=by, at=at, why=reason) as step:
            receipt = next((one for one in recovery.receipts if one.id == receipt_id), None)
            if receipt is None or receipt.payable is None or receipt.journal_id is None or receipt.undone_at is not None:
                raise WrongState(_("This set-off was undone before."))
            payable = receipt.payable
            db.session.refresh(payable, with_for_update={"of": Payable})
            was_paid = payable.state == PayableState.PAID
            journal = queries.get_journal(receipt.journal_id)
            receipt.undone_at = at
            note_returned(recovery, _shares(receipt.returned, recovery), sign=-1)
            recovery.interest_paid_cents -= receipt.interest_cents
            step.post(postings.undone(recovery, journal, queries.map_currencies([journal]), "set-off undone"))
            give_back_to_payable(payable, _taken(receipt, payable), why=recovery.number, by=OFFICE, at=at)
            if was_paid:
                give_back_claim_payment(get_claim(payable.source_id), by=OFFICE, at=at)
            if recovery.planned_at is not None and receipt.recorded_at <= recovery.planned_at:
                add_instalment(recovery, receipt.principal, at=at)
            letters.write_to_debtor(
                step, recovery, "undo_set_off", amount=receipt.amount, debt=payable.number, reason=reason
            )


def _taken(receipt: Receipt, payable: Payable) -> list[Share]:
    kinds = {one.fund_id: one.fund.kind for one in payable.shares}
    return [Share(fund_id, kinds[fund_id], Money(cents, receipt.currency)) for fund_id, cents in receipt.taken]
