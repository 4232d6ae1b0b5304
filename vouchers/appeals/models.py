"""The table of appeals."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.appeals.states import Against, AppealState
from vouchers.applications.models import Application
from vouchers.core.database import Base, BigId, state_column
from vouchers.users.models import User

_IS_OPEN = "state IN ('draft', 'late', 'filed', 'taken_up')"


class Appeal(Base):
    """What an applicant holds against a decision, and what came of it."""

    __tablename__ = "appeal"
    __table_args__ = (
        Index(
            "uq_appeal_open",
            "application_id",
            unique=True,
            postgresql_where=text(_IS_OPEN),
            sqlite_where=text(_IS_OPEN),
        ),
        Index("ix_appeal_state_decide", "state", "decide_by"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[AppealState] = mapped_column(state_column(AppealState))
    version: Mapped[int]
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"), index=True)
    against: Mapped[Against] = mapped_column(state_column(Against))
    decision_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("decision.id"))
    """None: against the outcome of the formal check."""
    told_at: Mapped[datetime]
    """When the letter about it was written."""
    due_at: Mapped[datetime]
    """The last instant that counts, as that letter said."""
    text: Mapped[str]
    started_at: Mapped[datetime]
    started_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    number: Mapped[str | None] = mapped_column(unique=True)
    """Of the receipt."""
    sha256: Mapped[str | None]
    """Of what was sent: the words and the hashes of the files."""
    filed_at: Mapped[datetime | None]
    filed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    late_reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why it is late, in the applicant's words; empty for one in time."""
    decide_by: Mapped[date | None]
    decider_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    ruling: Mapped[str] = mapped_column(default="", server_default="")
    """Why it was decided so; the applicant reads it."""
    application: Mapped[Application] = relationship()
    decider: Mapped[User | None] = relationship(foreign_keys=[decider_id])

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.application.scope

    @property
    def is_late(self) -> bool:
        """Whether it was sent after its time."""
        return bool(self.late_reason)
