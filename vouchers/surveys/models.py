"""The tables of surveys."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.applications.models import Application
from vouchers.core.database import Amount, Base, BigId, state_column
from vouchers.surveys.states import Anyway, Group, SurveyState


class Survey(Base):
    """An applicant is asked, so many months after the decision, how it is doing."""

    __tablename__ = "survey"
    __table_args__ = (
        UniqueConstraint("application_id", "months"),
        Index("ix_survey_state_asked", "state", "asked_at"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[SurveyState] = mapped_column(state_column(SurveyState))
    version: Mapped[int]
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"))
    months: Mapped[int]
    group: Mapped[Group] = mapped_column(state_column(Group))
    """By what was decided when it was asked."""
    token_hash: Mapped[str] = mapped_column(unique=True)
    sealed_token: Mapped[str | None]
    """The token of the link in its letters, encrypted with the office's field key; None once it is answered or closed.
    Never enters the record."""
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    """The last instant for the answer."""
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    application: Mapped[Application] = relationship()

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.application.scope


class SurveyAnswer(Base):
    """What was answered; None: nothing. It is read only together with those of others, and stands in no record."""

    __tablename__ = "survey_answer"
    survey_id: Mapped[int] = mapped_column(BigId, ForeignKey("survey.id"), primary_key=True)
    turnover_change: Mapped[int | None]
    """Per cent."""
    jobs_change: Mapped[int | None]
    new_products: Mapped[int | None]
    has_worked_with: Mapped[bool | None]
    follow_on_cents: Mapped[int | None] = mapped_column(BigId)
    currency: Mapped[str] = mapped_column(default="EUR", server_default="EUR")
    anyway: Mapped[Anyway | None] = mapped_column(state_column(Anyway))

    earlier: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, server_default="[]")
    """What was answered before, oldest first: ``{"at": moment, code: answer}``; the columns hold what counts."""

    follow_on = Amount("follow_on_cents")
