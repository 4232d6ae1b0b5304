"""What waits while experts mark: experts to assign and to replace, overdue marks, experts who lie far apart."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, case, false, func, select

from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.evaluation.models import Assignment, ConflictFinding, Divergence
from vouchers.evaluation.queries.assignments import COUNTED
from vouchers.evaluation.queries.workload import map_wanted
from vouchers.evaluation.states import ConflictState, DivergenceState, Weight
from vouchers.organisations.models import Organisation
from vouchers.programmes.models import Instrument
from vouchers.programmes.rules.instrument_plan import Evaluator
from vouchers.reports.queries.matters.checking import of_application
from vouchers.reports.queries.matters.matter import Seen
from vouchers.reports.queries.overview import WITH_EXPERT

BY_EXPERTS = select(Instrument.id).where(Instrument.config["evaluation"].as_string() == Evaluator.EXPERTS.value)


def to_assign(_seen: Seen) -> Any:
    """Eligible, to be marked, and no expert has it."""
    found = of_application(Application.id, Application.submitted_at)
    waiting = (Application.state == ApplicationState.ELIGIBLE, Application.instrument_id.in_(BY_EXPERTS))
    return found.where(*waiting).order_by(Application.submitted_at, Application.id)


def to_replace(_seen: Seen) -> Any:
    """In evaluation, with fewer experts than the instrument asks for."""
    wanted = map_wanted()
    at_work = (
        select(func.count())
        .where(Assignment.application_id == Application.id, Assignment.state.in_(COUNTED))
        .correlate(Application)
        .scalar_subquery()
    )
    is_short = at_work < case(wanted, value=Application.instrument_id, else_=0) if wanted else false()
    found = of_application(Application.id, Application.submitted_at)
    waiting = (Application.state == ApplicationState.IN_EVALUATION, is_short)
    return found.where(*waiting).order_by(Application.submitted_at, Application.id)


def overdue(seen: Seen) -> Any:
    """Tasks of experts whose time is over."""
    return (
        of_application(Application.id, Assignment.assigned_at, Assignment.due_at)
        .join(Assignment, Assignment.application_id == Application.id)
        .where(Assignment.state.in_(WITH_EXPERT), Assignment.due_at < seen.now)
        .order_by(Assignment.due_at, Assignment.id)
    )


def in_conflict(_seen: Seen) -> Any:
    """A conflict that a manager may clear became known of an expert who has the application."""
    given = and_(
        Assignment.application_id == ConflictFinding.application_id,
        Assignment.expert_id == ConflictFinding.expert_id,
        Assignment.state.in_(COUNTED),
    )
    return (
        of_application(Application.id, func.min(ConflictFinding.found_at))
        .join(ConflictFinding, ConflictFinding.application_id == Application.id)
        .join(Assignment, given)
        .where(ConflictFinding.state == ConflictState.FOUND, ConflictFinding.weight == Weight.CLEARABLE)
        .where(Application.state.in_((ApplicationState.IN_EVALUATION, ApplicationState.EVALUATED)))
        .group_by(Application.id, Application.reference, Organisation.name)
        .order_by(func.min(ConflictFinding.found_at), Application.id)
    )


def apart(_seen: Seen) -> Any:
    """Marks that lie further apart than the call allows."""
    return (
        of_application(Application.id, Divergence.found_at)
        .join(Divergence, Divergence.application_id == Application.id)
        .where(Divergence.state == DivergenceState.OPEN)
        .order_by(Divergence.found_at, Divergence.id)
    )
