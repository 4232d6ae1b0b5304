"""The time to decision as a distribution and page by page, counted in the database.

How long a decision took depends on days alone: those of the submission and of the decision, and on the days on which
the applicant was asked. So the applications that were never asked are counted by their days, all that share them have
one pace, and of the list only its page is read; only those who were asked are looked at one by one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, exists, func, or_, select

from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.core.clock import day_in
from vouchers.core.database import db, local_day
from vouchers.core.tables import ListQuery, Page, page_of
from vouchers.enquiries.models import Clarification
from vouchers.enquiries.states import ClarificationState
from vouchers.organisations.models import Organisation
from vouchers.programmes.models import Call, Instrument
from vouchers.regions.models import Region
from vouchers.reports.queries.desk import of_applications
from vouchers.reports.queries.pace import DECIDED_AT, list_rows, of_decided
from vouchers.reports.rules.pace import Pace, Span, Target, median, pace_of, span_of, target_of
from vouchers.users.mandate import Mandate

_ASKED = exists().where(
    Clarification.application_id == Application.id, Clarification.state != ClarificationState.CANCELLED
)
_DAYS: tuple[Any, ...] = (
    Application.call_id.label("call"),
    Application.instrument_id.label("instrument"),
    Application.region_id.label("region"),
    local_day(Application.submitted_at, Region.time_zone).label("submitted"),
    func.coalesce(local_day(DECIDED_AT, Region.time_zone), "").label("decided"),
)


class Key(NamedTuple):
    """What applications with the same pace share; of one that was asked, its id too."""

    call_id: int
    instrument_id: int
    region_id: int
    submitted_on: str
    decided_on: str
    """Empty while it is not decided."""
    application_id: int = 0


@dataclass(frozen=True, slots=True)
class Bucket:
    """Applications with the same pace."""

    key: Key
    pace: Pace
    count: int

    @property
    def span(self) -> Span:
        """Where they fall in the distribution."""
        return span_of(self.pace)


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the list, with what people know it by."""

    id: int
    reference: str
    organisation: str
    state: ApplicationState
    submitted_at: datetime
    pace: Pace


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


def list_buckets(mandate: Mandate, *, today: datetime) -> list[Bucket]:
    """All applications of a mandate, those with the same pace together. Seven queries."""
    days = of_applications(of_decided(*_DAYS).where(~_ASKED), mandate).subquery()
    counted = select(*days.c, func.count()).group_by(*days.c)
    targets = {one.id: target_of(one.plan) for one in db.session.scalars(select(Instrument))}
    regions = {one.id: (one.time_zone, one.country) for one in db.session.scalars(select(Region))}

    def pace(key: Key) -> Pace:
        zone, country = regions[key.region_id]
        until = date.fromisoformat(key.decided_on) if key.decided_on else day_in(zone, today)
        submitted_on = date.fromisoformat(key.submitted_on)
        return pace_of(targets[key.instrument_id], submitted_on, until, (), country, is_decided=bool(key.decided_on))

    keys = [(Key(*row[:5]), row[5]) for row in db.session.execute(counted)]
    asked = [
        Bucket(Key(*row.facts[1:4], "", "", row.facts.id), row.pace, 1)
        for row in list_rows(mandate, today=today, only=_ASKED)
    ]
    return [*(Bucket(key, pace(key), count) for key, count in keys), *asked]


def list_groups(buckets: Sequence[Bucket]) -> list[Group]:
    """The distribution per call and instrument, the newest call first. Two queries."""
    counts: dict[tuple[int, int], Counter[Span]] = defaultdict(Counter)
    taken: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
    for one in buckets:
        key = (one.key.call_id, one.key.instrument_id)
        counts[key][one.span] += one.count
        if one.pace.is_decided:
            taken[key][one.pace.taken] += one.count
    calls = {one.id: one for one in db.session.scalars(select(Call).where(Call.id.in_({key for key, _i in counts})))}
    instruments = {one.id: one for one in db.session.scalars(select(Instrument))}
    found = [
        Group(
            calls[call], instruments[key], counts[call, key], median(taken[call, key]), target_of(instruments[key].plan)
        )
        for call, key in counts
    ]
    return sorted(found, key=lambda group: (-group.call.id, group.instrument.id))


def list_paces(buckets: Sequence[Bucket], query: ListQuery) -> Page:
    """One page of the applications, the least time left first; open ones before decided ones. One query."""
    chosen = [one for one in buckets if _fits(one, query.filters)]
    chosen.sort(key=lambda one: (one.pace.is_decided, one.pace.left, one.key), reverse=query.descending)
    page = page_of(_Lines(chosen), query)
    places: list[tuple[Bucket, int]] = list(page.items)
    found = _read(places) if places else {}
    items = [found[one.key, number] for one, number in places if (one.key, number) in found]
    return Page(items, page.total, page.query)


def _fits(one: Bucket, filters: Mapping[str, str]) -> bool:
    call, span = filters.get("call"), filters.get("span")
    return (not call or one.key.call_id == int(call)) and (not span or one.span == span)


class _Lines(Sequence[tuple[Bucket, int]]):
    """Every application as (its bucket, its number within it, from 1), without holding them."""

    def __init__(self, buckets: Sequence[Bucket]):
        self._buckets = buckets

    def __len__(self) -> int:
        return sum(one.count for one in self._buckets)

    def __getitem__(self, wanted: Any) -> Any:
        start, stop, _step = wanted.indices(len(self))
        found, before = [], 0
        for one in self._buckets:
            first, last = max(start - before, 0), min(stop - before, one.count)
            found += [(one, number) for number in range(first + 1, last + 1)]
            before += one.count
            if before >= stop:
                break
        return found


def _read(places: Sequence[tuple[Bucket, int]]) -> dict[tuple[Key, int], Shown]:
    """The applications at these places of their buckets, each bucket in the order of ids."""
    wanted: dict[Key, list[int]] = defaultdict(list)
    paces = {one.key: one.pace for one, _number in places}
    for one, number in places:
        wanted[one.key].append(number)
    numbered = _numbered({key.call_id for key in wanted}).subquery()
    is_wanted = or_(
        *(
            numbered.c.id == key.application_id
            if key.application_id
            else and_(
                *(column == value for column, value in zip(list(numbered.c)[1:6], key[:5], strict=True)),
                ~numbered.c.asked,
                numbered.c.number.between(min(numbers), max(numbers)),
            )
            for key, numbers in wanted.items()
        )
    )
    rows = db.session.execute(
        select(numbered, Application.reference, Organisation.name, Application.state, Application.submitted_at)
        .join(Application, Application.id == numbered.c.id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(is_wanted)
    )
    found = {}
    for row in rows:
        place = (row.call, row.instrument, row.region)
        key = Key(*place, "", "", row.id) if row.asked else Key(*place, row.submitted, row.decided)
        shown = Shown(row.id, row.reference, row.name, row.state, row.submitted_at, paces[key])
        found[key, 1 if row.asked else row.number] = shown
    return found


def _numbered(calls: set[int]) -> Select[Any]:
    """Each application of these calls with its days, whether it was asked, and its number among those with its days."""
    number = func.row_number().over(partition_by=[*(one.element for one in _DAYS), _ASKED], order_by=Application.id)
    return (
        of_decided(Application.id.label("id"), *_DAYS, _ASKED.label("asked"), number.label("number"))
        .join(Region, Region.id == Application.region_id)
        .where(Application.call_id.in_(calls))
    )
