"""What waits because of appeals: the agreements of the same money, where the call says that appeals suspend."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from vouchers.appeals.models import Appeal
from vouchers.appeals.queries.files import PENDING
from vouchers.appeals.rules.waiting import Suspension
from vouchers.appeals.states import Against
from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.decisions.models import Decision
from vouchers.decisions.queries.contests import get_group_of
from vouchers.decisions.queries.entries import within_round
from vouchers.letters.models import Letter
from vouchers.programmes.rules.appealing import appeal_until_of, is_suspensive
from vouchers.programmes.rules.plan import Allocation
from vouchers.programmes.rules.rounds import round_of

_S = ApplicationState
_APPEALABLE = (_S.INELIGIBLE, _S.REJECTED, _S.RESERVED)


Rivals = tuple[ColumnElement[bool], ...]
"""The others who compete for the same money, as conditions on `Application`."""


def find_suspension(application: Application, *, at: datetime) -> Suspension | None:
    """Why the agreement on an award may not be offered or come into force at this moment; None where it may.

    One's own appeal against the amount always holds the agreement back: what it would say is what is in question.
    Others' appeals hold it back where the call gives them suspensive effect: while one is open against a decision for
    the same money (in the same round; in a queue only one from further ahead), and until nobody can file one any more.
    """
    own = _has_own(application.id)
    if not is_suspensive(application.call):
        return Suspension(own, 0, None) if own else None
    rivals = _rivals(application)
    until, open_ones = _until(application, rivals), _count_open(rivals)
    is_running = until is not None and at <= until
    return Suspension(own, open_ones, until if is_running else None) if own or open_ones or is_running else None


def _has_own(application_id: int) -> bool:
    found = select(Appeal.id).where(
        Appeal.application_id == application_id, Appeal.against == Against.LESS, Appeal.state.in_(PENDING)
    )
    return db.session.scalars(found.limit(1)).first() is not None


def _rivals(application: Application) -> Rivals:
    group = get_group_of(application)
    part = round_of(application.call.plan, application.submitted_at) if application.submitted_at else None
    conditions: list[Any] = [
        Application.id != application.id,
        Application.call_id == application.call_id,
        Application.region_id == application.region_id,
        Application.instrument_id.in_([one.id for one in group.carried]),
        *within_round(part),
    ]
    if application.call.plan.allocation is Allocation.FIRST_COME:
        conditions.append(Application.submitted_at < application.submitted_at)
    return tuple(conditions)


def _count_open(rivals: Rivals) -> int:
    found = (
        select(func.count(Appeal.id))
        .join(Application, Application.id == Appeal.application_id)
        .where(Appeal.state.in_(PENDING), *rivals)
    )
    return db.session.scalar(found) or 0


def _until(application: Application, rivals: Rivals) -> datetime | None:
    """The last instant at which one of the others could still appeal: that of who was told last."""
    is_less = (Application.state == _S.AWARDED) & (Application.awarded_cents < Application.requested_cents)
    concerned = (or_(Application.state.in_(_APPEALABLE), is_less), *rivals)
    newest = func.max(func.coalesce(Letter.written_at, Decision.decided_at))
    about = (Letter.subject_kind == "decision") & (Letter.subject_id == Decision.id)
    by_decision = db.session.scalar(
        select(newest)
        .select_from(Decision)
        .join(Application, Application.id == Decision.application_id)
        .outerjoin(Letter, about & Letter.occasion.startswith("decisions/"))
        .where(*concerned)
    )
    by_check = db.session.scalar(
        select(func.max(Application.decided_at)).where(Application.state == _S.INELIGIBLE, *rivals)
    )
    told = [one for one in (by_decision, by_check) if one is not None]
    return appeal_until_of(application, max(told)) if told else None
