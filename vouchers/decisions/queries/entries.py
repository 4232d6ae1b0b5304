"""The lists with their entries: who stands where for a region's money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_call
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.decisions.models import Decision
from vouchers.decisions.queries.contests import DECIDED, UNDER_WAY, Contest, list_groups
from vouchers.decisions.queries.drawn import draw_into, key_of, order_of
from vouchers.decisions.rules.awards import usual_amount
from vouchers.decisions.rules.ranking import Entry
from vouchers.draws.queries import find_draw
from vouchers.evaluation.queries.corrections import map_ranked_results
from vouchers.evaluation.rules.scoring import Result
from vouchers.organisations.states import Size
from vouchers.programmes.models import Call
from vouchers.programmes.rules.rounds import Round, round_of
from vouchers.regions.models import Region

_S = ApplicationState


def get_contest(call: Call, region: Region, instrument_code: str = "", *, part: Round | None = None) -> Contest:
    """The list that this instrument belongs to; without one, the first list that experts mark. Raises `NotFound`.

    Args:
        part: the round of a continuous call; None only in a call without rounds.
    """
    groups = [replace(group, round=part) for group in list_groups(call, region)]
    for group in groups:
        if not instrument_code or any(instrument.code == instrument_code for instrument in group.instruments):
            return _filled(group, groups)
    raise NotFound(_("There is no such list in this call."))


def get_contest_of(application: Application) -> Contest:
    """The list that an application belongs to."""
    call = get_call(application.call_id)
    part = round_of(call.plan, application.submitted_at) if application.submitted_at else None
    return get_contest(call, application.region, application.instrument.code, part=part)


def _filled(group: Contest, siblings: Sequence[Contest]) -> Contest:
    rows = _list_submitted(group)
    waits = UNDER_WAY if group.is_by_marks else {_S.SUBMITTED}
    draw = find_draw(**key_of(group)) if group.is_by_lot else None
    pool = frozenset(draw.references) if draw else frozenset()
    results = _map_results(group)
    lots = draw_into(group, draw, _map_entries(group, [row for row in rows if row.state not in waits], results))
    return replace(
        group,
        results=results,
        entries=lots.entries,
        under_way=sum(row.state in waits for row in rows),
        siblings=tuple(siblings),
        draw=draw,
        in_draw=frozenset(row.id for row in rows if row.reference in pool or row.reference in lots.late),
        late=lots.late,
    )


def _map_results(group: Contest) -> dict[int, Result]:
    marking = group.call.plan.marking
    if marking is None or not (group.is_by_marks or group.is_queue):
        return {}
    found = map_ranked_results(group.call, group.region.id, marking)
    return {key: result for key, (result, _count) in found.items()}


def _list_submitted(group: Contest) -> Sequence[Row[Any]]:
    """Those who take part, first submitted first."""
    instruments = [instrument.id for instrument in group.instruments]
    wanted: Any = (
        select(
            Application.id,
            Application.reference,
            Application.state,
            Application.requested_cents,
            Application.currency,
            Application.instrument_id,
            Application.size,
            Application.submitted_at,
        )
        .where(Application.call_id == group.call.id, Application.region_id == group.region.id)
        .where(Application.instrument_id.in_(instruments), Application.submitted_at.is_not(None))
        .where(Application.state.not_in([_S.WITHDRAWN, _S.INELIGIBLE, _S.DRAFT]), *within_round(group.round))
        .order_by(Application.submitted_at, Application.id)
    )
    return db.session.execute(wanted).all()


def _map_entries(group: Contest, rows: Sequence[Row[Any]], results: dict[int, Result]) -> dict[str, Entry]:
    """By reference, before any lot is asked."""
    grants = {instrument.id: instrument.plan.grant for instrument in group.instruments}
    first = _standing_first(group) if any(row.state == _S.RESERVED for row in rows) else set()

    @cache
    def caps(instrument_id: int, size: Size | None) -> Money:
        return grants[instrument_id].applying(size, group.region.code).cap

    found = {}
    for number, row in enumerate(rows):
        result = results.get(row.id)
        requested = None if row.requested_cents is None else Money(row.requested_cents, row.currency)
        wants = usual_amount(requested, caps(row.instrument_id, row.size))
        found[row.reference] = Entry(
            row.id,
            order_of(group, number, result, row.submitted_at, wants),
            wants,
            passes=result.passes if result else True,
            is_open=row.state not in DECIDED,
            is_sum=grants[row.instrument_id].is_sum,
            is_reserved=row.state == _S.RESERVED,
            stands_first=row.id in first and row.state == _S.RESERVED,
        )
    return found


def _standing_first(group: Contest) -> set[int]:
    """The applications that an upheld appeal put first on the reserve list."""
    found = (
        select(Decision.application_id)
        .join(Application, Application.id == Decision.application_id)
        .where(Application.call_id == group.call.id, Application.region_id == group.region.id, Decision.stands_first)
    )
    return set(db.session.scalars(found))


def within_round(part: Round | None) -> list[ColumnElement[bool]]:
    """The applications that were submitted for a round."""
    after = [Application.submitted_at >= part.starts_at] if part and part.starts_at else []
    before = [Application.submitted_at < part.ends_before] if part and part.ends_before else []
    return [*after, *before]
