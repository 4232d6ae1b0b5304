"""One matter of the desk: what waits, since when, until when, and where it leads; read in one query."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func

from vouchers.core.clock import day_in
from vouchers.core.database import db
from vouchers.core.text import Sentence
from vouchers.reports.queries.desk import of_applications
from vouchers.users.mandate import Mandate

MOST = 5
"""How many of each matter the desk names."""


@dataclass(frozen=True, slots=True)
class Seen:
    """As whom, and when, the desk is looked at."""

    person_id: int
    now: datetime
    zone: str

    @property
    def today(self) -> date:
        """On the reader's calendar."""
        return day_in(self.zone, self.now)


@dataclass(frozen=True, slots=True)
class Matter:
    """A kind of work that waits for somebody.

    `waiting` selects the columns ``id`` (what `row` names), ``reference``, ``who``, ``since`` (a moment) and ``due`` (a
    day, a moment or null) from `Application` and what it joins, the most urgent first; `narrow` keeps what a mandate
    covers. `row` is (endpoint, name in its address) of one thing, `all` (endpoint, parameters) of the whole list,
    `bulk` (endpoint, text) of a page that does many at once.
    """

    code: str
    title: Sentence
    waiting: Callable[[Seen], Any]
    row: tuple[str, str]
    all: tuple[str, Mapping[str, str]]
    note: Sentence | None = None
    bulk: tuple[str, Sentence] | None = None
    narrow: Callable[[Any, Mandate], Any] = of_applications
    is_urgent: bool = False
    """Whether whatever waits here is late already."""
    is_acted_on: bool = False
    """Whether one of them opens as the form of a step: who only reads is led to their list."""
    may_read: Callable[[Any], Sentence | None] | None = None
    """Who may read what waits, where that is not everybody who reads of the mandate."""


@dataclass(frozen=True, slots=True)
class Waits:
    """One thing that waits."""

    id: int
    reference: str
    who: str
    age: int
    """In days."""
    due_on: date | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Found:
    """How much of a matter waits, and its most urgent things."""

    matter: Matter
    count: int
    rows: list[Waits] = field(default_factory=list)

    @property
    def oldest(self) -> int:
        """Days that the oldest of those named waits."""
        return max((row.age for row in self.rows), default=0)

    @property
    def late(self) -> int:
        """How many of those named are late."""
        return sum(row.is_late for row in self.rows)


def look_at(matter: Matter, mandate: Mandate, seen: Seen) -> Found:
    """What waits of a matter within a mandate, in one query."""
    statement = matter.narrow(matter.waiting(seen), mandate).add_columns(func.count().over()).limit(MOST)
    found = db.session.execute(statement).all()
    rows = [_waits(matter, seen, *row[:5]) for row in found]
    return Found(matter, int(found[0][5]) if found else 0, rows)


def _waits(matter: Matter, seen: Seen, key: int, reference: str, who: str, since: Any, due: Any) -> Waits:
    first, last = _day(since, seen.zone), _day(due, seen.zone)
    age = (seen.today - first).days if first else 0
    is_late = matter.is_urgent or (last is not None and last < seen.today)
    return Waits(key, reference, who, max(age, 0), last, is_late)


def _day(value: Any, zone: str) -> date | None:
    if isinstance(value, datetime):
        return day_in(zone, value)
    if isinstance(value, str):  # a day that an expression gives on SQLite
        return date.fromisoformat(value)
    return value if isinstance(value, date) else None
