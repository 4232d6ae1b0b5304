"""Finding the common sheets of experts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from vouchers.applications.models import Application
from vouchers.applications.queries import files as applications
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.text import say as _
from vouchers.evaluation.models import Assignment, Consensus
from vouchers.evaluation.rules.reminding import EARLIEST, OVERDUE, due_mark
from vouchers.evaluation.rules.unsubmitting import UNDECIDED
from vouchers.evaluation.states import AssignmentState, ConsensusState
from vouchers.experts.models import Expert

_C = ConsensusState
UNDER_WAY = (_C.DRAFTING, _C.PROPOSED)
_PERSON = joinedload(Assignment.expert).joinedload(Expert.user)
WHOLE = (
    joinedload(Consensus.application).options(*applications.WHOLE),
    joinedload(Consensus.rapporteur).options(_PERSON),
    selectinload(Consensus.parties).options(_PERSON),
    selectinload(Consensus.words),
)


def get_consensus(consensus_id: int, **_rest_of_address: Any) -> Consensus:
    """A consensus with its application, experts and what they said. Raises `NotFound`."""
    found = db.session.scalars(select(Consensus).where(Consensus.id == consensus_id).options(*WHOLE)).first()
    if found is None:
        raise NotFound(_("There is no such thing any more."))
    return found


def find_consensus(application_id: int) -> Consensus | None:
    """The consensus of an application that stands or is being written."""
    found = select(Consensus).where(Consensus.application_id == application_id, Consensus.state != _C.ENDED)
    return db.session.scalars(found.options(*WHOLE)).first()


def find_agreed(application_id: int) -> Consensus | None:
    """The consensus of an application on which all its experts have agreed."""
    found = select(Consensus).where(Consensus.application_id == application_id, Consensus.state == _C.AGREED)
    return db.session.scalars(found).first()


def was_ended(application_id: int) -> bool:
    """Whether a manager has ended one without agreement: then the single sheets count."""
    found = select(Consensus.id).where(Consensus.application_id == application_id, Consensus.state == _C.ENDED)
    return db.session.scalars(found.limit(1)).first() is not None


def list_of_expert(user_id: int) -> list[Consensus]:
    """Those in which this person writes or approves."""
    mine = (
        select(Assignment.application_id)
        .join(Assignment.expert)
        .where(Expert.user_id == user_id, Assignment.state == AssignmentState.SUBMITTED)
    )
    found = select(Consensus).where(Consensus.application_id.in_(mine), Consensus.state.in_(UNDER_WAY))
    return list(db.session.scalars(found.options(*WHOLE).order_by(Consensus.due_at, Consensus.id)))


def count_written(call_id: int) -> dict[int, int]:
    """Expert -> how many consensuses of a call that expert writes or has written."""
    found = (
        select(Assignment.expert_id, func.count())
        .join(Consensus, Consensus.rapporteur_id == Assignment.id)
        .join(Assignment.application)
        .where(Application.call_id == call_id)
        .group_by(Assignment.expert_id)
    )
    return dict(db.session.execute(found).tuples().all())


def map_agreed(application_ids: Collection[int]) -> dict[int, Mapping[str, Any]]:
    """Application -> the marks on which its experts have agreed."""
    found = select(Consensus.application_id, Consensus.marks).where(
        Consensus.application_id.in_(application_ids), Consensus.state == _C.AGREED
    )
    return dict(db.session.execute(found).tuples().all())


def map_agreed_of_call(call_id: int, region_id: int) -> dict[int, Mapping[str, Any]]:
    """The same for a whole region of a call."""
    found = (
        select(Consensus.application_id, Consensus.marks)
        .join(Consensus.application)
        .where(Application.call_id == call_id, Application.region_id == region_id, Consensus.state == _C.AGREED)
    )
    return dict(db.session.execute(found).tuples().all())


def list_to_remind(at: datetime) -> list[int]:
    """Those under way for which a reminder is due now."""
    found = (
        select(Consensus.id, Consensus.due_at, Consensus.opened_at, Consensus.reminded_days)
        .join(Consensus.application)
        .where(Consensus.state.in_(UNDER_WAY), Consensus.due_at <= at + EARLIEST, Application.state.in_(UNDECIDED))
        .order_by(Consensus.due_at, Consensus.id)
    )
    return [
        row.id
        for row in db.session.execute(found)
        if row.reminded_days != OVERDUE
        and due_mark(row.due_at, assigned_at=row.opened_at, last=row.reminded_days, at=at) is not None
    ]
