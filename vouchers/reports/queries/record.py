"""Reading the record: events within a mandate, and the seals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import contains_eager

from vouchers.audit.models import AuditDetail, AuditEvent, AuditLeaf, AuditSeal
from vouchers.core.database import db
from vouchers.core.lifecycle import list_confidential
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.users.mandate import Mandate
from vouchers.users.models import User


def covers_scope(mandate: Mandate) -> ColumnElement[bool]:
    """Which events a mandate covers, by their scope ``PROGRAMME/REGION`` (as `RoleGrant.covers` says it).

    No mandate covers what few people may know of.
    """
    return and_(AuditEvent.subject_kind.not_in(list_confidential()), _covers(mandate))


def _covers(mandate: Mandate) -> ColumnElement[bool]:
    clauses: list[ColumnElement[bool]] = []
    for programme, region in sorted(mandate.pairs, key=str):
        if programme is None and region is None:
            return ~false()
        if programme is None:
            clauses.append(AuditEvent.scope.endswith(f"/{region}", autoescape=True))
        elif region is None:
            clauses.append(AuditEvent.scope.startswith(f"{programme}/", autoescape=True))
            clauses.append(AuditEvent.scope.startswith("-/", autoescape=True))
        else:
            clauses.append(AuditEvent.scope.in_((f"{programme}/{region}", f"-/{region}")))
    return or_(false(), *clauses)


def list_events(query: ListQuery, mandate: Mandate, *, first: date | None, last: date | None, zone: str) -> Page:
    """A page of events with their details. Filter: ``kind``; the search finds a tag, a step or a unit of work."""
    statement = (
        select(AuditEvent)
        .join(AuditDetail, AuditDetail.event_id == AuditEvent.id)
        .where(covers_scope(mandate))
        .options(contains_eager(AuditEvent.detail))
    )
    if kind := query.filters.get("kind"):
        statement = statement.where(AuditEvent.subject_kind == kind)
    if first:
        statement = statement.where(AuditEvent.at >= _midnight(first, zone))
    if last:
        statement = statement.where(AuditEvent.at < _midnight(last + timedelta(days=1), zone))
    if query.q:
        people = select(User.id).where(or_(User.email == query.q.lower(), User.name == query.q))
        found = (
            AuditEvent.tag.startswith(query.q, autoescape=True),
            AuditEvent.step_id == query.q,
            AuditEvent.unit_id == query.q,
            AuditEvent.actor_id.in_(people),
        )
        statement = statement.where(or_(*found))
    return paginate(db.session, statement, query, {"at": AuditEvent.id, "tag": AuditEvent.tag}, unique=[AuditEvent.id])


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))


def map_positions(event_ids: Sequence[int]) -> dict[int, int]:
    """Event -> its place in the tree, where it was sealed."""
    rows = db.session.execute(select(AuditLeaf.event_id, AuditLeaf.position).where(AuditLeaf.event_id.in_(event_ids)))
    return {row.event_id: row.position for row in rows}


def list_seals(query: ListQuery) -> Page:
    """The seals, newest first."""
    return paginate(db.session, select(AuditSeal), query, {"sealed": AuditSeal.id})


def count_unsealed() -> int:
    """How many events wait for the next seal."""
    sealed = select(AuditLeaf.event_id).where(AuditLeaf.event_id == AuditEvent.id).exists()
    return db.session.scalar(select(func.count()).select_from(AuditEvent).where(~sealed)) or 0
