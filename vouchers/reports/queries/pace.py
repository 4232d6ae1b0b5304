"""How long decisions take against their target, application by application and as a distribution."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import case, func, select

from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.core.clock import day_in
from vouchers.core.database import db
from vouchers.core.tables import ListQuery, Page, page_of
from vouchers.decisions.models import Decision
from vouchers.enquiries.models import Clarification
from vouchers.enquiries.states import ClarificationState
from vouchers.organisations.models import Organisation
from vouchers.programmes.models import Call, Instrument
from vouchers.regions.models import Region
from vouchers.reports.queries.desk import of_applications
from vouchers.reports.rules.pace import Pace, Span, Stop, Target, median, pace_of, span_of, target_of
from vouchers.users.mandate import Mandate

COUNTED = frozenset(ApplicationState) - {
    ApplicationState.DRAFT,
    ApplicationState.AWAITING_SIGNATURE,
    ApplicationState.WITHDRAWN,
}


class Facts(NamedTuple):
    """What is read of one application."""

    id: int
    call_id: int
    instrument_id: int
    region_id: int
    submitted_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Row:
    """One application and its pace."""

    facts: Facts
    pace: Pace

    @property
    def span(self) -> Span:
        """Where it falls in the distribution."""
        return span_of(self.pace)


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the list, with what people know it by."""

    id: int
    reference: str
    organisation: str
    state: ApplicationState
    submitted_at: datetime
    row: Row


@dataclass(frozen=True, slots=True)
class Group:
    """How the applications of one instrument in one call are distributed."""

    call: Call
    instrument: Instrument
    counts: Mapping[Span, int]
    median: int | None
    """Of the decided ones, in days of the target."""
    target: Target

    @property
    def late(self) -> int:
        """How many took, or are taking, too long."""
        return sum(self.counts.get(span, 0) for span in (Span.LATE, Span.DOUBLE, Span.OPEN_LATE))


def list_rows(mandate: Mandate, *, today: datetime, only: Any = None) -> list[Row]:
    """Every application of the mandate that was submitted and not withdrawn, with its pace. Four queries.

    Args:
        only: a condition on `Application`.
    """
    first = select(Decision.application_id, func.min(Decision.decided_at).label("at")).group_by(Decision.application_id)
    decided = first.subquery()
    by_check = case((Application.state == ApplicationState.INELIGIBLE, Application.decided_at))
    columns = (Application.id, Application.call_id, Application.instrument_id, Application.region_id)
    statement = (
        select(*columns, Application.submitted_at, func.coalesce(decided.c.at, by_check))
        .select_from(Application)
        .outerjoin(decided, decided.c.application_id == Application.id)
        .where(Application.submitted_at.is_not(None), Application.state.in_(COUNTED))
    )
    statement = statement if only is None else statement.where(only)
    facts = [Facts(*row) for row in db.session.execute(of_applications(statement, mandate).order_by(Application.id))]
    stops = _stops([one.id for one in facts] if only is not None else None, today)
    targets = {one.id: target_of(one.plan) for one in db.session.scalars(select(Instrument))}
    regions = {one.id: (one.time_zone, one.country) for one in db.session.scalars(select(Region))}
    return [
        _row(one, targets[one.instrument_id], regions[one.region_id], stops.get(one.id, ()), today) for one in facts
    ]


def _row(facts: Facts, target: Any, region: tuple[str, str], stops: Sequence[Any], now: datetime) -> Row:
    zone, country = region
    last = facts.decided_at or now
    spans: list[Stop] = [(day_in(zone, first), day_in(zone, until)) for first, until in stops]
    submitted_on, until = day_in(zone, facts.submitted_at), day_in(zone, last)
    is_decided = facts.decided_at is not None
    return Row(facts, pace_of(target, submitted_on, until, spans, country, is_decided=is_decided))


def _stops(ids: Iterable[int] | None, now: datetime) -> dict[int, list[tuple[datetime, datetime]]]:
    """By application: when it was asked, and until when the question was open. What was taken back stops nothing."""
    found = select(
        Clarification.application_id,
        Clarification.requested_at,
        Clarification.state,
        Clarification.answered_at,
        Clarification.due_at,
    ).where(Clarification.state != ClarificationState.CANCELLED)
    if ids is not None:
        found = found.where(Clarification.application_id.in_(list(ids)))
    stops: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for application_id, asked_at, state, answered_at, due_at in db.session.execute(found):
        until = now if state == ClarificationState.REQUESTED else answered_at or due_at
        stops[application_id].append((asked_at, until))
    return stops


def list_paces(rows: Sequence[Row], query: ListQuery) -> Page:
    """One page of them, the least time left first; open ones before decided ones. One query for their names."""
    chosen = [row for row in rows if _fits(row, query.filters)]
    chosen.sort(key=lambda row: (row.pace.is_decided, row.pace.left, row.facts.id), reverse=query.descending)
    page = page_of(chosen, query)
    ids = [row.facts.id for row in page.items]
    names = {
        key: (reference, organisation, state)
        for key, reference, organisation, state in db.session.execute(
            select(Application.id, Application.reference, Organisation.name, Application.state)
            .join(Organisation, Organisation.id == Application.organisation_id)
            .where(Application.id.in_(ids))
        )
    }
    items = [Shown(row.facts.id, *names[row.facts.id], row.facts.submitted_at, row) for row in page.items]
    return replace(page, items=items)


def _fits(row: Row, filters: Mapping[str, str]) -> bool:
    call, span = filters.get("call"), filters.get("span")
    return (not call or row.facts.call_id == int(call)) and (not span or row.span == span)


def list_groups(rows: Sequence[Row]) -> list[Group]:
    """The distribution per call and instrument, the newest call first. Two queries."""
    counts: dict[tuple[int, int], Counter[Span]] = defaultdict(Counter)
    taken: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in rows:
        key = (row.facts.call_id, row.facts.instrument_id)
        counts[key][row.span] += 1
        if row.pace.is_decided:
            taken[key].append(row.pace.taken)
    calls = {one.id: one for one in db.session.scalars(select(Call).where(Call.id.in_({key for key, _i in counts})))}
    instruments = {one.id: one for one in db.session.scalars(select(Instrument))}
    found = [
        Group(
            calls[call_id],
            instruments[key],
            counts[call_id, key],
            median(taken[call_id, key]),
            target_of(instruments[key].plan),
        )
        for call_id, key in counts
    ]
    return sorted(found, key=lambda group: (-group.call.id, group.instrument.id))


def map_due(ids: Sequence[int], mandate: Mandate, *, today: datetime) -> dict[int, date]:
    """Until when each of these applications should be decided. Four queries."""
    rows = list_rows(mandate, today=today, only=Application.id.in_(ids)) if ids else []
    return {row.facts.id: row.pace.due_on for row in rows}
