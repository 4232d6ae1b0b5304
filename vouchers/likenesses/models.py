"""The table of likenesses."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.core.database import Base, BigId, state_column
from vouchers.core.lifecycle import ALL_LIFECYCLES
from vouchers.core.text import Sentence
from vouchers.likenesses.rules import say_signs
from vouchers.likenesses.states import LikenessState, Part, Sign
from vouchers.users.models import User


class Likeness(Base):
    """A step of one account that looks like another one of the same step, and why these are two persons."""

    __tablename__ = "likeness"
    __table_args__ = (
        CheckConstraint("actor_id <> other_id", name="two_accounts"),
        UniqueConstraint("step_id", "other_id"),
        Index("ix_likeness_subject", "subject_kind", "subject_id"),
    )
    RECORDED = frozenset({"state", "subject_kind", "subject_id", "step_id", "actor_id", "other_id", "part", "signs"})
    """The record names neither of the two in words; the reasons stay here, and go with the person."""

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[LikenessState] = mapped_column(state_column(LikenessState), index=True)
    version: Mapped[int]
    subject_kind: Mapped[str]
    subject_id: Mapped[int] = mapped_column(BigId)
    verb: Mapped[str]
    step_id: Mapped[str]
    """The step that was taken, as the record and the books know it."""
    programme_code: Mapped[str]
    region_code: Mapped[str]
    """Whose mandate covers it; ``-`` where the step is of the whole programme or office."""
    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    part: Mapped[Part] = mapped_column(state_column(Part))
    signs: Mapped[list[str]] = mapped_column(JSON)
    reason: Mapped[str]
    """Why they are two persons, in the words of the one who took the step."""
    noted_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    """What the coordinator found out."""
    actor: Mapped[User] = relationship(foreign_keys=actor_id)
    other: Mapped[User] = relationship(foreign_keys=other_id)
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.programme_code}/{self.region_code}"

    @property
    def step_label(self) -> Any:
        """What was done, in the words of its button."""
        return ALL_LIFECYCLES[self.subject_kind].transitions[self.verb].label

    @property
    def said_signs(self) -> Sentence:
        """By what the two accounts are alike."""
        return say_signs([Sign(sign) for sign in self.signs])
