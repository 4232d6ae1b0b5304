"""Who took part in what led to a decision, by the record, and who may decide an appeal against it."""

from __future__ import annotations

from sqlalchemy import select

from vouchers.appeals.models import Appeal
from vouchers.appeals.policy import DECIDERS, is_neutral
from vouchers.applications.models import Application
from vouchers.audit.models import AuditEvent
from vouchers.audit.queries import list_events_of
from vouchers.core.database import db
from vouchers.decisions.models import Decision, DecisionSession, QueueHold
from vouchers.draws.models import Draw
from vouchers.enquiries.models import Clarification
from vouchers.evaluation.models import Assignment, ConflictFinding, Divergence
from vouchers.experts.models import Expert
from vouchers.users.models import RoleGrant, User
from vouchers.users.states import GrantState, UserState

KINDS = (
    ("assignment", Assignment),
    ("clarification", Clarification),
    ("conflict_finding", ConflictFinding),
    ("decision", Decision),
    ("divergence", Divergence),
    ("queue_hold", QueueHold),
    ("appeal", Appeal),
)
"""What belongs to one application and leads to its decision: kind of subject and table, each with `application_id`."""


def list_involved(appeal: Appeal) -> set[int]:
    """The ids of everybody who took a step of the application, its check, its marks, its decisions or an earlier
    appeal, or was to mark it; by the record of events, whatever roles they have now."""
    application = appeal.application
    subjects: list[tuple[str, int]] = [("application", application.id)]
    for kind, table in KINDS:
        ids = db.session.scalars(select(table.id).where(table.application_id == application.id))
        subjects += [(kind, one) for one in ids if (kind, one) != ("appeal", appeal.id)]
    pools = select(Draw.id).where(Draw.call_id == application.call_id, Draw.region_id == application.region_id)
    subjects += [(kind, one) for one in db.session.scalars(pools) for kind in ("draw", "draw_pool")]
    subjects += [("decision_session", one) for one in _sessions(application)]
    events = list_events_of(subjects)
    found = {event.actor_id for event in events if event.actor_id is not None}
    return found | _same_unit(events) | _experts(application.id) | {appeal.application.started_by_id}


def _sessions(application: Application) -> list[int]:
    """The decision sessions in which it stood, confirmed or not: proposing is taking part."""
    found = db.session.execute(
        select(DecisionSession.id, DecisionSession.lines_json).where(
            DecisionSession.call_id == application.call_id, DecisionSession.region_id == application.region_id
        )
    )
    return [one.id for one in found if any(line["id"] == application.id for line in one.lines_json)]


def _same_unit(events: list[AuditEvent]) -> set[int]:
    """Who acted in the same units of work: the session that decided many at once, the run that assigned many."""
    units = {event.unit_id for event in events}
    found = db.session.scalars(
        select(AuditEvent.actor_id).where(AuditEvent.unit_id.in_(units), AuditEvent.actor_id.is_not(None)).distinct()
    )
    return {one for one in found if one is not None}


def _experts(application_id: int) -> set[int]:
    found = (
        select(Expert.user_id)
        .join(Assignment, Assignment.expert_id == Expert.id)
        .where(Assignment.application_id == application_id)
    )
    return {one for one in db.session.scalars(found) if one is not None}


def list_candidates(appeal: Appeal) -> list[User]:
    """Who may be appointed: active coordinators and managers of the programme who were not involved and do not belong
    to the applicant; those of the appeal's own region first."""
    application: Application = appeal.application
    found = (
        select(User)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(RoleGrant.state == GrantState.GRANTED, RoleGrant.role.in_(DECIDERS), User.state == UserState.ACTIVE)
        .where(RoleGrant.programme_code.is_(None) | (RoleGrant.programme_code == application.call.programme.code))
        .order_by(User.name, User.id)
        .distinct()
    )
    barred = list_involved(appeal)
    free = [one for one in db.session.scalars(found) if one.id not in barred and is_neutral(one, application) is None]
    return sorted(free, key=lambda one: not one.holds(DECIDERS, application.scope))
