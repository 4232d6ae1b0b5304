"""The outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from vouchers.core.database import Base, BigId


class QueuedJob(Base):
    """A job promised in the transaction of the step that causes it. Done when `done_at` is set; may run twice."""

    __tablename__ = "queued_job"
    __table_args__ = (
        Index(
            "ix_queued_job_open",
            "due_at",
            postgresql_where=text("done_at IS NULL"),
            sqlite_where=text("done_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    step_id: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    due_at: Mapped[datetime]
    handed_over_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    """The id of the logged error, never its text."""
    given_up_at: Mapped[datetime | None]
