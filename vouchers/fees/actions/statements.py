"""Fee statements: drawn up from sheets, agreed by the expert, approved by a second person.

The sheets of a statement are locked while it is drawn up, agreed and approved, so that none is paid twice, and none
whose marks fell away meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from vouchers.core.clock import office_day
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotPermitted, RuleBroken
from vouchers.core.numbering import numbered
from vouchers.core.text import say as _
from vouchers.evaluation.models import Assignment
from vouchers.fees import letters, policy, postings, queries, rules
from vouchers.fees.actions.paying import owe_fee
from vouchers.fees.lifecycle import FEE_STATEMENT
from vouchers.fees.models import FeeLine, FeeStatement
from vouchers.fees.queries import Owed
from vouchers.ledger.actions import fund_of_fees
from vouchers.ledger.queries import find_last_journal
from vouchers.ledger.recipes import Share
from vouchers.likenesses.actions import ensure_two_persons
from vouchers.organisations.actions import confirm_bank_account, propose_account_of
from vouchers.organisations.rules.iban import bic_of_account, ensure_iban
from vouchers.organisations.states import BankAccountState
from vouchers.payables.actions.owing import cancel_payable
from vouchers.payables.queries import find_payable_of
from vouchers.payables.states import SourceKind
from vouchers.programmes.rules.selection_plan import FeeUnit
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, creation, transition


def draw_up_statement(
    owed: Owed, *, by: User, at: datetime, up_to: date | None = None, most_days: int | None = None
) -> FeeStatement:
    """Put the expert's submitted sheets that stand on no statement on one, and ask the expert to agree.

    Args:
        up_to: only sheets that were submitted until the end of this day, where the region is; None: all.
        most_days: how many days the expert may state, where days are paid; None: one for each sheet.

    Raises:
        RuleBroken: the call pays no fee, or no sheet is left.
    """
    with unit_of_work():
        fee = rules.ensure_fee(owed.call.plan.marking)
        sheets = queries.lock_unpaid(owed, before=_end_of(up_to, owed.region.time_zone))
        rules.ensure_sheets(sheets)
        statement = FeeStatement(
            number=numbered("F", office_day(at).year),
            expert=owed.expert,
            call=owed.call,
            region=owed.region,
            unit=fee.per,
            rate_cents=fee.amount.cents,
            currency=fee.amount.currency,
            drawn_up_at=at,
            drawn_up_by_id=by.id,
        )
        _list_sheets(statement, sheets, most_days)
        with creation(statement, FEE_STATEMENT.draw_up, by=by, at=at) as step:
            letters.write_to_expert(step, statement, "draw_up")
            return statement


def _end_of(day: date | None, zone: str) -> datetime | None:
    """The instant after the last one of a day."""
    return None if day is None else datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))


def _list_sheets(statement: FeeStatement, sheets: Sequence[Assignment], most_days: int | None) -> None:
    """Add the sheets, and reckon anew what is owed."""
    statement.lines += [FeeLine(assignment=sheet, is_standing=True) for sheet in sheets]
    count = len(statement.sheets)
    if statement.unit == FeeUnit.DAY:
        statement.most_half_days = 2 * min(most_days or rules.usual_most_days(count), rules.MOST_DAYS)
    statement.half_days = None
    statement.amount = rules.amount_of(statement.unit, statement.rate, sheets=count, half_days=None)


@dataclass(frozen=True, slots=True)
class Account:
    """Where the fee goes, and under which number of the expert's own books."""

    holder: str
    iban: str
    bic: str = ""
    invoice_number: str = ""


def agree_statement(
    statement: FeeStatement, account: Account, name: str, days: Decimal | None, *, by: User, at: datetime
) -> None:
    """The expert agrees by name, says to which account, and how many days it took where days are paid.

    Raises:
        RuleBroken: field ``days``, ``iban`` or ``bic``; or marks on it count no more.
    """
    with transition(statement, FEE_STATEMENT.agree, by=by, at=at) as step:
        _ensure_still_counted(statement)
        if statement.unit == FeeUnit.DAY:
            if days is None:
                raise RuleBroken(_("Enter how many days it took"), field="days")
            statement.half_days = rules.half_days_of(days, most_half_days=statement.most_half_days)
        statement.amount = rules.amount_of(
            statement.unit, statement.rate, sheets=len(statement.sheets), half_days=statement.half_days
        )
        statement.iban = ensure_iban(account.iban)
        statement.bic = bic_of_account(statement.iban, account.bic)
        statement.holder, statement.invoice_number = account.holder, account.invoice_number
        statement.agreed_at, statement.agreed_name = at, name
        _propose_account(statement, by=by, at=at)
        letters.write_to_second_persons(step, statement, "agree")


def _propose_account(statement: FeeStatement, *, by: User, at: datetime) -> None:
    given = (statement.holder, statement.iban, statement.bic)
    known = queries.list_expert_accounts(statement.expert_id)
    if given not in [(account.holder, account.iban, account.bic) for account in known]:
        propose_account_of(statement.expert, holder=given[0], iban=given[1], bic=given[2], by=by, at=at)


def dispute_statement(statement: FeeStatement, reason: str, *, by: User, at: datetime) -> None:
    """The expert says what is wrong; whoever drew it up is told."""
    with transition(statement, FEE_STATEMENT.dispute, by=by, at=at, why=reason) as step:
        statement.reason = reason
        letters.write_to_drawer(step, statement, "dispute")


def correct_statement(
    statement: FeeStatement, reason: str, *, by: User, at: datetime, most_days: int | None = None
) -> None:
    """Draw the statement up anew: sheets that count no more go off it, sheets submitted since come on it.

    Whoever does it counts as the one who drew it up. With no sheet left it must be cancelled instead.
    """
    with transition(statement, FEE_STATEMENT.correct, by=by, at=at, why=reason) as step:
        fee = rules.ensure_fee(statement.call.plan.marking)
        owed = Owed(statement.expert, statement.call, statement.region, 0, None, None)
        sheets = queries.lock_unpaid(owed, before=None)
        for line in queries.lock_ended(statement):
            line.is_standing = False
        rules.ensure_sheets([*sheets, *statement.sheets])
        statement.unit, statement.rate_cents = fee.per, fee.amount.cents
        _list_sheets(statement, sheets, most_days)
        if refusal := policy.is_manager(by, statement):  # also of the sheets that came on it now
            raise NotPermitted(refusal)
        statement.drawn_up_at, statement.drawn_up_by_id, statement.drawn_up_by = at, by.id, by
        statement.reason = reason
        letters.write_to_expert(step, statement, "draw_up")


def send_back_statement(statement: FeeStatement, reason: str, *, by: User, at: datetime) -> None:
    """The second person wants something put right, for example the account; the expert agrees anew."""
    with transition(statement, FEE_STATEMENT.send_back, by=by, at=at, why=reason) as step:
        statement.agreed_at, statement.reason = None, reason
        letters.write_to_expert(step, statement, "draw_up")


def approve_statement(statement: FeeStatement, *, by: User, at: datetime, two_persons: str = "") -> None:
    """A second person approves it, and with it the account that the expert gave: it is owed from now on.

    Raises:
        RuleBroken: marks on it count no more.
    """
    with transition(statement, FEE_STATEMENT.approve, by=by, at=at) as step:
        ensure_two_persons(step, policy.others_of(statement), two_persons)
        _ensure_still_counted(statement)
        statement.approved_at, statement.approved_by_id, statement.approved_by = at, by.id, by
        _confirm_account(statement, by=by, at=at, two_persons=two_persons)
        shares = _shares_of(statement)
        step.post(postings.fee_owed(statement, shares))
        owe_fee(statement, shares, at=at)
        letters.write_to_expert(step, statement, "approve")


def _confirm_account(statement: FeeStatement, *, by: User, at: datetime, two_persons: str) -> None:
    """What the expert gave is the confirmed account from now on, if it is not already."""
    given = (statement.holder, statement.iban, statement.bic)
    for account in queries.list_expert_accounts(statement.expert_id):
        if (account.holder, account.iban, account.bic) != given:
            continue
        if account.state == BankAccountState.PROPOSED:
            confirm_bank_account(account, by=by, at=at, two_persons=two_persons)
        return
    raise RuleBroken(_("Another account of this expert was confirmed meanwhile. Send the statement back."))


def _shares_of(statement: FeeStatement) -> list[Share]:
    fund = fund_of_fees(statement.call.programme.code, statement.region.code, statement.currency)
    return [Share(fund.id, fund.kind, statement.amount)]


def cancel_statement(statement: FeeStatement, reason: str, *, by: User, at: datetime) -> None:
    """Nothing is paid by it; its sheets wait for another statement. What was owed by it is booked back.

    Raises:
        WrongState: its payment has been ordered.
    """
    with transition(statement, FEE_STATEMENT.cancel, by=by, at=at, why=reason) as step:
        if payable := find_payable_of(SourceKind.FEE_STATEMENT, statement.id):
            cancel_payable(payable, why=reason, by=OFFICE, at=at)
            booked = find_last_journal("fee_statement", statement.id, postings.OWE)
            assert booked is not None  # it was owed
            step.post(postings.fee_cancelled(statement, *booked))
        for line in statement.sheets:
            line.is_standing = False
        statement.reason = reason
        letters.write_to_expert(step, statement, "cancel")
        db.session.flush()


def _ensure_still_counted(statement: FeeStatement) -> None:
    rules.ensure_still_counted([line.assignment.application.reference for line in queries.lock_ended(statement)])
