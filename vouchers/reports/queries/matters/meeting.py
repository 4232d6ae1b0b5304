"""What waits of proposals of who marks what, of panels and interviews, of fees and of surveys."""

from __future__ import annotations

from typing import Any

from sqlalchemy import null, select

from vouchers.applications.models import Application
from vouchers.experts.models import Expert
from vouchers.fees.models import FeeStatement
from vouchers.fees.states import FeeState
from vouchers.matching.models import MatchingRun
from vouchers.matching.queries.runs import WAITING
from vouchers.panels.models import Interview, Panel
from vouchers.panels.states import InterviewState, PanelState
from vouchers.programmes.models import Call, Programme
from vouchers.regions.models import Region
from vouchers.reports.queries.matters.checking import of_application
from vouchers.reports.queries.matters.matter import Seen
from vouchers.surveys.models import Survey
from vouchers.surveys.states import SurveyState
from vouchers.users.mandate import Mandate
from vouchers.users.models import User
from vouchers.users.queries import covered_by


def proposals(_seen: Seen) -> Any:
    """Proposals of who marks what that nobody has confirmed or discarded."""
    return (
        select(MatchingRun.id, Call.code, User.name, MatchingRun.asked_at, null())
        .select_from(MatchingRun)
        .join(User, User.id == MatchingRun.asked_by_id)
        .outerjoin(Region, Region.id == MatchingRun.region_id)
        .join(Call, Call.id == MatchingRun.call_id)
        .join(Programme, Programme.id == Call.programme_id)
        .where(MatchingRun.state.in_(WAITING))
        .order_by(MatchingRun.asked_at, MatchingRun.id)
    )


def to_hold(_seen: Seen) -> Any:
    """Panels that are planned or in session, by the day on which they meet."""
    return _panels(Panel.state.in_([PanelState.PLANNED, PanelState.IN_SESSION]), Panel.meets_at)


def to_minute(_seen: Seen) -> Any:
    """Panels whose minutes are not approved by all."""
    return _panels(Panel.state == PanelState.MINUTES, null())


def _panels(waiting: Any, due: Any) -> Any:
    return (
        select(Panel.id, Panel.name, Call.code, Panel.meets_at, due)
        .select_from(Panel)
        .join(Region, Region.id == Panel.region_id)
        .join(Call, Call.id == Panel.call_id)
        .join(Programme, Programme.id == Call.programme_id)
        .where(waiting)
        .order_by(Panel.meets_at, Panel.id)
    )


def to_move(_seen: Seen) -> Any:
    """Interviews for which the applicant asks for another time."""
    return (
        of_application(Interview.id, Interview.starts_at, Interview.starts_at)
        .join(Interview, Interview.application_id == Application.id)
        .where(Interview.state == InterviewState.MOVE_ASKED)
        .order_by(Interview.starts_at, Interview.id)
    )


def to_approve(seen: Seen) -> Any:
    """Fee statements that the expert has agreed to and somebody else has drawn up."""
    return (
        select(FeeStatement.id, FeeStatement.number, User.name, FeeStatement.agreed_at, null())
        .select_from(FeeStatement)
        .join(Expert, Expert.id == FeeStatement.expert_id)
        .join(User, User.id == Expert.user_id)
        .join(Region, Region.id == FeeStatement.region_id)
        .join(Call, Call.id == FeeStatement.call_id)
        .join(Programme, Programme.id == Call.programme_id)
        .where(FeeStatement.state == FeeState.AGREED)
        .where(FeeStatement.drawn_up_by_id != seen.person_id, Expert.user_id != seen.person_id)
        .order_by(FeeStatement.agreed_at, FeeStatement.id)
    )


def unanswered(_seen: Seen) -> Any:
    """Surveys that were not answered though their reminder was sent."""
    return (
        of_application(Application.id, Survey.asked_at, Survey.due_at)
        .join(Survey, Survey.application_id == Application.id)
        .where(Survey.state == SurveyState.ASKED, Survey.reminded_at.is_not(None))
        .order_by(Survey.due_at, Survey.id)
    )


def of_lists(statement: Any, mandate: Mandate) -> Any:
    """Narrow a query that is joined with region, call and programme to what a mandate covers."""
    return statement.where(covered_by(mandate, Programme.code, Region.code))
