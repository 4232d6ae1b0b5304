"""What sources, payments and recoveries do with a payable, inside their own units of work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from vouchers.core.database import unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.ledger.recipes import Share
from vouchers.payables import queries
from vouchers.payables.lifecycle import PAYABLE
from vouchers.payables.models import Payable, PayableShare
from vouchers.payables.rules.debts import Debt, ensure_something_is_owed, ensure_within
from vouchers.payables.rules.reason_codes import say_reason
from vouchers.payables.states import PayableState, PayeeKind
from vouchers.workflow.transition import OFFICE, creation, transition


def accrue_payable(debt: Debt, *, by: Any, at: datetime) -> Payable:
    """Enter what a source has just booked as owed. The source calls this in the unit of work in which it books it.

    Raises:
        RuleBroken: nothing is owed, or the source is owed already.
    """
    ensure_something_is_owed(debt)
    payable = Payable(
        source_kind=debt.source_kind,
        source_id=debt.source_id,
        number=debt.number,
        programme=debt.programme,
        region=debt.region,
        call_code=debt.call_code,
        instrument_code=debt.instrument_code,
        voucher=debt.voucher,
        payee_kind=debt.payee.kind,
        organisation_id=debt.payee.id if debt.payee.kind == PayeeKind.ORGANISATION else None,
        provider_id=debt.payee.id if debt.payee.kind == PayeeKind.PROVIDER else None,
        expert_id=debt.payee.id if debt.payee.kind == PayeeKind.EXPERT else None,
        payee_name=debt.payee.name,
        currency=debt.amount.currency,
        amount_cents=debt.amount.cents,
        set_off_cents=0,
        books_account=debt.account.value,
        pay_by=debt.pay_by,
        accrued_at=at,
        shares=[PayableShare(fund_id=one.fund_id, cents=one.amount.cents, set_off_cents=0) for one in debt.shares],
    )
    try:
        with creation(payable, PAYABLE.accrue, by=by, at=at):
            return payable
    except IntegrityError as problem:
        raise RuleBroken(_("%(number)s is owed already.", number=debt.number)) from problem


def order_payable(payable: Payable, *, by: Any, at: datetime) -> None:
    """It goes into a payment batch; the attempt is counted."""
    with transition(payable, PAYABLE.order, by=by, at=at):
        payable.attempts += 1
        payable.return_code = payable.return_note = ""


def release_payable(payable: Payable, *, by: Any, at: datetime) -> None:
    """Its batch was cancelled before anything went to the bank."""
    with transition(payable, PAYABLE.release, by=by, at=at):
        pass


def pay_payable(payable: Payable, *, by: Any, at: datetime) -> None:
    """It is paid: by the bank, or because nothing is left of it after a set-off."""
    with transition(payable, PAYABLE.pay, by=by, at=at):
        payable.return_code = payable.return_note = payable.hold_reason = ""


def unpay_payable(payable: Payable, *, why: str, by: Any, at: datetime) -> None:
    """It was not paid after all: the bank's entry was of something else, and the payment is under way as before."""
    with transition(payable, PAYABLE.unpay, by=by, at=at, why=why):
        pass


def reopen_payable(
    payable: Payable, code: str, *, note: str = "", account_id: int | None, by: Any, at: datetime
) -> None:
    """The bank refused its payment or gave it back: it is to be paid again. Why stands on it, in words.

    Args:
        code: the bank's reason (ISO 20022).
        note: what the bank wrote beside it.
        account_id: the account that the payment went to.
    """
    why = " ".join(part for part in (code, str(say_reason(code)), note) if part)
    with transition(payable, PAYABLE.reopen, by=by, at=at, why=why):
        payable.return_code, payable.return_note, payable.returned_account_id = code, note, account_id


def keep_back_payable(payable: Payable, reason: str, *, by: Any, at: datetime) -> None:
    """Its money came back for a reason that nobody knows: it is held until an officer lets it go."""
    with transition(payable, PAYABLE.keep_back, by=by, at=at, why=reason):
        payable.hold_reason = reason


def cancel_payable(payable: Payable, *, why: str, by: Any, at: datetime) -> None:
    """Its source owes it no more; the source books that itself.

    Raises:
        RuleBroken: a part of it is set off against a recovery, which must be undone there first.
    """
    with transition(payable, PAYABLE.cancel, by=by, at=at, why=why):
        if payable.set_off_cents:
            raise RuleBroken(
                _("A part of %(number)s is set off against a recovery. Undo that first.", number=payable.number)
            )


def set_off_payable(payable: Payable, shares: Sequence[Share], *, why: str, by: Any, at: datetime) -> bool:
    """Keep back part of a debt against what the payee owes, share by share; whoever sets off books it.

    Returns:
        Whether nothing is left: then it counts as paid, and whoever sets off tells the source so.

    Raises:
        RuleBroken: more than is open of a share.
        WrongState: it is in payment, or paid.
    """
    with unit_of_work():
        with transition(payable, PAYABLE.set_off, by=by, at=at, why=why):
            payable = queries.get_payable(payable.id)
            taken = {share.fund_id: share.amount.cents for share in shares}
            ensure_within({share.fund_id: share.open_cents for share in payable.shares}, taken)
            for share in payable.shares:
                share.set_off_cents += taken.get(share.fund_id, 0)
            payable.set_off_cents += sum(taken.values())
        if payable.open_amount:
            return False
        pay_payable(payable, by=OFFICE, at=at)
        return True


def undo_set_off(payable: Payable, shares: Sequence[Share], *, why: str, by: Any, at: datetime) -> None:
    """A set-off is taken back (its recovery was cancelled): that part is owed again.

    Raises:
        RuleBroken: more than was set off of a share, or the rest of the debt was paid meanwhile.
    """
    with unit_of_work():
        if payable.state == PayableState.PAID:
            if payable.open_amount:
                raise RuleBroken(
                    _("%(number)s was paid meanwhile, so nothing can be undone here.", number=payable.number)
                )
            with transition(payable, PAYABLE.reopen, by=OFFICE, at=at, why=why):
                pass
        with transition(payable, PAYABLE.undo_set_off, by=by, at=at, why=why):
            payable = queries.get_payable(payable.id)
            given = {share.fund_id: share.amount.cents for share in shares}
            ensure_within({share.fund_id: share.set_off_cents for share in payable.shares}, given)
            for share in payable.shares:
                share.set_off_cents -= given.get(share.fund_id, 0)
            payable.set_off_cents -= sum(given.values())
