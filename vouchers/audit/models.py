"""The record's tables. The database refuses to change or delete any row of them (see the first migration)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.core.database import Base, BigId


class AuditEvent(Base):
    """One step that happened. Holds no personal data: of what changed (`AuditDetail`), only the salted hash."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_subject", "subject_kind", "subject_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    step_id: Mapped[str] = mapped_column(unique=True)
    unit_id: Mapped[str] = mapped_column(index=True)
    """Steps of one unit of work (one press of a button) share it."""
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    """The person's id; None when the office itself acted (a job, a deadline)."""
    tag: Mapped[str] = mapped_column(index=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[int] = mapped_column(BigId)
    scope: Mapped[str] = mapped_column(index=True)
    """``PROGRAMME/REGION``, ``-`` where one does not apply: whose mandate covers it."""
    detail_hash: Mapped[str]
    """SHA-256 over the detail's salt and canonical JSON."""
    journals_hash: Mapped[str] = mapped_column(default="")
    """SHA-256 over what the step booked (`ledger.digests`); empty where it booked nothing."""
    detail: Mapped[AuditDetail] = relationship(back_populates="event", uselist=False)


class AuditDetail(Base):
    """What changed, before and after, and why. An erasure empties `body`; the event and its hash stay."""

    __tablename__ = "audit_detail"
    event_id: Mapped[int] = mapped_column(BigId, ForeignKey("audit_event.id"), primary_key=True)
    salt: Mapped[str]
    body: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """``{"changes": {column: [before, after]}, "why": text or null}``."""
    event: Mapped[AuditEvent] = relationship(back_populates="detail")


class AuditLeaf(Base):
    """The place of an event in the tree, given when it is sealed, so that writers never wait for one another."""

    __tablename__ = "audit_leaf"
    position: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(BigId, ForeignKey("audit_event.id"), unique=True)
    leaf_hash: Mapped[str]


class AuditSeal(Base):
    """The root of the tree over its first `size` leaves, at a moment. `previous_hash` chains the seals."""

    __tablename__ = "audit_seal"
    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigId)
    root: Mapped[str]
    sealed_at: Mapped[datetime]
    previous_hash: Mapped[str]
    frontier: Mapped[list[str]] = mapped_column(JSON)
    """Roots of the full subtrees, largest first: what the next seal continues from."""
