"""Which applications may be due a reminder."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select

from vouchers.applications.models import Application
from vouchers.applications.rules.reminding import MARKS
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.programmes.models import Call

_UNSENT = (ApplicationState.DRAFT, ApplicationState.AWAITING_SIGNATURE)


def list_to_remind(at: datetime) -> list[int]:
    """Those not handed in for which a mark has come since they were begun, and that were not reminded of it yet."""
    marks = []
    for hours in MARKS:
        before = timedelta(hours=hours)
        # written for the call's own moment, so that an index on it helps
        has_come = and_(Call.closes_at >= at, Call.closes_at <= at + before)
        is_new = or_(Application.reminded_hours.is_(None), Application.reminded_hours > hours)
        marks.append(and_(has_come, is_new))
    found = (
        select(Application.id)
        .join(Application.call)
        .where(Application.state.in_(_UNSENT), or_(*marks))
        .order_by(Application.id)
    )
    return list(db.session.scalars(found))


def get_mark(application_id: int) -> tuple[datetime, datetime, int | None]:
    """(closing of the call, start of the application, its last reminder), to look before a step is taken."""
    found = (
        select(Call.closes_at, Application.started_at, Application.reminded_hours)
        .join(Application.call)
        .where(Application.id == application_id)
    )
    closes_at, started_at, last = db.session.execute(found).one()
    return closes_at, started_at, last
