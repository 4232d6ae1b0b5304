"""Who has how much to mark, and how far each application is; each list in a constant number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select
from sqlalchemy.orm import joinedload

from vouchers.applications.models import Application, Submission
from vouchers.applications.queries import files as applications
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.core.localised import Text
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.queries.assignments import COUNTED, OPEN
from vouchers.evaluation.queries.ended import Ended, is_to_settle, is_touched, list_to_settle, map_ended
from vouchers.evaluation.rules.scope import ScopeAnswers
from vouchers.evaluation.rules.unsubmitting import UNDECIDED
from vouchers.evaluation.states import AssignmentState
from vouchers.experts.models import Expert
from vouchers.programmes.models import Call, Instrument, Programme
from vouchers.regions.models import Region
from vouchers.users.mandate import Mandate
from vouchers.users.models import User
from vouchers.users.queries import covered_by

_S = AssignmentState
IN_MARKING = (ApplicationState.ELIGIBLE, ApplicationState.IN_EVALUATION)
MARKED = (*IN_MARKING, ApplicationState.EVALUATED)
"""Applications whose experts are at work, or have done it."""


def _sum(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((and_(*conditions), 1), else_=0)), 0)


def _within(statement: Any, mandate: Mandate, call_id: str | None) -> Any:
    """Narrow a query of applications to the mandate and, where one is chosen, a call."""
    found = (
        statement.join(Application.region)
        .join(Application.call)
        .join(Call.programme)
        .where(covered_by(mandate, Programme.code, Region.code))
    )
    return found.where(Application.call_id == int(call_id)) if call_id else found


def list_calls(mandate: Mandate) -> list[Call]:
    """The calls of the mandate in which somebody was asked to mark."""
    asked = select(Assignment.id).join(Assignment.application).where(Application.call_id == Call.id).exists()
    found = select(Call).join(Call.programme).where(asked).options(joinedload(Call.programme)).order_by(Call.id.desc())
    return [call for call in db.session.scalars(found) if mandate.covers_programme(call.programme.code)]


# By expert -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ExpertLoad:
    """What one expert was given, in numbers of applications."""

    expert: Expert
    undeclared: int
    """Asked, and nothing declared yet."""
    marking: int
    submitted: int
    overdue: int
    given_back: int
    """Refused, or a conflict was declared."""
    next_due_at: datetime | None


def list_experts(query: ListQuery, mandate: Mandate, *, at: datetime) -> Page:
    """The experts who were given applications of the mandate, whatever became of them. Three queries."""
    is_open = and_(Assignment.state.in_(OPEN), Application.state.in_(MARKED))
    columns = {
        "undeclared": _sum(Assignment.state == _S.ASSIGNED, Application.state.in_(MARKED)),
        "marking": _sum(Assignment.state == _S.ACCEPTED, Application.state.in_(MARKED)),
        "submitted": _sum(Assignment.state == _S.SUBMITTED),
        "overdue": _sum(is_open, Assignment.due_at < at),
        "given_back": _sum(Assignment.state.in_((_S.REFUSED, _S.CONFLICTED))),
        "due": func.min(case((is_open, Assignment.due_at))),
    }
    counted = (
        select(Expert.id, *(column.label(name) for name, column in columns.items()))
        .select_from(Assignment)
        .join(Assignment.expert)
        .join(Expert.user)
        .join(Assignment.application)
        .where(Assignment.state != _S.REMOVED)
        .group_by(Expert.id, User.name)
    )
    statement = _within(counted, mandate, query.filters.get("call"))
    if query.q:
        statement = statement.where(User.name.icontains(query.q, autoescape=True))
    page = paginate(db.session, statement, query, {"name": User.name, **columns}, unique=[Expert.id])
    found = select(Expert).where(Expert.id.in_([row.id for row in page.items])).options(joinedload(Expert.user))
    experts = {one.id: one for one in db.session.scalars(found)}
    return replace(page, items=[ExpertLoad(experts[row.id], *row[1:]) for row in page.items])


# By application ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one application is."""

    application: Application
    wanted: int
    """Experts whose marks the instrument asks for."""
    at_work: int
    submitted: int
    overdue: int
    next_due_at: datetime | None
    scope: ScopeAnswers
    on_older: int
    """Sheets that were submitted on an older version than the newest."""
    ended: Sequence[Ended] = ()
    """Tasks that a conflict of interest has ended."""
    has_to_settle: bool = False
    """Whether a conflict waits that a manager may clear."""

    @property
    def missing(self) -> int:
        """How many experts are still to be found."""
        return max(0, self.wanted - self.at_work - self.submitted) if self.application.state in IN_MARKING else 0


def map_wanted() -> dict[int, int]:
    """Instrument id -> how many experts mark each application; without those that ask for none."""
    found = {one.id: one.plan.experts_per_application for one in db.session.scalars(select(Instrument))}
    return {key: wanted for key, wanted in found.items() if wanted}


def _missing(wanted: Mapping[int, int]) -> ColumnElement[bool]:
    """Whether fewer experts were found than the instrument asks for."""
    found = (
        select(func.count())
        .where(Assignment.application_id == Application.id, Assignment.state.in_(COUNTED))
        .scalar_subquery()
    )
    pairs = [and_(Application.instrument_id == key, found < literal(number)) for key, number in wanted.items()]
    return and_(Application.state.in_(IN_MARKING), or_(*pairs) if pairs else literal(1) == 0)


def count_missing(mandate: Mandate) -> int:
    """Applications in evaluation that need another expert: one refused, had a conflict, or was taken away."""
    found = select(func.count(Application.id)).where(Application.state == ApplicationState.IN_EVALUATION)
    return db.session.scalar(_within(found.where(_missing(map_wanted())), mandate, None)) or 0


def list_progress(query: ListQuery, mandate: Mandate, *, at: datetime) -> Page:
    """The applications that experts mark, with filters ``call`` and ``needs`` (expert, overdue, conflict,
    clearing). Seven queries, and two more where a conflict has ended a task."""
    wanted = map_wanted()
    of_this = (Assignment.application_id == Application.id, Assignment.state.in_(OPEN))
    due = select(func.min(Assignment.due_at)).where(*of_this).scalar_subquery()
    statement = _within(select(Application), mandate, query.filters.get("call")).where(
        Application.state.in_(MARKED), Application.instrument_id.in_(list(wanted))
    )
    if query.filters.get("needs") == "expert":
        statement = statement.where(_missing(wanted))
    if query.filters.get("needs") == "overdue":
        statement = statement.where(due < at)
    if query.filters.get("needs") == "conflict":
        statement = statement.where(is_touched())
    if query.filters.get("needs") == "clearing":
        statement = statement.where(is_to_settle(), Application.state.in_(UNDECIDED))
    if query.q:
        statement = statement.where(Application.reference.icontains(query.q, autoescape=True))
    orders = {"reference": Application.reference, "due": due, "region": Region.code}
    page = paginate(db.session, statement.options(*applications.WHOLE), query, orders)
    ids = [one.id for one in page.items]
    counts, ended, to_settle = _count_work(ids, at), map_ended(ids), list_to_settle(ids)
    found = [Progress(one, wanted[one.instrument_id], *counts.get(one.id, NOTHING)) for one in page.items]
    items = [
        replace(one, ended=ended.get(one.application.id, ()), has_to_settle=one.application.id in to_settle)
        for one in found
    ]
    return replace(page, items=items)


NOTHING: tuple[int, int, int, None, ScopeAnswers, int] = (0, 0, 0, None, ScopeAnswers(0, 0), 0)


def _count_work(application_ids: Sequence[int], at: datetime) -> dict[int, tuple[Any, ...]]:
    newest = (
        select(func.max(Submission.id)).where(Submission.application_id == Assignment.application_id).scalar_subquery()
    )
    is_open, is_submitted = Assignment.state.in_(OPEN), Assignment.state == _S.SUBMITTED
    found = (
        select(
            Assignment.application_id,
            _sum(is_open),
            _sum(is_submitted),
            _sum(is_open, Assignment.due_at < at),
            func.min(case((is_open, Assignment.due_at))),
            _sum(is_submitted, Assignment.is_in_scope.is_(True)),
            _sum(is_submitted, Assignment.is_in_scope.is_(False)),
            _sum(is_submitted, Assignment.submission_id < newest),
        )
        .where(Assignment.application_id.in_(application_ids))
        .group_by(Assignment.application_id)
    )
    return {
        row[0]: (row[1], row[2], row[3], row[4], ScopeAnswers(row[5], row[6]), row[7])
        for row in db.session.execute(found)
    }


# One's own -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OwnLoad:
    """What an expert has of one call, beside what was agreed."""

    call: Call
    given: int
    """Counted as whoever assigns reads it (`assignments.count_loads`): what is decided meanwhile stays counted."""
    limit: int
    waiting: int
    """Of these, not submitted yet."""
    overdue: int


def list_own_load(user_id: int, *, at: datetime) -> list[OwnLoad]:
    """By call, for calls in which something is undecided; two queries."""
    is_open = and_(Assignment.state.in_(OPEN), Application.state.in_(MARKED))
    found = (
        select(
            Application.call_id,
            func.max(Expert.load_limit),
            func.count(),
            _sum(is_open),
            _sum(is_open, Assignment.due_at < at),
        )
        .select_from(Assignment)
        .join(Assignment.expert)
        .join(Assignment.application)
        .where(Expert.user_id == user_id, Assignment.state.in_(COUNTED))
        .group_by(Application.call_id)
        .having(_sum(Application.state.in_(MARKED)) > 0)
        .order_by(Application.call_id)
    )
    rows = db.session.execute(found).all()
    calls = {one.id: one for one in db.session.scalars(select(Call).where(Call.id.in_([row[0] for row in rows])))}
    return [OwnLoad(calls[call_id], given, limit, waiting, late) for call_id, limit, given, waiting, late in rows]


# Of a programme -----------------------------------------------------------------------------------------------------


def map_held(programme_code: str) -> dict[int, list[tuple[Text, int]]]:
    """Expert id -> (title, applications) of each call in which something is undecided; two queries.

    All that count against the limit of the expert are counted, also what is decided (`assignments.count_loads`).
    """
    found = (
        select(Assignment.expert_id, Application.call_id, func.count())
        .join(Assignment.expert)
        .join(Assignment.application)
        .where(Expert.programme_code == programme_code)
        .where(Assignment.state.in_(COUNTED))
        .group_by(Assignment.expert_id, Application.call_id)
        .having(_sum(Application.state.in_(MARKED)) > 0)
        .order_by(Assignment.expert_id, Application.call_id)
    )
    rows = db.session.execute(found).all()
    calls = {one.id: one for one in db.session.scalars(select(Call).where(Call.id.in_({row[1] for row in rows})))}
    held: dict[int, list[tuple[Text, int]]] = {}
    for expert_id, call_id, count in rows:
        held.setdefault(expert_id, []).append((calls[call_id].plan.title, count))
    return held
