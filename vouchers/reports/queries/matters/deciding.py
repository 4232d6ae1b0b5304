"""What waits for a decision, for a second person, and for its letters."""

from __future__ import annotations

from typing import Any

from sqlalchemy import null, select

from vouchers.applications.models import Application
from vouchers.applications.queries.worklist import waits_for_decision
from vouchers.decisions.models import DecisionSession
from vouchers.decisions.states import SessionState
from vouchers.programmes.models import Call, Programme
from vouchers.regions.models import Region
from vouchers.reports.queries.matters.checking import of_application
from vouchers.reports.queries.matters.matter import Seen
from vouchers.users.models import User


def to_decide(_seen: Seen) -> Any:
    """The evaluation is finished, or nobody marks it and it is eligible."""
    found = of_application(Application.id, Application.submitted_at)
    return found.where(waits_for_decision()).order_by(Application.submitted_at, Application.id)


def to_confirm(seen: Seen) -> Any:
    """Decision sessions that somebody else has proposed."""
    waiting = (DecisionSession.state == SessionState.PROPOSED, DecisionSession.proposed_by_id != seen.person_id)
    return _sessions(DecisionSession.proposed_at).where(*waiting).order_by(DecisionSession.proposed_at)


def to_announce(_seen: Seen) -> Any:
    """Confirmed decision sessions whose letters are not written."""
    waiting = DecisionSession.state == SessionState.CONFIRMED
    return _sessions(DecisionSession.decided_at).where(waiting).order_by(DecisionSession.decided_at)


def _sessions(since: Any) -> Any:
    return (
        select(DecisionSession.id, Call.code, User.name, since, null())
        .select_from(DecisionSession)
        .join(User, User.id == DecisionSession.proposed_by_id)
        .join(Region, Region.id == DecisionSession.region_id)
        .join(Call, Call.id == DecisionSession.call_id)
        .join(Programme, Programme.id == Call.programme_id)
    )
