"""Reading the record, and proving it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from vouchers.audit import canonical
from vouchers.audit.merkle import Frontier, leaf_hash
from vouchers.audit.models import AuditDetail, AuditEvent, AuditLeaf, AuditSeal
from vouchers.core.database import db


def list_events_of(subjects: Sequence[tuple[str, int]]) -> list[AuditEvent]:
    """All events of these (kind, id) subjects in order, with their details."""
    by_kind: dict[str, list[int]] = {}
    for kind, subject_id in subjects:
        by_kind.setdefault(kind, []).append(subject_id)
    wanted = [(AuditEvent.subject_kind == kind) & AuditEvent.subject_id.in_(ids) for kind, ids in by_kind.items()]
    if not wanted:
        return []
    either = wanted[0]
    for clause in wanted[1:]:
        either = either | clause
    found = (
        select(AuditEvent).where(either).options(joinedload(AuditEvent.detail)).order_by(AuditEvent.at, AuditEvent.id)
    )
    return list(db.session.scalars(found))


def map_spans(kind: str, ids: Sequence[int]) -> dict[int, tuple[datetime, datetime]]:
    """Subject id -> the moments of its first and its last event; one query."""
    found = (
        select(AuditEvent.subject_id, func.min(AuditEvent.at), func.max(AuditEvent.at))
        .where(AuditEvent.subject_kind == kind, AuditEvent.subject_id.in_(ids))
        .group_by(AuditEvent.subject_id)
    )
    return {subject_id: (first, last) for subject_id, first, last in db.session.execute(found)}


def find_last_actor(kind: str, subject_id: int) -> int | None:
    """Who took the last step of a subject; None where the office did. Reminders change nothing and do not count."""
    of_subject = (AuditEvent.subject_kind == kind, AuditEvent.subject_id == subject_id)
    newest = select(AuditEvent.actor_id).where(*of_subject, AuditEvent.tag != f"{kind}.remind")
    return db.session.scalar(newest.order_by(AuditEvent.id.desc()).limit(1))


def find_last_moment(kind: str) -> datetime | None:
    """When anything of this kind changed last."""
    return db.session.scalar(select(func.max(AuditEvent.at)).where(AuditEvent.subject_kind == kind))


def count_events() -> int:
    """How many events there are."""
    return db.session.scalar(select(func.count(AuditEvent.id))) or 0


def find_last_seal() -> AuditSeal | None:
    """The newest seal, if any was set."""
    return db.session.scalars(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1)).first()


def list_faults(expected: tuple[int, str] | None = None) -> Iterator[str]:
    """Recompute every hash: details, leaves, roots, the chain of seals. Yields a line for each thing that is wrong.

    Args:
        expected: size and root (hex) of a seal that was written down outside the office, to be found again here.
    """
    yield from _faults_of_details()
    yield from _faults_of_tree(expected)


def _faults_of_details() -> Iterator[str]:
    rows = db.session.execute(
        select(AuditEvent.id, AuditEvent.detail_hash, AuditDetail.salt, AuditDetail.body)
        .outerjoin(AuditDetail, AuditDetail.event_id == AuditEvent.id)
        .order_by(AuditEvent.id)
        .execution_options(yield_per=2_000)
    )
    for event_id, stated, salt, body in rows:
        if salt is None:
            yield f"event {event_id}: its detail is missing"
        elif body is not None and canonical.detail_hash(salt, body) != stated:
            yield f"event {event_id}: its detail is not what was recorded"


def _faults_of_tree(expected: tuple[int, str] | None) -> Iterator[str]:
    seals = list(db.session.scalars(select(AuditSeal).order_by(AuditSeal.id)))
    yield from _faults_of_chain(seals)
    due = {seal.size: seal for seal in seals}
    frontier, is_found = Frontier(), False
    columns: list[Any] = [getattr(AuditEvent, field) for field in canonical.FIELDS]
    rows = db.session.execute(
        select(AuditLeaf.position, AuditLeaf.leaf_hash, AuditLeaf.event_id, *columns)
        .outerjoin(AuditEvent, AuditEvent.id == AuditLeaf.event_id)
        .order_by(AuditLeaf.position)
        .execution_options(yield_per=2_000)
    )
    for row in rows:
        if row.position != frontier.size:
            yield f"leaf {frontier.size} is missing"
            return
        if row.at is None:
            yield f"event {row.event_id}: it was sealed as leaf {row.position} and is missing"
            return
        actual = leaf_hash(canonical.event_bytes(row))
        if actual.hex() != row.leaf_hash:
            yield f"event {row.event_id}: it is not what was sealed as leaf {row.position}"
        frontier.append(actual)
        seal = due.pop(frontier.size, None)
        if seal and frontier.root().hex() != seal.root:
            yield f"seal {seal.id}: its root does not match the events up to leaf {row.position}"
        if seal and [root.hex() for root in frontier.roots] != seal.frontier:
            yield f"seal {seal.id}: what the next seal continues from is not the tree's"
        if expected and expected[0] == frontier.size:
            is_found = frontier.root().hex() == expected[1]
    if expected and not is_found:
        yield f"the {expected[0]} events sealed under the root {expected[1]} are not there as they were"
    for seal in due.values():
        yield f"seal {seal.id}: it covers {seal.size} leaves, but only {frontier.size} are there"


def _faults_of_chain(seals: Sequence[AuditSeal]) -> Iterator[str]:
    previous = ""
    for seal in seals:
        if seal.previous_hash != previous:
            yield f"seal {seal.id}: it does not continue the seal before it"
        previous = canonical.seal_hash(seal.size, seal.root, seal.sealed_at, seal.previous_hash)
