"""The record's tables. The database refuses to change or delete any row of them, and to take an event into the tree
twice or out of turn (see the migrations)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.audit.canonical import seal_hash
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
    """What changed, before and after, and why. An erasure empties `body` and `salt`; the event and its hash stay."""

    __tablename__ = "audit_detail"
    event_id: Mapped[int] = mapped_column(BigId, ForeignKey("audit_event.id"), primary_key=True)
    salt: Mapped[str]
    """Goes with the body: who still had it could try out guesses against the hash."""
    body: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """``{"changes": {column: [before, after]}, "why": text or null}``, as the canonical JSON that was hashed."""
    event: Mapped[AuditEvent] = relationship(back_populates="detail")


class AuditRun(Base):
    """The places of events with ids in a row, given when they are sealed, so that writers never wait for one another.

    The event with the id ``first_event_id + n`` is the leaf ``first_position + n``. A run never reaches over a multiple
    of 256 places, so that what stands under one kept node (`AuditNode`) is read in whole runs.
    """

    __tablename__ = "audit_run"
    __table_args__ = (
        CheckConstraint("size BETWEEN 1 AND 256", name="size"),
        CheckConstraint("length(hashes) = 32 * size", name="whole"),
        Index("ix_audit_run_events", "first_event_id", "size"),
    )
    first_position: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    first_event_id: Mapped[int] = mapped_column(BigId)
    size: Mapped[int]
    hashes: Mapped[bytes] = mapped_column(LargeBinary)
    """The leaf hashes one after the other, 32 bytes each."""


class AuditNode(Base):
    """The root of a full subtree: of 256 leaves (level 8), of 65,536 (level 16), and so on."""

    __tablename__ = "audit_node"
    __table_args__ = (CheckConstraint("length(hash) = 32", name="whole"),)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    """Its index on its level: it stands over the leaves from ``position << level`` on."""
    hash: Mapped[bytes] = mapped_column(LargeBinary)


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

    @property
    def hash(self) -> str:
        """What the next seal names as its previous one."""
        return seal_hash(self.size, self.root, self.sealed_at, self.previous_hash)
