"""Reading the record: events within a mandate, and the seals."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, false, literal, or_, select
from sqlalchemy.orm import contains_eager

from vouchers.audit.models import AuditDetail, AuditEvent, AuditSeal
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.lifecycle import list_confidential
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.regions.models import PaidProgramme, Region
from vouchers.users.mandate import Mandate
from vouchers.users.models import User


def covers_scope(mandate: Mandate, scope: Any = AuditEvent.scope) -> ColumnElement[bool]:
    """Which events a mandate covers, by their scope ``PROGRAMME/REGION`` (as `RoleGrant.covers` says it).

    No mandate covers what few people may know of.
    """
    return and_(AuditEvent.subject_kind.not_in(list_confidential()), _covers(mandate))


def _covers(mandate: Mandate, scope: Any = AuditEvent.scope) -> ColumnElement[bool]:
    clauses: list[ColumnElement[bool]] = []
    for programme, region in sorted(mandate.pairs, key=str):
        if programme is None and region is None:
            return ~false()
        if programme is None:
            clauses.append(scope.endswith(f"/{region}", autoescape=True))
        elif region is None:
            clauses.append(scope.startswith(f"{programme}/", autoescape=True))
            clauses.append(scope == "-/-")
            clauses.append(scope.in_(_shared(programme)))
        else:
            clauses.append(scope == f"{programme}/{region}")
            clauses.append(scope.in_(_shared(programme).where(Region.code == region)))
    return or_(false(), *clauses)


def _shared(programme: str) -> Select[Any]:
    """The scopes of what the programmes of a region share, for the regions whose account pays for this programme."""
    pays = PaidProgramme.region_id == Region.id
    found = select(literal("-/").concat(Region.code)).join(PaidProgramme, pays)
    return found.where(PaidProgramme.programme == programme)


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


def get_event(event_id: int) -> AuditEvent:
    """An event by its number. Raises `NotFound`, also for what few people may know of."""
    event = db.session.get(AuditEvent, event_id)
    if event is None or event.subject_kind in list_confidential():
        raise NotFound(_("There is no such event."))
    return event


def list_seals(query: ListQuery) -> Page:
    """The seals, newest first."""
    return paginate(db.session, select(AuditSeal), query, {"sealed": AuditSeal.id})
