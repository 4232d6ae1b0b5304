"""Recording what the bank said of a payee's name."""

from __future__ import annotations

from datetime import date, datetime

from vouchers.core.clock import day_in
from vouchers.core.database import unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.organisations.models import BankAccount
from vouchers.payables.lifecycle import PAYEE_CHECK
from vouchers.payables.models import Payable, PayeeCheck
from vouchers.payables.states import CheckResult
from vouchers.users.models import User
from vouchers.workflow.transition import creation


def record_payee_check(
    payable: Payable,
    account: BankAccount,
    result: CheckResult,
    *,
    checked_on: date,
    name_at_bank: str = "",
    reference: str = "",
    by: User,
    at: datetime,
) -> PayeeCheck:
    """Keep what the bank answered when it was asked whether the payee's account belongs to its holder.

    Raises:
        RuleBroken: a day to come; or a name that nearly matches, without the name that the bank has.
    """
    with unit_of_work():
        if checked_on > day_in(payable.region.time_zone, at):
            raise RuleBroken(_("This day is still to come."), field="checked_on")
        if result == CheckResult.CLOSE_MATCH and not name_at_bank.strip():
            raise RuleBroken(_("Enter the name that the bank has."), field="name_at_bank")
        check = PayeeCheck(
            bank_account_id=account.id,
            programme=payable.programme,
            region=payable.region,
            result=result,
            name_at_bank=name_at_bank.strip(),
            reference=reference.strip(),
            checked_on=checked_on,
            recorded_at=at,
            recorded_by_id=by.id,
        )
        with creation(check, PAYEE_CHECK.record, by=by, at=at):
            return check
