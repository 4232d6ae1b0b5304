"""The tables of the evaluation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.applications.models import Application
from vouchers.core.database import Base, BigId, state_column
from vouchers.eligibility.states import Outcome
from vouchers.evaluation.states import AssignmentState, ConflictState, Source, Weight
from vouchers.experts.models import Expert
from vouchers.users.models import User


class Finding(Base):
    """What the formal check says by one rule, with its evidence. Written when the check is closed; never changed."""

    __tablename__ = "finding"
    __table_args__ = (UniqueConstraint("application_id", "rule"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"))
    rule: Mapped[str]
    outcome: Mapped[Outcome] = mapped_column(state_column(Outcome))
    evidence: Mapped[str]
    reason: Mapped[str]
    """The officer's words, needed wherever the officer differs from what the rule found."""
    found_at: Mapped[datetime]
    found_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """None: the office itself, in a call that gives its money in the order of submission."""
    application: Mapped[Application] = relationship()


class Assignment(Base):
    """One expert's task with one application: declaration, marks, comments."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index(
            "uq_assignment_open",
            "application_id",
            "expert_id",
            unique=True,
            postgresql_where=text("state <> 'removed'"),
            sqlite_where=text("state <> 'removed'"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[AssignmentState] = mapped_column(state_column(AssignmentState))
    version: Mapped[int]
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"), index=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    assigned_at: Mapped[datetime]
    assigned_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    due_at: Mapped[datetime]
    declared_at: Mapped[datetime | None]
    submission_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("submission.id"))
    """The version that the expert read."""
    marks: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """``{criterion: {"mark": "3.5", "comment": text}}``; mark is decimal text or null."""
    overall_comment: Mapped[str] = mapped_column(default="")
    is_in_scope: Mapped[bool | None]
    """The answer to the call's question on scope; None: not answered, or not asked."""
    scope_comment: Mapped[str] = mapped_column(default="", server_default="")
    submitted_at: Mapped[datetime | None]
    unsubmitted_at: Mapped[datetime | None]
    """When the expert last took submitted marks back."""
    reminded_days: Mapped[int | None]
    """The last reminder, in days before the marks were due; 0: that they were overdue."""
    reason: Mapped[str] = mapped_column(default="")
    """Why it was refused or removed, or what the conflict is."""
    application: Mapped[Application] = relationship()
    expert: Mapped[Expert] = relationship()

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.application.scope


class ConflictFinding(Base):
    """What spoke against giving an application to an expert when somebody looked at the two, and what was said to it.

    A new fact of the same kind is a new finding.
    """

    __tablename__ = "conflict_finding"
    __table_args__ = (
        UniqueConstraint("application_id", "expert_id", "kind", "fact"),
        CheckConstraint("state <> 'cleared' OR weight = 'clearable'", name="hard_is_never_cleared"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[ConflictState] = mapped_column(state_column(ConflictState))
    version: Mapped[int]
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"))
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    kind: Mapped[str]
    fact: Mapped[str]
    weight: Mapped[Weight] = mapped_column(state_column(Weight))
    source: Mapped[Source] = mapped_column(state_column(Source))
    evidence: Mapped[str]
    """In English, as it was then."""
    found_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(default="")
    """Why it was cleared or confirmed."""
    application: Mapped[Application] = relationship()
    expert: Mapped[Expert] = relationship()
    settled_by: Mapped[User | None] = relationship()

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.application.scope

    @property
    def key(self) -> tuple[str, str]:
        """What the rules know it by."""
        return self.kind, self.fact
