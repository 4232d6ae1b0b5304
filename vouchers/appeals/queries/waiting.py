"""What waits because of appeals: the agreements of the same money, where the call says that appeals suspend."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, or_, select

from vouchers.appeals.models import Appeal
from vouchers.appeals.queries.files import PENDING
from vouchers.appeals.rules.waiting import Suspension
from vouchers.appeals.states import ABOUT_AWARD, Against
from vouchers.applications.models import Application
from vouchers.applications.queries.files import PLACE
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.decisions.models import Decision
from vouchers.decisions.queries.contests import Contest, map_groups_of
from vouchers.letters.models import Letter
from vouchers.programmes.models import Call
from vouchers.programmes.rules.appealing import appeal_days, appeal_until_of, is_suspensive
from vouchers.programmes.rules.plan import Allocation
from vouchers.programmes.rules.rounds import round_of

_S = ApplicationState
_APPEALABLE = (_S.INELIGIBLE, _S.REJECTED, _S.RESERVED)


_LONGEST_SHIFT = timedelta(days=30)
"""No row of days off moves the last day of an appeal further than this."""


def find_suspension(application: Application, *, at: datetime) -> Suspension | None:
    """Why the agreement on an award may not be offered or come into force at this moment; None where it may.

    One's own appeal against the amount or the conditions always holds the agreement back: what it would say is what is
    in question.
    Others' appeals hold it back where the call gives them suspensive effect: while one is open against a decision for
    the same money (in the same round; in a queue only one from further ahead), and until nobody can file one any more.
    """
    return find_suspensions([application], at=at).get(application.id)


def find_suspensions(applications: Sequence[Application], *, at: datetime) -> dict[int, Suspension]:
    """Application id -> the same, of those that wait, in as many queries however many they are."""
    own = _list_with_own([one.id for one in applications])
    held = [one for one in applications if is_suspensive(one.call)]
    calls = {one.call_id: one.call for one in held}
    appealing, told = (_list_appealing(calls), _list_told(calls, at)) if held else ({}, {})
    groups = map_groups_of(held)
    found = {one.id: Suspension(True, 0, None) for one in applications if one.id in own}
    for one in held:
        place, is_rival = (one.call_id, one.region_id), _rival_test(one, groups[one.id])
        appeals = sum(is_rival(other) for other in appealing.get(place, ()))
        newest = next((other.at for other in told.get(place, ()) if is_rival(other)), None)
        until = appeal_until_of(one, newest) if newest else None
        is_running = until is not None and at <= until
        if one.id in own or appeals or is_running:
            found[one.id] = Suspension(one.id in own, appeals, until if is_running else None)
    return found


def list_suspended_awards(*, at: datetime) -> list[int]:
    """The ids of the awards whose agreement waits because of appeals."""
    own = select(Appeal.id).where(Appeal.application_id == Application.id, *_OWN).exists()
    concerned = or_(Call.config["appeal"]["is_suspensive"].as_boolean().is_(True), own)
    awards = select(Application).join(Application.call).where(Application.state == _S.AWARDED, concerned)
    return list(find_suspensions(db.session.scalars(awards.options(*PLACE)).all(), at=at))


_OWN = (Appeal.against.in_(ABOUT_AWARD), Appeal.state.in_(PENDING))


def _list_with_own(ids: Sequence[int]) -> frozenset[int]:
    if not ids:
        return frozenset()
    return frozenset(db.session.scalars(select(Appeal.application_id).where(Appeal.application_id.in_(ids), *_OWN)))


@dataclass(frozen=True, slots=True)
class _Other:
    """Somebody who may compete for the money of an award."""

    application_id: int
    instrument_id: int
    submitted_at: datetime | None
    at: datetime | None
    """When the decision was told."""


_ByPlace = Mapping[tuple[int, int], Sequence[_Other]]
"""(call id, region id) -> the others there."""


def _rival_test(application: Application, group: Contest) -> Callable[[_Other], bool]:
    """Whether another competes for the same money."""
    instruments, plan, own = {one.id for one in group.carried}, application.call.plan, application.submitted_at
    part = round_of(plan, own) if own else None
    is_queue = plan.allocation is Allocation.FIRST_COME

    def is_rival(other: _Other) -> bool:
        if other.application_id == application.id or other.instrument_id not in instruments:
            return False
        if part is not None and not (other.submitted_at and part.holds(other.submitted_at)):
            return False
        return not is_queue or bool(own and other.submitted_at and other.submitted_at < own)

    return is_rival


_OTHER = (Application.call_id, Application.region_id, Application.id, Application.instrument_id)


def _list_appealing(calls: Collection[int]) -> _ByPlace:
    """One for every appeal that is open and about money: conditions of one award touch nobody else."""
    found = (
        select(*_OTHER, Application.submitted_at)
        .join(Appeal, Appeal.application_id == Application.id)
        .where(Appeal.state.in_(PENDING), Appeal.against != Against.CONDITIONS, Application.call_id.in_(calls))
    )
    return _by_place((*row, None) for row in db.session.execute(found))


def _list_told(calls: Mapping[int, Call], at: datetime) -> _ByPlace:
    """Those who could still appeal at this moment, the one told last first; some whose time is just over, too."""
    is_less = (Application.state == _S.AWARDED) & (Application.awarded_cents < Application.requested_cents)
    about = (Letter.subject_kind == "decision") & (Letter.subject_id == Decision.id)
    by_check = case((Application.state == _S.INELIGIBLE, Application.decided_at))
    told_at = func.coalesce(by_check, Letter.written_at, Decision.decided_at)
    since = at - timedelta(days=max(map(appeal_days, calls.values()))) - _LONGEST_SHIFT
    found = (
        select(*_OTHER, Application.submitted_at, told_at)
        .outerjoin(Decision, Decision.application_id == Application.id)
        .outerjoin(Letter, about & Letter.occasion.startswith("decisions/"))
        .where(Application.call_id.in_(calls), or_(Application.state.in_(_APPEALABLE), is_less), told_at >= since)
        .order_by(told_at.desc())
    )
    return _by_place(db.session.execute(found))


def _by_place(rows: Iterable[Any]) -> _ByPlace:
    found: dict[tuple[int, int], list[_Other]] = defaultdict(list)
    for call_id, region_id, *other in rows:
        found[call_id, region_id].append(_Other(*other))
    return found
