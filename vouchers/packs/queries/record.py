"""The events under a seal, in the order of the tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, literal_column, or_, select, true
from sqlalchemy.orm import aliased

from vouchers.audit.leaves import LEAF, Stretch
from vouchers.audit.models import AuditDetail, AuditEvent, AuditSeal
from vouchers.core.database import db
from vouchers.core.lifecycle import list_confidential
from vouchers.packs.rules import OF_A_COMPANY, OF_AN_ACCOUNT, Cover

AT_ONCE = 1_000
_E = aliased(AuditEvent, name="e")


def list_events(stretch: Stretch, cover: Cover) -> Sequence[Any]:
    """The events of a stretch that may be covered, or have booked something: id, at, scope, subject_kind, subject_id,
    step_id, journals_hash, leaf (its text), salt, body (its text)."""
    leaf = literal_column(LEAF[db.engine.dialect.name], Text).label("leaf")
    columns = (
        _E.id,
        _E.at,
        _E.tag,
        _E.actor_id,
        _E.scope,
        _E.subject_kind,
        _E.subject_id,
        _E.step_id,
        _E.journals_hash,
        leaf,
    )
    return db.session.execute(
        select(*columns, AuditDetail.salt, cast(AuditDetail.body, Text).label("body"))
        .join(AuditDetail, AuditDetail.event_id == _E.id)
        .where(_E.id >= stretch.event_id, _E.id < stretch.event_id + stretch.size)
        .where(_may_be_covered(cover))
        .order_by(_E.id)
    ).all()


def _may_be_covered(cover: Cover) -> ColumnElement[bool]:
    """What few people may know of is in no pack but that of the whole office, which is made on the server alone."""
    if cover.is_all:
        return true()
    is_open = _E.subject_kind.not_in(list_confidential())
    if cover.programme is None:
        return is_open
    in_programme = _E.scope.startswith(f"{cover.programme}/", autoescape=True)
    of_several = _E.subject_kind.in_(sorted(OF_A_COMPANY | OF_AN_ACCOUNT))
    return and_(is_open, or_(in_programme, _E.journals_hash != "", of_several))


def list_seals(after: AuditSeal | None, last: AuditSeal) -> Iterator[AuditSeal]:
    """The seals after one up to another, in their order, some at a time."""
    last_id = after.id if after else 0
    while seals := db.session.scalars(
        select(AuditSeal).where(AuditSeal.id > last_id, AuditSeal.id <= last.id).order_by(AuditSeal.id).limit(AT_ONCE)
    ).all():
        yield from seals
        last_id = seals[-1].id


def find_first_seal() -> AuditSeal | None:
    """The oldest seal."""
    return db.session.scalars(select(AuditSeal).order_by(AuditSeal.id).limit(1)).first()
