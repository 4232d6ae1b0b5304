"""Giving applications to experts, and what the experts do with them.

The application's row is locked before its assignments are counted, so that two experts who submit at the same moment
cannot both believe that the other one is still writing. Rows are locked in one order, so that no two steps wait for
each other: the applications by their ids, the expert, the assignment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from vouchers.applications.actions.deciding import start_evaluation_application
from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_submission
from vouchers.applications.states import ApplicationState
from vouchers.core.clock import office_day
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken, WrongState, ensure_none
from vouchers.core.text import say as _
from vouchers.evaluation import letters
from vouchers.evaluation.actions.findings import keep_declared, keep_findings
from vouchers.evaluation.actions.weighing import locked, weigh
from vouchers.evaluation.lifecycle import ASSIGNMENT
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.queries import assignments as queries
from vouchers.evaluation.queries.conflicts import look_at
from vouchers.evaluation.queries.consensus import find_consensus
from vouchers.evaluation.rules.assigning import ensure_assignable
from vouchers.evaluation.rules.complete import list_gaps
from vouchers.evaluation.rules.scope import list_scope_gaps
from vouchers.evaluation.states import AssignmentState
from vouchers.experts.models import Expert
from vouchers.programmes.rules.plan import Marking
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, creation, transition

USUAL_TIME = timedelta(days=14)
"""How long an expert has, unless the manager says otherwise."""
IN_MARKING = frozenset({ApplicationState.ELIGIBLE, ApplicationState.IN_EVALUATION})
DECIDED = frozenset(ApplicationState) - {*IN_MARKING, ApplicationState.EVALUATED, ApplicationState.SUBMITTED}


def assign_expert(
    application: Application,
    expert: Expert,
    *,
    by: User,
    at: datetime,
    due_at: datetime | None = None,
    beside: int | None = None,
) -> Assignment:
    """Give the application to an expert; the first one starts its evaluation.

    Args:
        beside: how many experts the person saw at this application; None where nobody looked.

    Raises:
        RuleBroken: the expert is suspended, has enough to do, was asked before, or has a conflict that forbids it; or
            somebody else was assigned meanwhile.
        WrongState: the application is not at a stage where experts read it.
    """
    with unit_of_work():
        application = locked(application.id)
        if application.state not in IN_MARKING:
            raise WrongState(
                _("This application is “%(state)s”, so no expert can be assigned.", state=application.state.label)
            )
        given = [one for one in queries.list_assignments(application.id) if one.state in queries.COUNTED]
        _ensure_nobody_came_first(given, beside)
        _ensure_no_consensus_undone(application, len(given))
        db.session.refresh(expert, with_for_update={"of": Expert})
        looked = look_at(application, expert)
        due_at = due_at or at + USUAL_TIME
        ensure_assignable(queries.list_asked([looked], office_day(at), office_day(due_at))[0])
        if application.state == ApplicationState.ELIGIBLE:
            start_evaluation_application(application, by=by, at=at)
        assignment = Assignment(
            application=application,
            expert=expert,
            assigned_at=at,
            assigned_by_id=by.id,
            due_at=due_at,
            marks={},
        )
        keep_findings(looked, by=by, at=at)
        with creation(assignment, ASSIGNMENT.assign, by=by, at=at) as step:
            letters.write_to_expert(step, assignment, "assign", is_blind=queries.is_blind(application))
            return assignment


def _ensure_nobody_came_first(given: Sequence[Assignment], seen: int | None) -> None:
    if seen is not None and len(given) > seen:
        newest = max(given, key=lambda one: one.id)
        raise RuleBroken(
            _(
                "%(name)s was assigned meanwhile. See whether one more expert is needed, then press again.",
                name=newest.expert.user.name,
            )
        )


def _ensure_no_consensus_undone(application: Application, given: int) -> None:
    if given >= application.instrument.plan.experts_per_application and find_consensus(application.id) is not None:
        raise RuleBroken(_("The experts of this application agree on one sheet. One more expert would undo that."))


def remove_expert(assignment: Assignment, reason: str, *, by: User, at: datetime) -> None:
    """Take an unfinished task back, or the marks of a suspended expert; the access ends at once."""
    with unit_of_work():
        locked(assignment.application_id)
        with transition(assignment, ASSIGNMENT.remove, by=by, at=at, why=reason) as step:
            assignment.reason = reason
            letters.write_to_expert(step, assignment, "remove", reason=reason)
        weigh(assignment.application_id, at=at)


def declare_no_conflict(assignment: Assignment, *, by: User, at: datetime) -> None:
    """The expert may read from now on: the version that stands at this moment."""
    with transition(assignment, ASSIGNMENT.declare_no_conflict, by=by, at=at):
        assignment.declared_at = at
        assignment.submission_id = get_submission(assignment.application_id).id


def declare_conflict(assignment: Assignment, reason: str, *, by: User, at: datetime) -> None:
    """The expert's access ends at once, and marks that were given count no more. The region finds another expert.

    Once the application is decided the decision stands; the region is told that it may be a reason to mark anew.
    """
    with unit_of_work():
        locked(assignment.application_id)
        with transition(assignment, ASSIGNMENT.declare_conflict, by=by, at=at, why=reason) as step:
            assignment.reason = reason
            letters.write_to_managers(step, assignment, _occasion(assignment), reason=reason)
        keep_declared(assignment.application, assignment.expert, str(assignment.id), reason, by=by, at=at)
        weigh(assignment.application_id, at=at)


def end_for_conflict(assignment: Assignment, reason: str, *, by: Any, at: datetime) -> None:
    """A manager has confirmed, or the office found, a conflict of an expert who was given the application: it ends as
    if declared."""
    with unit_of_work():
        locked(assignment.application_id)
        with transition(assignment, ASSIGNMENT.confirm_conflict, by=by, at=at, why=reason) as step:
            assignment.reason = reason
            letters.write_to_expert(step, assignment, "remove", reason=reason)
            if assignment.application.state in DECIDED:
                letters.write_to_managers(step, assignment, "conflict_after_decision", reason=reason)
            elif by.id is None:
                letters.write_to_managers(step, assignment, "find_conflict", reason=reason)
        weigh(assignment.application_id, at=at)


def _occasion(assignment: Assignment) -> str:
    is_decided = assignment.application.state in DECIDED
    return "conflict_after_decision" if is_decided else "declare_conflict"


def refuse_assignment(assignment: Assignment, reason: str, *, by: User, at: datetime) -> None:
    """The expert does not take the task, or gives it back."""
    with unit_of_work():
        locked(assignment.application_id)
        with transition(assignment, ASSIGNMENT.refuse, by=by, at=at, why=reason) as step:
            assignment.reason = reason
            letters.write_to_managers(step, assignment, "refuse", reason=reason)
        weigh(assignment.application_id, at=at)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A score sheet as it stands: ``{criterion: {"mark": "3.5" or None, "comment": text}}``, and the comment on all."""

    marks: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    overall_comment: str = ""
    is_in_scope: bool | None = None
    """The answer to the call's question on scope, where there is one."""
    scope_comment: str = ""

    def is_kept_on(self, assignment: Assignment) -> bool:
        """Whether the assignment says all this already."""
        return (
            assignment.marks == self.marks
            and assignment.overall_comment == self.overall_comment
            and assignment.is_in_scope == self.is_in_scope
            and assignment.scope_comment == self.scope_comment
        )


def save_marks(assignment: Assignment, sheet: Sheet, *, by: User, at: datetime, version: int | None = None) -> None:
    """Keep the sheet, complete or not. Nobody else sees it. What is kept already is not written again."""
    if sheet.is_kept_on(assignment) and assignment.state == AssignmentState.ACCEPTED:
        return
    with transition(assignment, ASSIGNMENT.save_marks, by=by, at=at, version=version):
        _fill(assignment, sheet)


def submit_marks(assignment: Assignment, sheet: Sheet, *, by: User, at: datetime, version: int | None = None) -> None:
    """Hand the marks in. With the last one that the instrument asks for, the evaluation is finished.

    Raises:
        RuleBroken: a mark or a comment is missing.
    """
    with unit_of_work():
        application = locked(assignment.application_id)
        with transition(assignment, ASSIGNMENT.submit_marks, by=by, at=at, version=version):
            _fill(assignment, sheet)
            marking = application.call.plan.marking
            assert marking is not None
            ensure_none(list_gaps_of(sheet, marking))
            assignment.submitted_at = at
        weigh(assignment.application_id, at=at)


def list_gaps_of(sheet: Sheet, marking: Marking) -> Iterator[RuleBroken]:
    """Everything that a sheet lacks to be submitted, in the order of the page."""
    if marking.scope_question is not None:
        yield from list_scope_gaps(sheet.is_in_scope, sheet.scope_comment)
    yield from list_gaps(sheet.marks, sheet.overall_comment, marking)


def _fill(assignment: Assignment, sheet: Sheet) -> None:
    assignment.marks = {code: dict(given) for code, given in sheet.marks.items()}
    assignment.overall_comment = sheet.overall_comment
    assignment.is_in_scope, assignment.scope_comment = sheet.is_in_scope, sheet.scope_comment


def set_aside_assignments(application: Application, reason: str, *, at: datetime) -> int:
    """Close every task with an application after an appeal: the marks count no more, and other experts are asked.

    Returns how many there were.
    """
    closed = [one for one in queries.list_assignments(application.id) if one.state in queries.COUNTED]
    for assignment in closed:
        with transition(assignment, ASSIGNMENT.set_aside, by=OFFICE, at=at, why=reason) as step:
            assignment.reason = reason
            letters.write_to_expert(step, assignment, "remove", reason=reason)
    return len(closed)
