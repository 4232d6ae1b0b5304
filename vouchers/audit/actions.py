"""Writing the record: events as they happen, seals from time to time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import Select, insert, select, text

from vouchers.audit import canonical
from vouchers.audit.merkle import Frontier, leaf_hash
from vouchers.audit.models import AuditDetail, AuditEvent, AuditLeaf, AuditSeal
from vouchers.core.database import db, unit_of_work

SEAL_LOCK = 7_262_9162
_BATCH = 2_000
_APPEND = insert(AuditEvent).returning(AuditEvent.id)
_APPEND_MANY = insert(AuditEvent).returning(AuditEvent.id, sort_by_parameter_order=True)
_APPEND_DETAIL = insert(AuditDetail)


def record_event(
    *,
    step_id: str,
    unit_id: str,
    at: datetime,
    actor_id: int | None,
    tag: str,
    subject_kind: str,
    subject_id: int,
    scope: str,
    body: dict[str, Any],
    journals_hash: str = "",
) -> None:
    """Append one event and its detail to the open unit of work."""
    salt = token_hex(16)
    facts = {
        "step_id": step_id,
        "unit_id": unit_id,
        "at": at,
        "actor_id": actor_id,
        "tag": tag,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "scope": scope,
        "detail_hash": canonical.detail_hash(salt, body),
        "journals_hash": journals_hash,
    }
    event_id = db.session.scalar(_APPEND, facts)
    db.session.execute(_APPEND_DETAIL, {"event_id": event_id, "salt": salt, "body": body})


def record_events(events: Sequence[dict[str, Any]]) -> None:
    """The same for many events at once: each is what `record_event` takes."""
    for first in range(0, len(events), _BATCH):
        bodies, facts = [], []
        for event in events[first : first + _BATCH]:
            salt, body = token_hex(16), event["body"]
            bodies.append({"salt": salt, "body": body})
            plain = {name: value for name, value in event.items() if name != "body"}
            facts.append({"journals_hash": "", **plain, "detail_hash": canonical.detail_hash(salt, body)})
        ids = db.session.scalars(_APPEND_MANY, facts).all()
        db.session.execute(
            _APPEND_DETAIL, [{"event_id": event_id, **body} for event_id, body in zip(ids, bodies, strict=True)]
        )


def seal_events(*, at: datetime) -> AuditSeal | None:
    """Give every event that has none a place in the tree, and set a seal over all. None when there is nothing new.

    One sealer at a time; writers go on appending meanwhile and are sealed next time.
    """
    with unit_of_work():
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SEAL_LOCK})
        last = db.session.scalars(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1)).first()
        frontier = Frontier(last.size, [bytes.fromhex(h) for h in last.frontier]) if last else Frontier()
        began_with = frontier.size
        for leaves in _unsealed(frontier):
            db.session.execute(insert(AuditLeaf), leaves)
        if frontier.size == began_with:
            return None
        seal = AuditSeal(
            size=frontier.size,
            root=frontier.root().hex(),
            sealed_at=at,
            previous_hash=canonical.seal_hash(last.size, last.root, last.sealed_at, last.previous_hash) if last else "",
            frontier=[root.hex() for root in frontier.roots],
        )
        db.session.add(seal)
        return seal


def _unsealed(frontier: Frontier) -> Iterator[list[dict[str, Any]]]:
    """Batches of new leaves, appended to `frontier` on the way."""
    columns = [getattr(AuditEvent, field) for field in canonical.FIELDS]
    last_id = 0
    while events := db.session.execute(_without_place(columns, last_id)).all():
        leaves = []
        for event in events:
            hashed = leaf_hash(canonical.event_bytes(event))
            leaves.append({"position": frontier.size, "event_id": event.id, "leaf_hash": hashed.hex()})
            frontier.append(hashed)
        yield leaves
        last_id = events[-1].id


def _without_place(columns: list[Any], after_id: int) -> Select[Any]:
    return (
        select(AuditEvent.id, *columns)
        .outerjoin(AuditLeaf, AuditLeaf.event_id == AuditEvent.id)
        .where(AuditLeaf.event_id.is_(None), AuditEvent.id > after_id)
        .order_by(AuditEvent.id)
        .limit(_BATCH)
    )
