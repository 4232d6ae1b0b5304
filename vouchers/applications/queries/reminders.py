"""Which applications and partners may be due a reminder."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from vouchers.applications.models import Application, Partner
from vouchers.applications.rules.reminding import FRESH, MARKS, due_mark
from vouchers.applications.states import UNSENT, PartnerState
from vouchers.core.database import db
from vouchers.programmes.models import Call


def list_to_remind(at: datetime) -> list[int]:
    """Those not handed in for which a mark has come since they were begun, and that were not reminded of it yet."""
    found = (
        select(Application.id)
        .join(Application.call)
        .where(Application.state.in_(UNSENT), _has_new_mark(Call.closes_at, Application.reminded_hours, at))
        .order_by(Application.id)
    )
    return list(db.session.scalars(found))


def _has_new_mark(moment: Any, last: Any, at: datetime) -> ColumnElement[bool]:
    marks = []
    for hours in MARKS:
        # written for the moment's own column, so that an index on it helps
        has_come = and_(moment >= at, moment <= at + timedelta(hours=hours))
        marks.append(and_(has_come, or_(last.is_(None), last > hours)))
    return or_(*marks)


def list_partners_to_remind(at: datetime) -> list[int]:
    """Partners that have not answered, for which a mark has come and that were not reminded of it yet."""
    found = (
        select(Partner.id, Partner.due_at, Partner.invited_at, Partner.reminded_hours)
        .join(Partner.application)
        .where(Partner.state == PartnerState.INVITED, Application.state.in_(UNSENT))
        .where(_has_new_mark(Partner.due_at, Partner.reminded_hours, at))
        .order_by(Partner.id)
    )
    return [
        partner_id
        for partner_id, due_at, invited_at, last in db.session.execute(found)
        if due_mark(due_at, started_at=invited_at + FRESH, last=last, at=at) is not None
    ]


def get_mark(application_id: int) -> tuple[datetime, datetime, int | None]:
    """(closing of the call, start of the application, its last reminder), to look before a step is taken."""
    found = (
        select(Call.closes_at, Application.started_at, Application.reminded_hours)
        .join(Application.call)
        .where(Application.id == application_id)
    )
    closes_at, started_at, last = db.session.execute(found).one()
    return closes_at, started_at, last
