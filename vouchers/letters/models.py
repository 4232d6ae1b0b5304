"""The letter book."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from vouchers.core.database import Base, BigId


class Letter(Base):
    """One letter to one person, worded in the step that caused it."""

    __tablename__ = "letter"
    __table_args__ = (Index("ix_letter_subject", "subject_kind", "subject_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    step_id: Mapped[str] = mapped_column(index=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[int] = mapped_column(BigId)
    occasion: Mapped[str]
    """``claims/submit``: the template's place."""
    to_email: Mapped[str]
    to_user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    heading: Mapped[str]
    body: Mapped[str]
    written_at: Mapped[datetime]
    sending_at: Mapped[datetime | None]
    """Set just before the mail server is spoken to; a second try within some minutes would wait."""
    sent_at: Mapped[datetime | None]
    message_id: Mapped[str] = mapped_column(unique=True)
    """Stays the same over every try, so that a receiving server can tell a repetition."""
    document_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("document.id"))
    """A stored file that travels with it."""
    unsubscribe_url: Mapped[str | None]
    """Where a mail program may end such letters with one post; only on those that somebody asked for."""
