"""Recording what the bank said of a payee's name, and looking at it again."""

from __future__ import annotations

from datetime import date, datetime

from vouchers.core.clock import day_in
from vouchers.core.database import unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.likenesses.actions import ensure_two_persons
from vouchers.organisations.models import BankAccount
from vouchers.payables import policy, queries
from vouchers.payables.lifecycle import PAYEE_CHECK
from vouchers.payables.models import Payable, PayeeCheck
from vouchers.payables.rules.checks import (
    ensure_answer_is_whole,
    ensure_awaits_second_look,
    ensure_may_take_back,
    worse_than,
)
from vouchers.payables.states import CheckResult
from vouchers.users.models import User
from vouchers.workflow.transition import creation, transition


def record_payee_check(
    payable: Payable,
    result: CheckResult,
    *,
    checked_on: date,
    name_at_bank: str = "",
    reference: str = "",
    two_persons: str = "",
    by: User,
    at: datetime,
) -> PayeeCheck:
    """Keep what the bank answered when it was asked whether the payee's confirmed account belongs to its holder.

    The account is locked, so that a batch which is being authorised either reads this answer or was authorised before.

    Raises:
        RuleBroken: no account is confirmed; a day to come, or before the account was entered; a name that nearly
            matches, without the name that the bank has; a better answer than one before, by the person who recorded
            that one, or without the bank's reference.
    """
    with unit_of_work():
        account = queries.lock_confirmed_accounts([payable]).get(payable.id)
        if account is None:
            raise RuleBroken(_("There is no confirmed account to check."))
        entered_on, today = (day_in(payable.region.time_zone, moment) for moment in (account.proposed_at, at))
        ensure_answer_is_whole(result, name_at_bank.strip(), checked_on=checked_on, entered_on=entered_on, today=today)
        taken = worse_than(result, _as_recorded(account))
        ensure_may_take_back(taken, reference=reference.strip(), by=by)
        check = PayeeCheck(
            bank_account=account,
            programme=payable.programme,
            region=payable.region,
            result=result,
            name_at_bank=name_at_bank.strip(),
            reference=reference.strip(),
            checked_on=checked_on,
            recorded_at=at,
            recorded_by_id=by.id,
        )
        with creation(check, PAYEE_CHECK.record, by=by, at=at) as step:
            ensure_two_persons(step, policy.others_to_check(payable, taken), two_persons)
            return check


def _as_recorded(account: BankAccount) -> list[PayeeCheck]:
    """What the bank said of the same name and IBAN of this payee, in the order in which it was recorded."""
    told = queries.map_checks_like([account])[account.id]
    return sorted((one for one in told if one.bank_account.holder == account.holder), key=lambda one: one.id)


def accept_payee_check(check: PayeeCheck, reason: str, *, by: User, at: datetime, two_persons: str = "") -> None:
    """As a second officer, accept an answer of the bank for which the programme asks that: payments may go on.

    Raises:
        RuleBroken: the bank has been asked again since, or the programme asks for no second look at this answer.
    """
    with transition(check, PAYEE_CHECK.accept, by=by, at=at, why=reason) as step:
        ensure_two_persons(step, policy.others_of_check(check), two_persons)
        newest = queries.map_checks([check.bank_account_id]).get(check.bank_account_id)
        ensure_awaits_second_look(check, newest, check.programme.plan.payee_check)
        check.accepted_at, check.accepted_by_id, check.reason = at, by.id, reason
