"""Which experts are to be reminded."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select

from vouchers.applications.models import Application
from vouchers.core.database import db
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.queries.assignments import OPEN
from vouchers.evaluation.rules.reminding import EARLIEST, OVERDUE, due_mark
from vouchers.evaluation.rules.unsubmitting import UNDECIDED


def list_to_remind(at: datetime) -> list[int]:
    """Open tasks of undecided applications for which a reminder is due now, the most urgent first."""
    found = (
        select(Assignment.id, Assignment.due_at, Assignment.assigned_at, Assignment.reminded_days)
        .join(Assignment.application)
        .where(Assignment.state.in_(OPEN), Assignment.due_at <= at + EARLIEST, Application.state.in_(UNDECIDED))
        .where(or_(Assignment.reminded_days.is_(None), Assignment.reminded_days != OVERDUE))
        .order_by(Assignment.due_at, Assignment.id)
    )
    return [
        row.id
        for row in db.session.execute(found)
        if due_mark(row.due_at, assigned_at=row.assigned_at, last=row.reminded_days, at=at) is not None
    ]
