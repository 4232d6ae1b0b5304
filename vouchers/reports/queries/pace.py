"""How long decisions take against their target, application by application."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import defer

from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.core.clock import day_in
from vouchers.core.database import UtcMoment, db
from vouchers.decisions.models import Decision
from vouchers.enquiries.models import Clarification
from vouchers.enquiries.states import ClarificationState
from vouchers.programmes.models import Instrument
from vouchers.regions.models import Region
from vouchers.reports.queries.desk import of_applications
from vouchers.reports.rules.pace import Pace, Span, Stop, pace_of, span_of, target_of
from vouchers.users.mandate import Mandate

COUNTED = frozenset(ApplicationState) - {
    ApplicationState.DRAFT,
    ApplicationState.AWAITING_SIGNATURE,
    ApplicationState.WITHDRAWN,
}


_EVERYTHING = Mandate(frozenset({(None, None)}))


class Facts(NamedTuple):
    """What is read of one application."""

    id: int
    call_id: int
    instrument_id: int
    region_id: int
    submitted_at: datetime
    decided_at: datetime | None
    time_zone: str
    """Of its region."""
    country: str


@dataclass(frozen=True, slots=True)
class Row:
    """One application and its pace."""

    facts: Facts
    pace: Pace

    @property
    def span(self) -> Span:
        """Where it falls in the distribution."""
        return span_of(self.pace)


_FIRST = (
    select(Decision.application_id, func.min(Decision.decided_at).label("at"))
    .group_by(Decision.application_id)
    .subquery()
)
DECIDED_AT = func.coalesce(
    _FIRST.c.at, case((Application.state == ApplicationState.INELIGIBLE, Application.decided_at)), type_=UtcMoment()
)
"""When an application was first decided, null while it is not."""


def of_decided(*columns: Any) -> Select[Any]:
    """These columns of every application that was submitted and not withdrawn."""
    return (
        select(*columns)
        .select_from(Application)
        .outerjoin(_FIRST, _FIRST.c.application_id == Application.id)
        .where(Application.submitted_at.is_not(None), Application.state.in_(COUNTED))
    )


def list_rows(mandate: Mandate, *, today: datetime, only: Any = None) -> list[Row]:
    """Every application of the mandate that was submitted and not withdrawn, with its pace. Three queries.

    Args:
        only: a condition on `Application`.
    """
    columns = (Application.id, Application.call_id, Application.instrument_id, Application.region_id)
    statement = of_decided(*columns, Application.submitted_at, DECIDED_AT, Region.time_zone, Region.country)
    statement = statement if only is None else statement.where(only)
    facts = [Facts(*row) for row in db.session.execute(of_applications(statement, mandate).order_by(Application.id))]
    stops = _stops([one.id for one in facts] if only is not None else None, today)
    instruments = db.session.scalars(select(Instrument).options(defer(Instrument.config)))
    targets = {one.id: target_of(one.plan) for one in instruments}
    return [_row(one, targets[one.instrument_id], stops.get(one.id, ()), today) for one in facts]


def _row(facts: Facts, target: Any, stops: Sequence[Any], now: datetime) -> Row:
    zone, last = facts.time_zone, facts.decided_at or now
    spans: list[Stop] = [(day_in(zone, first), day_in(zone, until)) for first, until in stops]
    submitted_on, until = day_in(zone, facts.submitted_at), day_in(zone, last)
    is_decided = facts.decided_at is not None
    return Row(facts, pace_of(target, submitted_on, until, spans, facts.country, is_decided=is_decided))


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


def map_targets(ids: Sequence[int], now: datetime) -> dict[int, date]:
    """By which day each of these applications that is not decided yet should be. Three queries.

    Args:
        ids: applications that the reader may see.
    """
    due = list_rows(_EVERYTHING, today=now, only=Application.id.in_(ids)) if ids else []
    return {row.facts.id: row.pace.due_on for row in due if not row.pace.is_decided}


def map_due(ids: Sequence[int], mandate: Mandate, *, today: datetime) -> dict[int, date]:
    """Until when each of these applications should be decided. Three queries."""
    rows = list_rows(mandate, today=today, only=Application.id.in_(ids)) if ids else []
    return {row.facts.id: row.pace.due_on for row in rows}
