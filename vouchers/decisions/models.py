"""The table of decisions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.applications.models import Application
from vouchers.core.database import Amount, Base, BigId, state_column
from vouchers.decisions.states import DecisionState, HoldState


class Decision(Base):
    """What was decided on an application, by whom, why, and on which rank and score."""

    __tablename__ = "decision"
    __table_args__ = (CheckConstraint("amount_cents > 0 OR state <> 'awarded'", name="award_has_amount"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[DecisionState] = mapped_column(state_column(DecisionState))
    version: Mapped[int]
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"), index=True)
    amount_cents: Mapped[int | None] = mapped_column(BigId)
    currency: Mapped[str] = mapped_column(default="EUR")
    rank: Mapped[int | None]
    score: Mapped[str | None]
    reason: Mapped[str]
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """None: the office itself, in a call that gives its money in the order of submission."""
    stands_first: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether an upheld appeal put it ahead of all others who wait for the same money."""
    basis: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What the ranking used of it, as `rules.basis.basis_of` writes it; None where no marks rank."""
    application: Mapped[Application] = relationship()

    amount = Amount("amount_cents")

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.application.scope


class QueueHold(Base):
    """Why the office does not go on by itself with an application of a queue: a person must look. Never changed.

    It holds the application only while that is still in the state in which it was held.
    """

    __tablename__ = "queue_hold"
    __table_args__ = (UniqueConstraint("application_id", "at_state"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[HoldState] = mapped_column(state_column(HoldState))
    version: Mapped[int]
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"))
    at_state: Mapped[str]
    """The state of the application when it was held."""
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """``[{"rule": code or "", "sentence": text}]``: as the office found it at that moment."""
    held_at: Mapped[datetime]
    application: Mapped[Application] = relationship()

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.application.scope
