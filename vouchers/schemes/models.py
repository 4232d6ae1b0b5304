"""The table of drafts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.core.database import Base, state_column
from vouchers.programmes.models import Programme
from vouchers.schemes.states import DraftState


class SchemeDraft(Base):
    """A call that is being written in the browser, or the correction of a published one.

    It keeps only the parts that it changes; the rest is the programme as it is on the day that the draft is read.
    """

    __tablename__ = "scheme_draft"
    __table_args__ = (Index("ix_scheme_draft_programme_id_state", "programme_id", "state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[DraftState] = mapped_column(state_column(DraftState))
    version: Mapped[int]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    call_code: Mapped[str]
    """The call that is written: a new one's code may still change, a published one's never."""
    is_correction: Mapped[bool]
    parts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Part -> its block in plain values (`programmes.rules.plain`): ``call``, ``instruments/COL``, ``programme``."""
    bases: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Part -> the block as it was when the draft first changed it; None for a new one."""
    started_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    started_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    programme: Mapped[Programme] = relationship()

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.programme.code}/-"
