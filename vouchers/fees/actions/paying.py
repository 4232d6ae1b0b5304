"""What is owed by a fee statement, and what payments do with it, inside their own units of work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from vouchers.fees.lifecycle import FEE_STATEMENT
from vouchers.fees.models import FeeStatement
from vouchers.ledger.recipes import Share
from vouchers.payables.actions.owing import accrue_payable
from vouchers.payables.models import Payable
from vouchers.payables.rules.debts import Debt, Payee
from vouchers.payables.states import PayeeKind, SourceKind
from vouchers.workflow.transition import OFFICE, transition


def owe_fee(statement: FeeStatement, shares: Sequence[Share], *, at: datetime) -> Payable:
    """The fee of an approved statement becomes a debt to the expert. Called as it is booked."""
    debt = Debt(
        source_kind=SourceKind.FEE_STATEMENT,
        source_id=statement.id,
        number=statement.number,
        payee=Payee(PayeeKind.EXPERT, statement.expert.user.name, statement.expert_id),
        programme=statement.call.programme,
        region=statement.region,
        shares=shares,
        call_code=statement.call.code,
    )
    return accrue_payable(debt, by=OFFICE, at=at)


def order_fee_payment(statement: FeeStatement, *, by: Any, at: datetime) -> None:
    """The fee goes into a payment batch."""
    with transition(statement, FEE_STATEMENT.order_payment, by=by, at=at):
        pass


def release_fee_payment(statement: FeeStatement, *, by: Any, at: datetime) -> None:
    """The fee's payment batch was cancelled."""
    with transition(statement, FEE_STATEMENT.release_payment, by=by, at=at):
        pass


def give_back_fee_payment(statement: FeeStatement, *, by: Any, at: datetime) -> None:
    """The bank refused the payment or gave it back: the fee is to be paid again."""
    with transition(statement, FEE_STATEMENT.give_back, by=by, at=at):
        pass


def pay_fee(statement: FeeStatement, *, by: Any, at: datetime) -> None:
    """The fee is paid."""
    with transition(statement, FEE_STATEMENT.pay, by=by, at=at):
        pass


def unpay_fee(statement: FeeStatement, *, by: Any, at: datetime) -> None:
    """The fee is not paid yet: the bank's entry was of something else."""
    with transition(statement, FEE_STATEMENT.unpay, by=by, at=at):
        pass
