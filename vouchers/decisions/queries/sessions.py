"""Decision sessions, and what their proposer sees of the ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.money import Money, total
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.decisions.models import Decision, DecisionSession
from vouchers.decisions.queries.contests import Contest, list_groups
from vouchers.decisions.queries.entries import get_contest
from vouchers.decisions.rules.sessions import Line, Proposed, Seen, Words, prefill, see
from vouchers.decisions.states import SessionState
from vouchers.draws.models import Draw
from vouchers.evaluation.rules.scoring import score_text
from vouchers.programmes.models import Call, Programme
from vouchers.programmes.rules.rounds import rounds_of
from vouchers.regions.models import Region
from vouchers.users.mandate import Mandate
from vouchers.users.queries import covered_by

OPEN = (SessionState.DRAFT, SessionState.PROPOSED, SessionState.DECIDING)
WHOLE = (
    joinedload(DecisionSession.call).joinedload(Call.programme),
    joinedload(DecisionSession.region),
    joinedload(DecisionSession.proposed_by),
    joinedload(DecisionSession.decided_by),
)
"""What policies and pages need of a session."""


def get_decision_session(session_id: int, **_rest_of_address: Any) -> DecisionSession:
    """A session with its call, region and people. Raises `NotFound`."""
    found = db.session.scalars(select(DecisionSession).where(DecisionSession.id == session_id).options(*WHOLE)).first()
    if found is None:
        raise NotFound(_("There is no such decision session."))
    return found


def list_sessions(contest: Contest, query: ListQuery) -> Page:
    """The sessions of a region in a call, newest first."""
    found = select(DecisionSession).where(
        DecisionSession.call_id == contest.call.id, DecisionSession.region_id == contest.region.id
    )
    return paginate(db.session, found.options(*WHOLE), query, {"prepared": DecisionSession.id})


def list_sessions_over_calls(query: ListQuery, mandate: Mandate) -> Page:
    """The sessions that a mandate covers, of all calls, newest first."""
    found = select(DecisionSession).join(DecisionSession.call).join(Call.programme).join(DecisionSession.region)
    found = found.where(covered_by(mandate, Programme.code, Region.code))
    if state := query.filters.get("state"):
        found = found.where(DecisionSession.state == SessionState(state))
    return paginate(db.session, found.options(*WHOLE), query, {"prepared": DecisionSession.id})


def list_in_open_sessions(contest: Contest, *, besides: int | None = None) -> dict[int, int]:
    """Application -> the open session that decides it; not those that a session only leaves undecided."""
    found = db.session.scalars(
        select(DecisionSession)
        .where(DecisionSession.call_id == contest.call.id, DecisionSession.region_id == contest.region.id)
        .where(DecisionSession.state.in_(OPEN), DecisionSession.id != (besides or 0))
    )
    return {
        line["id"]: session.id
        for session in found
        for line in session.lines_json
        if line["outcome"] != Proposed.WAIT.value
    }


def is_proposed_on(draw: Draw) -> bool:
    """Whether a session stands proposed, or is being decided, that decides somebody of a pool."""
    found = select(DecisionSession).where(
        DecisionSession.call_id == draw.call_id,
        DecisionSession.region_id == draw.region_id,
        DecisionSession.state.in_((SessionState.PROPOSED, SessionState.DECIDING)),
    )
    pool = frozenset(draw.references)
    return any(
        line.reference in pool and line.outcome is not Proposed.WAIT
        for session in db.session.scalars(found)
        for line in session.lines
    )


def get_contest_of_session(session: DecisionSession) -> Contest:
    """The list that a session decides, as it is now."""
    part = next((part for part in rounds_of(session.call.plan) if part.number == session.round), None)
    return get_contest(session.call, session.region, session.instrument, part=part)


def get_group_of_session(session: DecisionSession) -> Contest:
    """The same without its entries: whose money it is."""
    groups = list_groups(session.call, session.region)
    return next(group for group in groups if session.instrument in {one.code for one in group.instruments})


def map_decided(session_id: int) -> dict[str, Money | None]:
    """Reference of each application that a session has decided -> what it was awarded."""
    found = (
        select(Application.reference, Decision.amount_cents, Decision.currency)
        .join(Application, Application.id == Decision.application_id)
        .where(Decision.session_id == session_id)
    )
    return {
        row.reference: None if row.amount_cents is None else Money(row.amount_cents, row.currency)
        for row in db.session.execute(found)
    }


def list_undecided(session: DecisionSession) -> list[Line]:
    """The lines that a confirmed session has still to decide, best place first."""
    done = map_decided(session.id)
    return [line for line in session.lines if line.outcome is not Proposed.WAIT and line.reference not in done]


def map_references(contest: Contest) -> dict[Any, str]:
    """Key of each place -> the reference of its application."""
    found = select(Application.id, Application.reference).where(
        Application.call_id == contest.call.id,
        Application.region_id == contest.region.id,
        Application.instrument_id.in_([instrument.id for instrument in contest.instruments]),
    )
    keys = {place.entry.key for place in contest.places}
    return {row.id: row.reference for row in db.session.execute(found) if row.id in keys}


def prefill_lines(contest: Contest, words: Words, *, besides: int | None = None) -> list[Line]:
    """What the ranking itself proposes; applications of other open sessions are left out."""
    taken = list_in_open_sessions(contest, besides=besides)
    references = {key: name for key, name in map_references(contest).items() if key not in taken}
    on_reserve = select(Application.id).where(
        Application.call_id == contest.call.id,
        Application.region_id == contest.region.id,
        Application.state == ApplicationState.RESERVED,
    )
    return prefill(
        contest.places,
        references,
        has_reserve_list=contest.call.plan.has_reserve_list,
        on_reserve=set(db.session.scalars(on_reserve)),
        drawn={key for key in references if contest.is_by_lot and contest.is_drawn(key) and not contest.was_drawn(key)},
        words=words,
    )


def see_list(contest: Contest, *, own: Mapping[str, Money | None] | None = None) -> Seen:
    """What stands in the list now, as far as a decision rests on it.

    Args:
        own: what a session has awarded itself, as `map_decided` answers; its money and vouchers count as left.
    """
    awarded = [amount for amount in (own or {}).values() if amount is not None]
    left = contest.left + total(awarded, contest.left.currency)
    slots = None if contest.slots is None else contest.slots + len(awarded)
    scores = {key: score_text(result.ranking_score) for key, result in contest.results.items()}
    return see(contest.places, map_references(contest), scores, left, slots)


def list_session_decisions(session_id: int, *, untold: bool = False) -> list[Decision]:
    """What a confirmed session decided, in its order; `untold`: only what is to be told yet."""
    found = select(Decision).where(Decision.session_id == session_id).order_by(Decision.id)
    if untold:
        found = found.where(Decision.is_told.is_(False), ~is_overtaken())
    return list(db.session.scalars(found.options(joinedload(Decision.application))))


def page_of_decisions(session_id: int, query: ListQuery) -> Page:
    """One page of what a session decided."""
    found = select(Decision).where(Decision.session_id == session_id).options(joinedload(Decision.application))
    return paginate(db.session, found, query, {"decided": Decision.id})


def lock_telling(call_id: int, region_id: int) -> list[DecisionSession]:
    """The sessions of a region in a call whose letters are to be or are being sent, held to the end of the step."""
    found = (
        select(DecisionSession)
        .where(DecisionSession.call_id == call_id, DecisionSession.region_id == region_id)
        .where(DecisionSession.state.in_([SessionState.CONFIRMED, SessionState.ANNOUNCED]))
        .order_by(DecisionSession.id)
    )
    return list(db.session.scalars(found.with_for_update()))


def is_overtaken() -> ColumnElement[bool]:
    """Whether a later decision on the same application followed; nobody is told of the earlier one any more."""
    later = aliased(Decision)
    found = select(later.id).where(later.application_id == Decision.application_id, later.id > Decision.id)
    return found.correlate(Decision).exists()


def list_overtaken(decisions: Sequence[Decision]) -> frozenset[int]:
    """The ids of those of these decisions that were overtaken before anybody was told of them."""
    found = select(Decision.id).where(Decision.id.in_([one.id for one in decisions]), Decision.is_told.is_(False))
    return frozenset(db.session.scalars(found.where(is_overtaken())))


def count_told(session_id: int) -> tuple[int, int]:
    """How many of a session's letters are written, and how many there are; not those that a later decision overtook."""
    found = select(Decision.is_told, func.count()).where(
        Decision.session_id == session_id, or_(Decision.is_told, ~is_overtaken())
    )
    found = found.group_by(Decision.is_told)
    counts: dict[bool, int] = {bool(told): number for told, number in db.session.execute(found)}
    return counts.get(True, 0), sum(counts.values())


def find_open_session_of(application: Application, sessions: Sequence[DecisionSession]) -> DecisionSession | None:
    """The open session that decides an application."""
    return next(
        (one for one in sessions if any(line["id"] == application.id for line in one.lines_json)),
        None,
    )


def list_open_of_call(call_id: int, region_id: int) -> list[DecisionSession]:
    """The sessions of a region in a call that are being prepared or wait for the second person."""
    found = (
        select(DecisionSession)
        .where(DecisionSession.call_id == call_id, DecisionSession.region_id == region_id)
        .where(DecisionSession.state.in_(OPEN))
        .order_by(DecisionSession.id)
    )
    return list(db.session.scalars(found.options(*WHOLE)))
