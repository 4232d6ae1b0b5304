"""The tables of decisions, of the sessions in which two persons make them, of their letters and conditions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.applications.models import Application
from vouchers.core.database import Amount, Base, BigId, state_column
from vouchers.decisions.rules.sessions import Line, fingerprint, read_line
from vouchers.decisions.states import (
    ConditionState,
    DecisionState,
    HoldState,
    PackageState,
    SessionState,
    TemplateState,
)
from vouchers.programmes.models import Call
from vouchers.regions.models import Region
from vouchers.users.models import User


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
    """None: the office itself, in a call that gives its money in the order of submission, or from a reserve list."""
    stands_first: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether an upheld appeal put it ahead of all others who wait for the same money."""
    basis: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What it rested on, as `queries.basis.gather_basis` answers: what the ranking used, and what ended before it."""
    session_id: Mapped[int | None] = mapped_column(ForeignKey("decision_session.id"), index=True)
    """The session in which two persons made it."""
    is_told: Mapped[bool] = mapped_column(default=True, server_default="1")
    """Whether its letter was written; until then the applicant reads that it is being decided."""
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


class DecisionSession(Base):
    """What one person proposes for a list, or for one application of it, and another one confirms in one step."""

    __tablename__ = "decision_session"
    __table_args__ = (
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name="two_persons"),
        Index("ix_decision_session_list", "call_id", "region_id", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[SessionState] = mapped_column(state_column(SessionState))
    version: Mapped[int]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    instrument: Mapped[str]
    """The code of an instrument of the list."""
    round: Mapped[int]
    """The round of a continuous call; 0 in a call without rounds."""
    lines_json: Mapped[list[dict[str, Any]]] = mapped_column("lines", JSON)
    """`rules.sessions.Line` as JSON, best place first."""
    writer_ids: Mapped[list[int]] = mapped_column(JSON)
    """Everybody who wrote a line; none of them confirms."""
    note: Mapped[str] = mapped_column(default="")
    """What the proposer says to the second person."""
    seen: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """`rules.sessions.Seen` on which the lines rest: when they were prepared or taken over, then when proposed."""
    prepared_at: Mapped[datetime]
    proposed_at: Mapped[datetime | None]
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answer: Mapped[str] = mapped_column(default="")
    """Why it was sent back."""
    announced_at: Mapped[datetime | None]
    call: Mapped[Call] = relationship()
    region: Mapped[Region] = relationship()
    proposed_by: Mapped[User | None] = relationship(foreign_keys=proposed_by_id)
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.call.programme.code}/{self.region.code}"

    @property
    def lines(self) -> list[Line]:
        """What is proposed, best place first."""
        currency = self.call.programme.plan.currency
        return [read_line(stored, currency) for stored in self.lines_json]

    @property
    def sha256(self) -> str:
        """The fingerprint of the ranking on which it was proposed; empty before that."""
        return fingerprint(self.seen) if self.seen and self.state is not SessionState.DRAFT else ""


class FeedbackPackage(Base):
    """The feedback reports of a list as one file, asked for by somebody and made by a job."""

    __tablename__ = "feedback_package"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[PackageState] = mapped_column(state_column(PackageState))
    version: Mapped[int]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    instrument: Mapped[str]
    """The code of an instrument of the list."""
    round: Mapped[int]
    """The round of a continuous call; 0 in a call without rounds."""
    language: Mapped[str]
    application_ids: Mapped[list[int]] = mapped_column(JSON)
    """Who was decided when it was asked for, best place first."""
    done: Mapped[int] = mapped_column(default=0)
    """How many of them the job has looked at."""
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    call: Mapped[Call] = relationship()
    region: Mapped[Region] = relationship()

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.call.programme.code}/{self.region.code}"


class LetterTemplate(Base):
    """How a region words one kind of decision letter in a call, in one language."""

    __tablename__ = "letter_template"
    __table_args__ = (UniqueConstraint("call_id", "region_id", "outcome", "language"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[TemplateState] = mapped_column(state_column(TemplateState))
    version: Mapped[int]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    outcome: Mapped[str]
    """``award``, ``reserve`` or ``reject``."""
    language: Mapped[str]
    heading: Mapped[str]
    body: Mapped[str]
    """With merge fields such as ``{reference}`` (`rules.wording`)."""
    written_at: Mapped[datetime]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    call: Mapped[Call] = relationship()
    region: Mapped[Region] = relationship()

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.call.programme.code}/{self.region.code}"


class AwardCondition(Base):
    """What must be done before the agreement on an award is offered."""

    __tablename__ = "award_condition"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[ConditionState] = mapped_column(state_column(ConditionState))
    version: Mapped[int]
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"), index=True)
    decision_id: Mapped[int] = mapped_column(BigId, ForeignKey("decision.id"))
    text: Mapped[str]
    until: Mapped[date | None]
    """The last day, in the region's zone; None: no day is set."""
    attached_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    remark: Mapped[str] = mapped_column(default="")
    """By what it was met, or why it shall be waived."""
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """Who asked for the waiver; somebody else grants it."""
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    application: Mapped[Application] = relationship()

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.application.scope
