"""What waits for a decision."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_

from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.reports.queries.matters.checking import of_application
from vouchers.reports.queries.matters.marking import BY_EXPERTS
from vouchers.reports.queries.matters.matter import Seen


def to_decide(_seen: Seen) -> Any:
    """The evaluation is finished, or nobody marks it and it is eligible."""
    by_hand = (Application.state == ApplicationState.ELIGIBLE) & Application.instrument_id.not_in(BY_EXPERTS)
    found = of_application(Application.id, Application.submitted_at)
    waiting = or_(Application.state == ApplicationState.EVALUATED, by_hand)
    return found.where(waiting).order_by(Application.submitted_at, Application.id)
