"""The tables of the evaluation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from vouchers.applications.models import Application
from vouchers.core.database import Base, BigId, state_column
from vouchers.eligibility.states import Outcome
from vouchers.evaluation.rules.scoring import bare_marks
from vouchers.evaluation.states import (
    AssignmentState,
    ConflictState,
    ConsensusState,
    CorrectionState,
    DivergenceState,
    Source,
    Weight,
)
from vouchers.experts.models import Expert
from vouchers.programmes.models import Call
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
    """``{criterion: {"mark": "3.5", "comment": text}}``; mark is decimal text or null. Always set whole."""
    marks_alone: Mapped[str] = mapped_column(default="{}", server_default="{}")
    """The marks again, without comments: what a list of ten thousand sheets reads. Kept by `marks` itself."""
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

    @validates("marks")
    def _keep_alone(self, _name: str, marks: dict[str, Any]) -> dict[str, Any]:
        self.marks_alone = bare_marks(marks)
        return marks


class Divergence(Base):
    """Experts lie further apart than the call allows: one more marks the application, or a manager accepts it."""

    __tablename__ = "divergence"
    __table_args__ = (CheckConstraint("reason <> '' OR state <> 'accepted'", name="accepted_for_a_reason"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[DivergenceState] = mapped_column(state_column(DivergenceState))
    version: Mapped[int]
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"), unique=True)
    apart: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Where, as `rules.divergence.as_json` writes it."""
    sheets: Mapped[str]
    """The fingerprint of the sheets that lie apart: an acceptance holds for these alone."""
    found_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")
    """Why it was accepted."""
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    application: Mapped[Application] = relationship()

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


class MarkCorrection(Base):
    """The corrected marks of a call, as they were reckoned last; `CorrectedMark` and `ExpertEffect` are its lines.

    Values are whole millionths of a point, so that they are the same on every machine.
    """

    __tablename__ = "mark_correction"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[CorrectionState] = mapped_column(state_column(CorrectionState))
    version: Mapped[int]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), unique=True)
    marks_version: Mapped[str]
    """Which marks were read: it changes with every sheet that comes in or falls away."""
    sha256: Mapped[str]
    """Of the effects and the corrected values, as `rules.correcting.Fitted.sha256`."""
    sheets: Mapped[int]
    islands: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Per group of connected marks: ``{"mu", "variance" or null, "freedom", "experts", "applications"}``."""
    agreement: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """``[{"on": "total" or criterion, "alpha": text or null, "icc": text or null, "applications", "marks"}]``."""
    reckoned_at: Mapped[datetime]
    call: Mapped[Call] = relationship()

    @property
    def scope(self) -> str:
        """Whose mandate covers it: the whole programme's."""
        return f"{self.call.programme.code}/-"


class CorrectedMark(Base):
    """One application's marks, raw and corrected. Rewritten whenever its call is reckoned."""

    __tablename__ = "corrected_mark"
    __table_args__ = (UniqueConstraint("correction_id", "application_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    correction_id: Mapped[int] = mapped_column(ForeignKey("mark_correction.id"))
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"), index=True)
    island: Mapped[int]
    sheets: Mapped[int]
    raw_millionths: Mapped[int] = mapped_column(BigId)
    """The ranking score as the call aggregates it."""
    corrected_millionths: Mapped[int] = mapped_column(BigId)
    error_millionths: Mapped[int | None] = mapped_column(BigId)
    """Standard error; None where it is not known."""
    spread_millionths: Mapped[int] = mapped_column(BigId)
    """From the lowest to the highest sheet."""
    application: Mapped[Application] = relationship()


class ExpertEffect(Base):
    """How one expert marks in a call, beside the others. Rewritten whenever the call is reckoned."""

    __tablename__ = "expert_effect"
    __table_args__ = (UniqueConstraint("correction_id", "expert_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    correction_id: Mapped[int] = mapped_column(ForeignKey("mark_correction.id"))
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    island: Mapped[int]
    sheets: Mapped[int]
    effect_millionths: Mapped[int] = mapped_column(BigId)
    error_millionths: Mapped[int | None] = mapped_column(BigId)
    """Standard error; None where it is not known."""
    box: Mapped[list[int]] = mapped_column(JSON)
    """Least, lower quartile, median, upper quartile and greatest of the sheets' scores, in millionths."""
    expert: Mapped[Expert] = relationship()


class Consensus(Base):
    """One sheet on which the experts of an application agree, written by one of them."""

    __tablename__ = "consensus"
    __table_args__ = (
        Index(
            "uq_consensus_live",
            "application_id",
            unique=True,
            postgresql_where=text("state <> 'ended'"),
            sqlite_where=text("state <> 'ended'"),
        ),
        Index("ix_consensus_state_due", "state", "due_at"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[ConsensusState] = mapped_column(state_column(ConsensusState))
    version: Mapped[int]
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"))
    rapporteur_id: Mapped[int] = mapped_column(BigId, ForeignKey("assignment.id"))
    """The assignment of the expert who writes."""
    party_ids: Mapped[list[int]] = mapped_column(JSON)
    """The assignments whose experts must agree; when one falls away or is added, it is written anew."""
    marks: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """As in an assignment."""
    overall_comment: Mapped[str] = mapped_column(default="")
    draft: Mapped[int] = mapped_column(default=0)
    """How often it was put to the experts."""
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """None: the office itself, where the call asks for a consensus."""
    due_at: Mapped[datetime]
    reminded_days: Mapped[int | None]
    closed_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    """Why it was ended or opened again."""
    application: Mapped[Application] = relationship()
    rapporteur: Mapped[Assignment] = relationship()
    parties: Mapped[list[Assignment]] = relationship(
        primaryjoin="and_(foreign(Assignment.application_id) == Consensus.application_id, "
        "Assignment.state == 'submitted')",
        order_by="Assignment.id",
        viewonly=True,
        uselist=True,
    )
    """The experts who must agree, as it is now: those whose marks count."""
    words: Mapped[list[ConsensusWord]] = relationship(back_populates="consensus", order_by="ConsensusWord.id")

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.application.scope

    @property
    def party_user_ids(self) -> set[int]:
        """The persons who must agree."""
        return {one.expert.user_id for one in self.parties}

    @property
    def approved_ids(self) -> set[int]:
        """The assignments whose experts have approved the draft that stands."""
        return {one.assignment_id for one in self.words if one.draft == self.draft and one.is_approval}


class ConsensusWord(Base):
    """What one expert said of one draft: approved, or asked for a change. Never changed."""

    __tablename__ = "consensus_word"
    __table_args__ = (UniqueConstraint("consensus_id", "draft", "assignment_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consensus_id: Mapped[int] = mapped_column(BigId, ForeignKey("consensus.id"))
    draft: Mapped[int]
    assignment_id: Mapped[int] = mapped_column(BigId, ForeignKey("assignment.id"))
    is_approval: Mapped[bool]
    reason: Mapped[str] = mapped_column(default="")
    said_at: Mapped[datetime]
    consensus: Mapped[Consensus] = relationship(back_populates="words")
