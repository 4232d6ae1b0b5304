"""Reading the record, and proving it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Subquery, func, literal, select, union_all
from sqlalchemy.orm import joinedload

from vouchers.audit.merkle import WIDTH
from vouchers.audit.models import AuditEvent, AuditRun, AuditSeal
from vouchers.audit.verification import faults_of_details, faults_of_tree
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.text import say as _


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


def map_actors(events: Iterable[AuditEvent]) -> dict[int, int]:
    """Event -> the person whose press of a button it was: also of what the office did by itself in the same unit of
    work. Events of jobs are left out. One query, none where every event names its person."""
    given = list(events)
    found = {event.id: event.actor_id for event in given if event.actor_id is not None}
    units = {event.unit_id for event in given if event.actor_id is None}
    if not units:
        return found
    of_people = AuditEvent.unit_id.in_(units), AuditEvent.actor_id.is_not(None)
    rows = db.session.execute(
        select(AuditEvent.unit_id, AuditEvent.actor_id).where(*of_people).order_by(AuditEvent.id.desc())
    )
    pressed = {unit_id: actor_id for unit_id, actor_id in rows if actor_id is not None}
    return found | {one.id: pressed[one.unit_id] for one in given if one.id not in found and one.unit_id in pressed}


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


def find_last_event_id() -> int:
    """The highest id of an event that is there; 0 for none."""
    return db.session.scalar(select(func.max(AuditEvent.id))) or 0


def count_sealed() -> int:
    """How many events stand in the tree."""
    last = select(AuditRun.first_position + AuditRun.size).order_by(AuditRun.first_position.desc()).limit(1)
    return db.session.scalar(last) or 0


def count_unsealed() -> int:
    """How many events wait for the next seal."""
    return count_events() - count_sealed()


def list_unsealed(through: int, *, limit: int) -> list[tuple[int, int]]:
    """Events up to this id without a place in the tree: stretches of consecutive ids as (first id, how many).

    Those come first that were written between others and became visible only after these had been sealed.
    """
    sealed_to = select(AuditRun.first_event_id + AuditRun.size).order_by(AuditRun.first_event_id.desc()).limit(1)
    new = select(AuditEvent.id).where(AuditEvent.id >= func.coalesce(sealed_to.scalar_subquery(), 0))
    late = select(AuditEvent.id).join(
        gaps := _gaps(), (AuditEvent.id >= gaps.c.first_id) & (AuditEvent.id < gaps.c.end_id)
    )
    found: list[tuple[int, int]] = []
    for waiting in (late, new):
        room = limit - sum(size for _first, size in found)
        if room:
            found += _islands(waiting.where(AuditEvent.id <= through).order_by(AuditEvent.id).limit(room))
    return found


def _gaps() -> Subquery:
    """Where ids are missing among the runs; an event may still appear there, or its writer had given up."""
    end = AuditRun.first_event_id + AuditRun.size
    following = func.lead(AuditRun.first_event_id).over(order_by=AuditRun.first_event_id)
    between = select(end.label("first_id"), following.label("end_id"))
    before = select(literal(0), func.min(AuditRun.first_event_id))
    every = union_all(between, before).subquery()
    return select(every).where(every.c.end_id > every.c.first_id).subquery()


def _islands(ids: Select[Any]) -> list[tuple[int, int]]:
    chosen = ids.subquery()
    island = (chosen.c.id - func.row_number().over(order_by=chosen.c.id)).label("island")
    numbered = select(chosen.c.id, island).subquery()
    first, size = func.min(numbered.c.id), func.count()
    rows = db.session.execute(select(first, size).group_by(numbered.c.island).order_by(first))
    return [(first_id, count) for first_id, count in rows]


def get_seal(seal_id: int) -> AuditSeal:
    """A seal by its number. Raises `NotFound`."""
    seal = db.session.get(AuditSeal, seal_id)
    if seal is None:
        raise NotFound(_("There is no such seal."))
    return seal


def find_seal_before(seal: AuditSeal) -> AuditSeal | None:
    """The seal that this one names as its previous one."""
    before = select(AuditSeal).where(AuditSeal.id < seal.id).order_by(AuditSeal.id.desc()).limit(1)
    return db.session.scalars(before).first()


def map_positions(event_ids: Sequence[int]) -> dict[int, int]:
    """Event -> its place in the tree, where it was sealed."""
    place = AuditRun.first_position + AuditEvent.id - AuditRun.first_event_id
    rows = db.session.execute(
        select(AuditEvent.id, place)
        .join(AuditRun, (AuditRun.first_event_id <= AuditEvent.id) & (AuditRun.first_event_id > AuditEvent.id - WIDTH))
        .where(AuditEvent.id.in_(event_ids), AuditEvent.id < AuditRun.first_event_id + AuditRun.size)
    )
    return dict(rows.tuples().all())


def list_faults(expected: tuple[int, str] | None = None) -> Iterator[str]:
    """Recompute every hash: details, leaves, nodes, roots, the chain of seals. Yields a line for each fault.

    Args:
        expected: size and root (hex) of a seal that was written down outside the office, to be found again here.
    """
    yield from faults_of_details()
    yield from faults_of_tree(expected)
