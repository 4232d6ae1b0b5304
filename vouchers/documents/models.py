"""Stored files: the bytes lie in the store under their hash, here is who, what, when and for which subject."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from vouchers.core.database import Base, BigId, state_column
from vouchers.documents.classes import Law, PaperClass


class ScanState(StrEnum):
    """What the virus scanner said. A quarantined file is seen by nobody."""

    UNSCANNED = "unscanned"
    CLEAN = "clean"
    QUARANTINED = "quarantined"


class Document(Base):
    """One file of one subject. `purpose` is the code under which it is asked for (``offer``), or what we made."""

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint("size > 0", name="not_empty"),
        Index("ix_document_subject", "subject_kind", "subject_id"),
        CheckConstraint(
            "disposed_law IS NULL OR (disposed_at IS NOT NULL AND disposed_class IS NOT NULL AND filename = '')",
            name="disposed_is_nameless",
        ),
        Index(
            "ix_document_bytes_left",
            "disposed_at",
            postgresql_where=text("disposed_at IS NOT NULL AND bytes_removed_at IS NULL"),
            sqlite_where=text("disposed_at IS NOT NULL AND bytes_removed_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[int] = mapped_column(BigId)
    part_id: Mapped[int | None] = mapped_column(BigId)
    """The part of the subject that it belongs to: the cost of a claim whose further file it is."""
    purpose: Mapped[str]
    filename: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigId)
    sha256: Mapped[str] = mapped_column(index=True)
    scan_state: Mapped[ScanState] = mapped_column(state_column(ScanState), default=ScanState.UNSCANNED)
    stored_at: Mapped[datetime]
    stored_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    step_id: Mapped[str] = mapped_column(index=True)
    removed_at: Mapped[datetime | None]
    """Taken off the subject by a later step; the row and the bytes stay until retention ends."""
    disposed_at: Mapped[datetime | None]
    """The moment of the step that deleted it, as its time was over: the row and its hash stay, the bytes go."""
    disposed_class: Mapped[PaperClass | None] = mapped_column(state_column(PaperClass))
    disposed_law: Mapped[Law | None] = mapped_column(state_column(Law))
    bytes_removed_at: Mapped[datetime | None]
    """When the store no longer held them for this row."""
