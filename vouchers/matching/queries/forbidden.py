"""Who may be asked, and which pairs are settled already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from vouchers.core.database import db
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.states import AssignmentState
from vouchers.experts.models import Expert
from vouchers.experts.queries import find_obstacles
from vouchers.experts.states import ExpertState
from vouchers.programmes.models import Call


def list_asked(call: Call, today: date) -> list[Expert]:
    """The experts of the programme to whom something may be given today, with their accounts."""
    found = select(Expert).where(Expert.programme_code == call.programme.code, Expert.state == ExpertState.ADMITTED)
    admitted = list(db.session.scalars(found.options(joinedload(Expert.user)).order_by(Expert.id)))
    obstacles = find_obstacles(admitted, today)
    return [one for one in admitted if one.id not in obstacles]


def map_earlier(application_ids: Sequence[int]) -> Mapping[tuple[int, int], AssignmentState]:
    """``(application, expert)`` -> how their assignment stands; those that were taken back are left out."""
    found = select(Assignment.application_id, Assignment.expert_id, Assignment.state).where(
        Assignment.application_id.in_(application_ids), Assignment.state != AssignmentState.REMOVED
    )
    return {(row.application_id, row.expert_id): row.state for row in db.session.execute(found)}
