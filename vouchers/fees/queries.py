"""Finding fee statements, what is owed to whom, and what is to be paid."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_call
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.states import AssignmentState
from vouchers.experts.models import Expert
from vouchers.experts.queries import get_expert
from vouchers.fees.models import FeeLine, FeeStatement
from vouchers.fees.states import FeeState
from vouchers.organisations.models import BankAccount
from vouchers.organisations.states import BankAccountState
from vouchers.payables.queries import list_accounts
from vouchers.programmes.models import Call, Programme
from vouchers.programmes.rules.selection_plan import Fee
from vouchers.regions.models import Region
from vouchers.regions.queries import find_region
from vouchers.users.mandate import OFFICERS, Mandate
from vouchers.users.models import User
from vouchers.users.queries import covered_by, list_holders

_EXPERT = joinedload(FeeStatement.expert).joinedload(Expert.user)
_PLACE = (joinedload(FeeStatement.call).joinedload(Call.programme), joinedload(FeeStatement.region))
_SHEETS = selectinload(FeeStatement.lines).joinedload(FeeLine.assignment).joinedload(Assignment.application)
WHOLE = (_EXPERT, *_PLACE, _SHEETS, joinedload(FeeStatement.drawn_up_by), joinedload(FeeStatement.approved_by))
"""What policies and pages need of a statement."""


def get_statement(statement_id: int) -> FeeStatement:
    """A statement with its sheets. Raises `NotFound`."""
    found = db.session.scalars(select(FeeStatement).where(FeeStatement.id == statement_id).options(*WHOLE)).first()
    if found is None:
        raise NotFound(_("There is no such statement."))
    return found


def list_statements(query: ListQuery, mandate: Mandate) -> Page:
    """The statements of a mandate, with the filter ``state``."""
    statement = _covered(mandate)
    if state := query.filters.get("state"):
        statement = statement.where(FeeStatement.state == FeeState(state))
    if query.q:
        like = (column.icontains(query.q, autoescape=True) for column in (User.name, FeeStatement.number))
        statement = statement.where(or_(*like))
    orders = {"drawn_up": FeeStatement.drawn_up_at, "expert": User.name, "amount": FeeStatement.amount_cents}
    return paginate(db.session, statement, query, orders)


def _covered(mandate: Mandate) -> Select[Any]:
    return (
        select(FeeStatement)
        .join(FeeStatement.region)
        .join(FeeStatement.call)
        .join(Call.programme)
        .join(FeeStatement.expert)
        .join(Expert.user)
        .where(covered_by(mandate, Programme.code, Region.code))
        .options(_EXPERT, *_PLACE)
    )


def list_picked(ids: Sequence[int], mandate: Mandate) -> list[FeeStatement]:
    """Those of these statements that wait for a second person in a mandate, oldest first; anything else is left out."""
    found = _covered(mandate).where(FeeStatement.id.in_(ids), FeeStatement.state == FeeState.AGREED)
    return list(db.session.scalars(found.options(_SHEETS).order_by(FeeStatement.id)))


def list_of_expert(query: ListQuery, *, user_id: int) -> Page:
    """One person's statements, in all programmes."""
    statement = (
        select(FeeStatement).join(FeeStatement.expert).where(Expert.user_id == user_id).options(_EXPERT, *_PLACE)
    )
    return paginate(db.session, statement, query, {"drawn_up": FeeStatement.drawn_up_at})


# What is owed --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Owed:
    """Submitted sheets of one expert, for one call and region, that stand on no statement."""

    expert: Expert
    call: Call
    region: Region
    sheets: int
    first_at: datetime | None
    last_at: datetime | None

    @property
    def fee(self) -> Fee | None:
        """What the call pays."""
        marking = self.call.plan.marking
        return marking.fee if marking else None

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.call.programme.code}/{self.region.code}"


_STANDS = select(FeeLine.id).where(FeeLine.assignment_id == Assignment.id, FeeLine.is_standing).exists()


def _unpaid(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Assignment)
        .join(Assignment.application)
        .where(Assignment.state == AssignmentState.SUBMITTED, ~_STANDS)
    )


def list_owed(query: ListQuery, mandate: Mandate) -> Page:
    """Who is owed for how many sheets, by expert, call and region; only calls that pay a fee."""
    paying = [call.id for call in db.session.scalars(select(Call)) if call.plan.marking and call.plan.marking.fee]
    keys = (Assignment.expert_id, Application.call_id, Application.region_id)
    sheets, last = func.count(Assignment.id), func.max(Assignment.submitted_at)
    statement = (
        _unpaid(*keys, sheets, func.min(Assignment.submitted_at), last)
        .join(Assignment.expert)
        .join(Expert.user)
        .join(Application.region)
        .join(Application.call)
        .join(Call.programme)
        .where(covered_by(mandate, Programme.code, Region.code), Application.call_id.in_(paying))
        .group_by(*keys, User.name)
    )
    page = paginate(
        db.session, statement, query, {"expert": User.name, "sheets": sheets, "last": last}, unique=list(keys)
    )
    return replace(page, items=_owed(page.items))


def _owed(rows: Sequence[Any]) -> list[Owed]:
    experts = _by_id(select(Expert).options(joinedload(Expert.user)), Expert, {row[0] for row in rows})
    calls = _by_id(select(Call).options(joinedload(Call.programme)), Call, {row[1] for row in rows})
    regions = _by_id(select(Region), Region, {row[2] for row in rows})
    return [Owed(experts[row[0]], calls[row[1]], regions[row[2]], row[3], row[4], row[5]) for row in rows]


def _by_id(statement: Select[Any], kind: Any, ids: Collection[int]) -> dict[int, Any]:
    return {one.id: one for one in db.session.scalars(statement.where(kind.id.in_(ids)))}


def get_owed(call_id: int, region_code: str, expert_id: int) -> Owed:
    """The same of one expert, also where nothing is owed. Raises `NotFound` for an unknown call, region or expert."""
    call, expert, region = get_call(call_id), get_expert(expert_id), find_region(region_code)
    if region is None or expert.programme_code != call.programme.code:
        raise NotFound(_("There is no such expert."))
    columns = (func.count(Assignment.id), func.min(Assignment.submitted_at), func.max(Assignment.submitted_at))
    row = db.session.execute(_of(_unpaid(*columns), call_id, region.id, expert_id)).one()
    return Owed(expert, call, region, *row)


def list_unpaid(owed: Owed) -> list[Assignment]:
    """The sheets that are owed for, in the order of their submission."""
    statement = _of(_unpaid(Assignment), owed.call.id, owed.region.id, owed.expert.id)
    return list(
        db.session.scalars(
            statement.options(joinedload(Assignment.application)).order_by(Assignment.submitted_at, Assignment.id)
        )
    )


def lock_unpaid(owed: Owed, *, before: datetime | None) -> list[Assignment]:
    """The same, held to the end of the step, and read again once they are held: a sheet is paid once, whoever asks.

    Args:
        before: only sheets that were submitted before this instant; None: all.
    """
    wanted = _of(select(Assignment).join(Assignment.application), owed.call.id, owed.region.id, owed.expert.id)
    wanted = wanted.where(Assignment.state == AssignmentState.SUBMITTED).order_by(Assignment.id)
    held = list(db.session.scalars(wanted.with_for_update(of=Assignment)))
    standing = select(FeeLine.assignment_id).where(
        FeeLine.assignment_id.in_([one.id for one in held]), FeeLine.is_standing
    )
    taken = set(db.session.scalars(standing))
    return [
        one
        for one in held
        if one.id not in taken and (before is None or (one.submitted_at is not None and one.submitted_at < before))
    ]


def _of(statement: Select[Any], call_id: int, region_id: int, expert_id: int) -> Select[Any]:
    return statement.where(
        Application.call_id == call_id, Application.region_id == region_id, Assignment.expert_id == expert_id
    )


# What becomes of it --------------------------------------------------------------------------------------------------


def lock_ended(statement: FeeStatement) -> list[FeeLine]:
    """The lines whose marks count no more; the sheets are held to the end of the step."""
    ids = sorted(line.assignment_id for line in statement.sheets)
    found = select(Assignment.id, Assignment.state).where(Assignment.id.in_(ids)).order_by(Assignment.id)
    states = {row.id: row.state for row in db.session.execute(found.with_for_update(of=Assignment))}
    return [line for line in statement.sheets if states[line.assignment_id] != AssignmentState.SUBMITTED]


def list_payable(mandate: Mandate) -> list[FeeStatement]:
    """The approved statements of a mandate that are to be paid, oldest first; none with a sheet that counts no more.

    Each has an amount, and the account that the expert gave (`holder`, `iban`, `bic`).
    """
    ended = (
        select(FeeLine.id)
        .join(FeeLine.assignment)
        .where(FeeLine.statement_id == FeeStatement.id, FeeLine.is_standing)
        .where(Assignment.state != AssignmentState.SUBMITTED)
        .exists()
    )
    found = _covered(mandate).where(FeeStatement.state == FeeState.PAYABLE, ~ended)
    whole = (_SHEETS, joinedload(FeeStatement.drawn_up_by), joinedload(FeeStatement.approved_by))
    return list(db.session.scalars(found.options(*whole).order_by(FeeStatement.approved_at, FeeStatement.id)))


def map_statements(statement_ids: Iterable[int]) -> dict[int, FeeStatement]:
    """These statements by their ids."""
    found = select(FeeStatement).where(FeeStatement.id.in_(list(statement_ids))).options(*WHOLE)
    return {statement.id: statement for statement in db.session.scalars(found)}


def list_expert_accounts(expert_id: int) -> list[BankAccount]:
    """The account of an expert that is confirmed, and one that waits for it."""
    return list_accounts([("expert", expert_id)], (BankAccountState.CONFIRMED, BankAccountState.PROPOSED))


def map_accounts_given(statements: Sequence[FeeStatement]) -> dict[int, BankAccount]:
    """Statement -> the account, confirmed or waiting, that its expert gave when agreeing."""
    states = (BankAccountState.CONFIRMED, BankAccountState.PROPOSED)
    known = {
        (one.expert_id, one.holder, one.iban, one.bic): one
        for one in list_accounts([("expert", one.expert_id) for one in statements], states)
    }
    given = {one.id: (one.expert_id, one.holder, one.iban, one.bic) for one in statements}
    return {statement_id: known[key] for statement_id, key in given.items() if key in known}


def find_hold(assignment: Assignment) -> Sentence | None:
    """Why marks cannot be taken back: they stand on a statement."""
    found = (
        select(FeeStatement.number)
        .join(FeeLine, FeeLine.statement_id == FeeStatement.id)
        .where(FeeLine.assignment_id == assignment.id, FeeLine.is_standing)
    )
    number = db.session.scalars(found).first()
    if number is None:
        return None
    return _(
        "These marks stand on the fee statement %(number)s, so they cannot be taken back. Write to the office of the "
        "region.",
        number=number,
    )


def list_second_persons(statement: FeeStatement) -> list[User]:
    """Who may approve it."""
    programme, region = statement.call.programme.code, statement.region.code
    found = list_holders(OFFICERS, programme, region)
    return [one for one in found if one.id not in (statement.drawn_up_by_id, statement.expert.user_id)]
