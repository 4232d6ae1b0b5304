"""The table of experts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.core.database import Base, state_column
from vouchers.experts.states import ExpertState
from vouchers.users.models import User


class Expert(Base):
    """A person admitted to a programme's pool, with what is needed to match and to detect conflicts."""

    __tablename__ = "expert"
    __table_args__ = (UniqueConstraint("programme_code", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[ExpertState] = mapped_column(state_column(ExpertState))
    version: Mapped[int]
    programme_code: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    employer: Mapped[str]
    country: Mapped[str]
    region_code: Mapped[str] = mapped_column(default="")
    """The partner region the expert lives or works in, if one."""
    languages: Mapped[list[Any]] = mapped_column(JSON)
    expertise: Mapped[str]
    load_limit: Mapped[int] = mapped_column(default=10)
    """How many applications of one call the expert takes at most."""
    suspended_because: Mapped[str] = mapped_column(default="")
    admitted_at: Mapped[datetime]
    user: Mapped[User] = relationship()

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.programme_code}/-"
