"""Documents and draws that a pack takes along."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, select, true

from vouchers.audit.merkle import WIDTH
from vouchers.audit.models import AuditEvent, AuditRun
from vouchers.core.database import db
from vouchers.documents.models import Document
from vouchers.draws.models import Draw
from vouchers.programmes.models import Call, Programme
from vouchers.regions.models import Region

_AT_ONCE = 500
NOT_TAKEN = ("pack", "feedback_package")
"""What was itself made of other things here, to be taken away."""


def list_documents(first: int, end: int, covers: ColumnElement[bool]) -> Iterator[Any]:
    """Documents whose step stands among these places of the tree, with the step's scope; in the order of their ids.

    Args:
        covers: which events are covered, by their scope.
    """
    last_id = 0
    while rows := db.session.execute(
        select(Document, AuditEvent.scope)
        .join(AuditEvent, AuditEvent.step_id == Document.step_id)
        .join(AuditRun, (AuditRun.first_event_id <= AuditEvent.id) & (AuditRun.first_event_id > AuditEvent.id - WIDTH))
        .where(AuditEvent.id < AuditRun.first_event_id + AuditRun.size)
        .where(AuditRun.first_position >= first, AuditRun.first_position < end)
        .where(Document.id > last_id, Document.subject_kind.not_in(NOT_TAKEN), covers)
        .order_by(Document.id)
        .limit(_AT_ONCE)
    ).all():
        yield from rows
        last_id = rows[-1].Document.id


def list_draws(programme: str | None, region: str | None) -> Iterator[Draw]:
    """The draws that were run."""
    found = (
        select(Draw)
        .join(Call, Call.id == Draw.call_id)
        .join(Programme, Programme.id == Call.programme_id)
        .join(Region, Region.id == Draw.region_id)
        .where(Draw.keystring.is_not(None))
        .where(true() if programme is None else Programme.code == programme)
        .where(true() if region is None else Region.code == region)
        .order_by(Draw.id)
    )
    return iter(db.session.scalars(found))
