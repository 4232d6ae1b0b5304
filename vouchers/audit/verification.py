"""Recomputing the record: a block is read as fast as it can be hashed, and looked at row by row only if it is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select

from vouchers.audit import canonical
from vouchers.audit.leaves import BLOCK, Stretch, read_details, read_leaves, stretches
from vouchers.audit.merkle import Frontier, leaf_hash
from vouchers.audit.models import AuditDetail, AuditEvent, AuditNode, AuditRun, AuditSeal
from vouchers.core.database import db

_AT_ONCE = 1_024
"""Seals that are read at once."""


# --- details ----------------------------------------------------------------------------------------------------------


def faults_of_details() -> Iterator[str]:
    """Each detail that is missing, or is not under the hash that its event holds. Erased ones are as they should be."""
    next_id = 0
    while True:
        ids = select(AuditEvent.id).where(AuditEvent.id >= next_id).order_by(AuditEvent.id).limit(BLOCK).subquery()
        first_id, last_id, count = db.session.execute(
            select(func.min(ids.c.id), func.max(ids.c.id), func.count())
        ).one()
        if not count:
            return
        next_id = last_id + 1
        found = read_details(first_id, next_id, _is_whole)
        if len(found) != count or not all(found):
            yield from _faults_of_details_between(first_id, next_id)


def _is_whole(row: bytes) -> bool:
    return len(row) == 64 or sha256(row[64:]).hexdigest().encode() == row[:64]


def _faults_of_details_between(first_id: int, end_id: int) -> Iterator[str]:
    rows = db.session.execute(
        select(AuditEvent.id, AuditEvent.detail_hash, AuditDetail.salt, AuditDetail.body)
        .outerjoin(AuditDetail, AuditDetail.event_id == AuditEvent.id)
        .where(AuditEvent.id >= first_id, AuditEvent.id < end_id)
        .order_by(AuditEvent.id)
    )
    for event_id, stated, salt, body in rows:
        if salt is None:
            yield f"event {event_id}: its detail is missing"
        elif body is not None and canonical.detail_hash(salt, body) != stated:
            yield f"event {event_id}: its detail is not what was recorded"


# --- the tree ---------------------------------------------------------------------------------------------------------


def faults_of_tree(expected: tuple[int, str] | None = None) -> Iterator[str]:
    """Each event, kept node and seal that is not what the tree says, in the order of the tree."""
    yield from _faults_of_places()
    frontier, seals, found, nodes = Frontier(), _Seals(), None, 0
    for stretch in stretches():
        if stretch.position != frontier.size:
            yield f"leaf {frontier.size} is missing"
            return
        hashes = read_leaves(stretch.event_id, stretch.event_id + stretch.size, leaf_hash)
        if b"".join(hashes) != stretch.hashes:
            hashes = []
            for actual, fault in _compare(stretch):
                hashes.append(actual)
                yield from fault
        while hashes:
            stops = [size - frontier.size for size in (seals.next_size, expected and expected[0]) if size]
            taken = min((stop for stop in stops if 0 < stop < len(hashes)), default=len(hashes))
            before, full = frontier.size, frontier.extend(hashes[:taken])
            hashes = hashes[taken:]
            nodes += sum(map(len, full.values()))
            yield from _faults_of_nodes(full, before)
            yield from seals.check(frontier)
            if expected and expected[0] == frontier.size:
                found = frontier.root().hex()
    if expected and found != expected[1]:
        yield f"the {expected[0]} events sealed under the root {expected[1]} are not there as they were"
    yield from seals.left_over(frontier)
    if nodes < (db.session.scalar(select(func.count()).select_from(AuditNode)) or 0):
        yield "there are more kept nodes than the tree has"


def _faults_of_places() -> Iterator[str]:
    """No event stands in the tree twice."""
    following = func.lead(AuditRun.first_event_id).over(order_by=AuditRun.first_event_id).label("following")
    runs = select((AuditRun.first_event_id + AuditRun.size).label("end_id"), following).subquery()
    twice = select(runs.c.following).where(runs.c.following < runs.c.end_id).order_by(runs.c.following)
    for event_id in db.session.scalars(twice):
        yield f"event {event_id}: it stands in the tree twice"


def _compare(stretch: Stretch) -> Iterator[tuple[bytes, list[str]]]:
    """Leaf by leaf: the hash to go on with (what was sealed, where the event is gone), and what is wrong with it."""
    columns: list[Any] = [getattr(AuditEvent, field) for field in canonical.FIELDS]
    rows = db.session.execute(
        select(AuditEvent.id, *columns)
        .where(AuditEvent.id >= stretch.event_id, AuditEvent.id < stretch.event_id + stretch.size)
        .order_by(AuditEvent.id)
    )
    events = {row.id: row for row in rows}
    for place in range(stretch.size):
        event_id, position = stretch.event_id + place, stretch.position + place
        sealed = stretch.hashes[place * 32 : place * 32 + 32]
        event = events.get(event_id)
        if event is None:
            yield sealed, [f"event {event_id}: it was sealed as leaf {position} and is missing"]
        elif (actual := leaf_hash(canonical.event_bytes(event))) != sealed:
            yield actual, [f"event {event_id}: it is not what was sealed as leaf {position}"]
        else:
            yield actual, []


def _faults_of_nodes(full: dict[int, list[bytes]], began: int) -> Iterator[str]:
    for level, hashes in full.items():
        first = began >> level
        rows = db.session.execute(
            select(AuditNode.position, AuditNode.hash)
            .where(AuditNode.level == level, AuditNode.position >= first, AuditNode.position < first + len(hashes))
        )  # fmt: skip
        kept = dict(rows.tuples().all())
        for position, node in enumerate(hashes, start=first):
            if kept.get(position) != node:
                yield f"node {position} of level {level}: it is not the root of the leaves under it"


class _Seals:
    """The seals one after the other, each looked at when the tree has its size."""

    def __init__(self) -> None:
        self._rows = _list_seals()
        self._next: Any = next(self._rows, None)
        self._previous, self._size = "", 0

    @property
    def next_size(self) -> int | None:
        """How many leaves the next seal covers."""
        return None if self._next is None else int(self._next.size)

    def check(self, frontier: Frontier) -> Iterator[str]:
        """Faults of the seals that are due."""
        while self._next is not None and self._next.size <= frontier.size:
            seal = self._take()
            yield from self._faults_of_chain(seal)
            if seal.size <= self._size:
                yield f"seal {seal.id}: it covers {seal.size} leaves, which is not more than the one before it"
            elif frontier.root().hex() != seal.root:
                yield f"seal {seal.id}: its root does not match the events up to leaf {seal.size - 1}"
            elif [root.hex() for root in frontier.roots] != seal.frontier:
                yield f"seal {seal.id}: what the next seal continues from is not the tree's"
            self._size = max(seal.size, self._size)

    def left_over(self, frontier: Frontier) -> Iterator[str]:
        """Faults of the seals for which there are not enough leaves."""
        while self._next is not None:
            seal = self._take()
            yield from self._faults_of_chain(seal)
            yield f"seal {seal.id}: it covers {seal.size} leaves, but only {frontier.size} are there"

    def _take(self) -> Any:
        seal, self._next = self._next, next(self._rows, None)
        return seal

    def _faults_of_chain(self, seal: Any) -> Iterator[str]:
        if seal.previous_hash != self._previous:
            yield f"seal {seal.id}: it does not continue the seal before it"
        self._previous = canonical.seal_hash(seal.size, seal.root, seal.sealed_at, seal.previous_hash)


def _list_seals() -> Iterator[Any]:
    columns = (
        AuditSeal.id, AuditSeal.size, AuditSeal.root, AuditSeal.sealed_at, AuditSeal.previous_hash, AuditSeal.frontier,
    )  # fmt: skip
    last_id = 0
    while rows := db.session.execute(
        select(*columns).where(AuditSeal.id > last_id).order_by(AuditSeal.id).limit(_AT_ONCE)
    ).all():
        yield from rows
        last_id = rows[-1].id
