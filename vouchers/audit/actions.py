"""Writing the record: events as they happen, seals from time to time, and the erasure of details."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import JSON, Text, bindparam, cast, insert, text, update

from vouchers.audit import canonical, queries
from vouchers.audit.leaves import read_leaves
from vouchers.audit.merkle import WIDTH, Frontier, leaf_hash
from vouchers.audit.models import AuditDetail, AuditEvent, AuditNode, AuditRun, AuditSeal
from vouchers.core.database import db, unit_of_work

SEAL_LOCK = 7_262_9162
SLICE = 1 << 14
"""Events that are sealed in one transaction at most: on SQLite, a fraction of a second in which nobody else writes."""
_ERASED_AT_ONCE = 5_000
_APPENDED_AT_ONCE = 2_000
_APPEND = insert(AuditEvent).returning(AuditEvent.id)
_APPEND_MANY = insert(AuditEvent).returning(AuditEvent.id, sort_by_parameter_order=True)
_DETAIL: Any = AuditDetail.__table__
_BODY = bindparam("text", type_=Text)
_APPEND_DETAIL = {
    "postgresql": insert(_DETAIL).values(body=cast(_BODY, JSON)),
    "sqlite": insert(_DETAIL).values(body=_BODY),
}


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
    salt, detail = token_hex(16), canonical.canonical_json(body)
    facts = {
        "step_id": step_id,
        "unit_id": unit_id,
        "at": at,
        "actor_id": actor_id,
        "tag": tag,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "scope": scope,
        "detail_hash": canonical.salted_hash(salt, detail),
        "journals_hash": journals_hash,
    }
    event_id = db.session.scalar(_APPEND, facts)
    appended = {"event_id": event_id, "salt": salt, "text": detail.decode()}
    db.session.execute(_APPEND_DETAIL[db.engine.dialect.name], appended)


def record_events(events: Sequence[dict[str, Any]]) -> None:
    """The same for many events at once: each is what `record_event` takes."""
    for first in range(0, len(events), _APPENDED_AT_ONCE):
        facts, details = [], []
        for event in events[first : first + _APPENDED_AT_ONCE]:
            salt, detail = token_hex(16), canonical.canonical_json(event["body"])
            details.append({"salt": salt, "text": detail.decode()})
            plain = {name: value for name, value in event.items() if name != "body"}
            facts.append({"journals_hash": "", **plain, "detail_hash": canonical.salted_hash(salt, detail)})
        ids = db.session.scalars(_APPEND_MANY, facts).all()
        appended = [{"event_id": event_id, **detail} for event_id, detail in zip(ids, details, strict=True)]
        db.session.execute(_APPEND_DETAIL[db.engine.dialect.name], appended)


def seal_events(*, at: datetime) -> AuditSeal | None:
    """Give every event that has none a place in the tree, and set a seal over all. None when there is nothing new.

    One sealer at a time; writers go on appending meanwhile and are sealed next time. What has waited for long is sealed
    slice by slice, each with its own seal.
    """
    through, last = queries.find_last_event_id(), None
    while sealed := _seal_slice(through, at=at):
        last = sealed
    return last


def _seal_slice(through: int, *, at: datetime) -> AuditSeal | None:
    with unit_of_work():
        if db.engine.dialect.name == "postgresql":
            lock = text("SELECT pg_advisory_xact_lock(:key), set_config('jit', 'off', true)")
            db.session.execute(lock, {"key": SEAL_LOCK})
        islands = queries.list_unsealed(through, limit=SLICE)
        if not islands:
            return None
        last = queries.find_last_seal()
        frontier = Frontier(last.size, [bytes.fromhex(root) for root in last.frontier]) if last else Frontier()
        runs, nodes = _take_into_tree(islands, frontier)
        db.session.execute(insert(AuditRun), runs)
        if nodes:
            db.session.execute(insert(AuditNode), nodes)
        seal = AuditSeal(
            size=frontier.size,
            root=frontier.root().hex(),
            sealed_at=at,
            previous_hash=last.hash if last else "",
            frontier=[root.hex() for root in frontier.roots],
        )
        db.session.add(seal)
        return seal


def _take_into_tree(
    islands: Sequence[tuple[int, int]], frontier: Frontier
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of new runs and of the nodes that became full; `frontier` grows."""
    began = frontier.size
    hashes: list[bytes] = []
    runs: list[dict[str, Any]] = []
    for first_id, size in islands:
        found = read_leaves(first_id, first_id + size, leaf_hash)
        if len(found) != size:
            raise RuntimeError(f"{size} events from id {first_id} on are {len(found)} now: the record was changed")
        runs += list(_cut(first_id, found, began + len(hashes)))
        hashes += found
    kept = frontier.extend(hashes)
    nodes = [
        {"level": level, "position": position, "hash": node}
        for level, full in kept.items()
        for position, node in enumerate(full, start=began >> level)
    ]
    return runs, nodes


def _cut(first_id: int, hashes: Sequence[bytes], position: int) -> Iterator[dict[str, Any]]:
    """Runs that do not reach over a multiple of `WIDTH` places."""
    taken = 0
    while taken < len(hashes):
        size = min(WIDTH - (position + taken) % WIDTH, len(hashes) - taken)
        joined = b"".join(hashes[taken : taken + size])
        row = {"first_position": position + taken, "first_event_id": first_id + taken, "size": size, "hashes": joined}
        yield row
        taken += size


def erase_details(event_ids: Sequence[int]) -> int:
    """Forget what changed in these events, in the open unit of work; their hashes stay, so the tree holds.

    The salt goes too: nobody can try out guesses against the hash. Who erases says why in a step of its own. Answers
    how many details were still there.
    """
    count = 0
    for start in range(0, len(event_ids), _ERASED_AT_ONCE):
        erased = (
            update(AuditDetail)
            .where(AuditDetail.event_id.in_(event_ids[start : start + _ERASED_AT_ONCE]), AuditDetail.body.is_not(None))
            .values(body=None, salt="")
            .execution_options(synchronize_session=False)
        )
        count += int(db.session.execute(erased).rowcount)  # type: ignore[attr-defined]
    return count
