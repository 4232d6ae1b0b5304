"""Tasks of experts that a conflict of interest has ended: when, who said so, and what no longer counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from vouchers.applications.models import Application
from vouchers.audit.queries import map_spans
from vouchers.core.database import db
from vouchers.evaluation.models import Assignment, ConflictFinding
from vouchers.evaluation.queries.assignments import COUNTED
from vouchers.evaluation.rules.conflicts import DECLARED
from vouchers.evaluation.states import AssignmentState, ConflictState, Weight
from vouchers.experts.models import Expert


@dataclass(frozen=True, slots=True)
class Ended:
    """A task that ended with a conflict."""

    assignment: Assignment
    at: datetime
    was_declared: bool
    """By the expert; otherwise the office found it, or a manager confirmed it."""

    @property
    def had_marks(self) -> bool:
        """Whether submitted marks fell out of the result."""
        return self.assignment.submitted_at is not None


def map_ended(application_ids: Sequence[int]) -> dict[int, list[Ended]]:
    """Application id -> its tasks that a conflict has ended, the newest first; at most three queries."""
    found = (
        select(Assignment)
        .where(Assignment.application_id.in_(application_ids), Assignment.state == AssignmentState.CONFLICTED)
        .options(joinedload(Assignment.expert).joinedload(Expert.user))
        .order_by(Assignment.id.desc())
    )
    assignments = list(db.session.scalars(found)) if application_ids else []
    if not assignments:
        return {}
    moments, declared = map_spans("assignment", [one.id for one in assignments]), _list_declared(assignments)
    ended: dict[int, list[Ended]] = defaultdict(list)
    for one in assignments:
        ended[one.application_id].append(Ended(one, moments[one.id][1], str(one.id) in declared))
    return ended


def _list_declared(assignments: Sequence[Assignment]) -> set[str]:
    """The facts of declarations: the numbers of the assignments that they were made on."""
    wanted = (
        ConflictFinding.application_id.in_({one.application_id for one in assignments}),
        ConflictFinding.kind == DECLARED,
        ConflictFinding.fact.in_([str(one.id) for one in assignments]),
    )
    return set(db.session.scalars(select(ConflictFinding.fact).where(*wanted)))


def is_touched() -> ColumnElement[bool]:
    """Whether a conflict has ended a task with an application, or waits for a manager to clear or confirm it."""
    ended = select(Assignment.id).where(
        Assignment.application_id == Application.id, Assignment.state == AssignmentState.CONFLICTED
    )
    return or_(ended.exists(), is_to_settle())


def is_to_settle() -> ColumnElement[bool]:
    """Whether a conflict that a manager may clear became known of an expert who has the application."""
    given = and_(
        Assignment.application_id == ConflictFinding.application_id,
        Assignment.expert_id == ConflictFinding.expert_id,
        Assignment.state.in_(COUNTED),
    )
    return (
        select(ConflictFinding.id)
        .join(Assignment, given)
        .where(ConflictFinding.application_id == Application.id)
        .where(ConflictFinding.state == ConflictState.FOUND, ConflictFinding.weight == Weight.CLEARABLE)
        .exists()
    )


def list_to_settle(application_ids: Sequence[int]) -> set[int]:
    """Of these applications, those in which such a conflict waits."""
    return set(db.session.scalars(select(Application.id).where(Application.id.in_(application_ids), is_to_settle())))
