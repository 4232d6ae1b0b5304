"""The tables of applications."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.applications.states import ApplicationState, PartnerState, RecusalState, Untold
from vouchers.core.database import Amount, Base, BigId, state_column
from vouchers.core.lifecycle import State
from vouchers.organisations.models import Organisation
from vouchers.organisations.states import Size
from vouchers.programmes.models import Call, Instrument
from vouchers.programmes.rules.grant_plan import Grant
from vouchers.programmes.rules.restoring import restore
from vouchers.regions.models import Region
from vouchers.users.models import User


class Application(Base):
    """One SME's wish for one instrument of one call, in one region. Its reference names the voucher in the books."""

    __tablename__ = "application"
    __table_args__ = (
        CheckConstraint("requested_cents >= 0", name="requested_not_negative"),
        Index("ix_application_worklist", "region_id", "state", "submitted_at"),
        Index("ix_application_call_state", "call_id", "state"),
        Index("ix_application_call_submitted", "call_id", "submitted_at", "id"),
        Index("ix_application_started_on_page", "started_by_id", "started_on_page", unique=True),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[ApplicationState] = mapped_column(state_column(ApplicationState))
    version: Mapped[int]
    reference: Mapped[str] = mapped_column(unique=True)
    """``IN2-2026-0031``."""
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"))
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    started_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    started_at: Mapped[datetime]
    started_on_page: Mapped[str | None]
    """The mark of the opened page that began it, so that a second press begins no second draft."""
    title: Mapped[str] = mapped_column(default="")
    """Kept equal to the answer ``title``, for lists."""
    requested_cents: Mapped[int | None] = mapped_column(BigId)
    """Kept equal to the answer ``requested_amount``."""
    currency: Mapped[str] = mapped_column(default="EUR")
    submitted_at: Mapped[datetime | None] = mapped_column(index=True)
    decided_at: Mapped[datetime | None]
    reminded_hours: Mapped[int | None]
    """The last reminder of the deadline: how many hours before it."""
    awarded_cents: Mapped[int | None] = mapped_column(BigId)
    score: Mapped[str | None]
    """The ranking score as it was when the evaluation finished: decimal text."""
    size: Mapped[Size | None] = mapped_column(state_column(Size))
    """The company's, as the formal check found it; kept only where what the voucher pays depends on it."""
    is_told: Mapped[bool] = mapped_column(default=True, server_default="1")
    """Whether the letter on the decision was written; until then the applicant reads that it is being decided."""
    granted_terms: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """`grant` as JSON, fixed by the award: a later change of the instrument changes nothing."""
    disposed_at: Mapped[datetime | None]
    """When its words and files were deleted, as their time had ended; the row stays."""
    recused_ids: Mapped[list[int]] = mapped_column(JSON, default=list, server_default="[]")
    """Kept equal to the persons of the standing recusals, so that policies see them wherever it was loaded."""
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    """Who of the office handles it; None is nobody in particular."""
    call: Mapped[Call] = relationship()
    instrument: Mapped[Instrument] = relationship()
    region: Mapped[Region] = relationship()
    officer: Mapped[User | None] = relationship(foreign_keys=[officer_id])
    organisation: Mapped[Organisation] = relationship()
    answers: Mapped[list[Answer]] = relationship(back_populates="application")

    requested = Amount("requested_cents")
    awarded = Amount("awarded_cents")

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.call.programme.code}/{self.region.code}"

    @property
    def grant(self) -> Grant:
        """What this voucher pays: as the award fixed it, and before that as its size and region have it now."""
        if self.granted_terms is not None:
            found: Grant = restore(Grant, self.granted_terms)
            return found
        return self.instrument.plan.grant.applying(self.size, self.region.code)

    @property
    def told_state(self) -> State:
        """Its state as the applicant may know it: a decision counts for them once its letter is written."""
        return self.state if self.is_told else Untold.BEING_DECIDED

    @property
    def was_submitted(self) -> bool:
        """Whether it has left the applicant's desk."""
        return self.submitted_at is not None


class Answer(Base):
    """The answer to one question. `revision` counts its saves, so that two writers notice one another."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("application_id", "question"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"))
    question: Mapped[str]
    value: Mapped[Any] = mapped_column(JSON)
    revision: Mapped[int]
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    saved_on_page: Mapped[str | None]
    """The mark of the opened page that it was written on, so that one person's two windows notice one another."""
    earlier: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """What others had written before somebody else wrote over it: ``{"value", "saved_by_id", "saved_at"}``."""
    application: Mapped[Application] = relationship(back_populates="answers")


class Submission(Base):
    """What was submitted, word for word, with its hash: what experts and officers read. Never changed, only erased."""

    __tablename__ = "submission"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"), index=True)
    receipt_number: Mapped[str] = mapped_column(unique=True)
    content: Mapped[str]
    """Canonical JSON: answers, files with their hashes, declaration, form version."""
    sha256: Mapped[str]
    submitted_at: Mapped[datetime]
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    erased_at: Mapped[datetime | None]
    """When the content was deleted, as its time had ended: nothing else of the row ever changes."""
    application: Mapped[Application] = relationship()


class Partner(Base):
    """An organisation that applies together with the applicant, invited by email.

    Only the hash of the newest link is kept: each reminder bears a link of its own, and the one before stops working.
    """

    __tablename__ = "partner"
    __table_args__ = (Index("ix_partner_state_due", "state", "due_at"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[PartnerState] = mapped_column(state_column(PartnerState))
    version: Mapped[int]
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"), index=True)
    name: Mapped[str]
    """The organisation's."""
    contact: Mapped[str]
    """Who answers for it."""
    vat_number: Mapped[str] = mapped_column(default="", server_default="")
    register_number: Mapped[str] = mapped_column(default="", server_default="")
    function: Mapped[str] = mapped_column(default="", server_default="")
    """Of the contact, as the person who confirmed wrote it; empty before that."""
    email: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    invited_at: Mapped[datetime]
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    due_at: Mapped[datetime]
    """The last instant for the answer."""
    reminded_hours: Mapped[int | None]
    """The mark of the last reminder, in hours before `due_at`."""
    answered_at: Mapped[datetime | None]
    application: Mapped[Application] = relationship()

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.application.scope


class Recusal(Base):
    """A person of the office keeps away from an application, by that person's own word."""

    __tablename__ = "recusal"
    __table_args__ = (
        Index(
            "uq_recusal_standing",
            "application_id",
            "user_id",
            unique=True,
            postgresql_where=text("state = 'recused'"),
            sqlite_where=text("state = 'recused'"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[RecusalState] = mapped_column(state_column(RecusalState))
    version: Mapped[int]
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str]
    recused_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    lifted_because: Mapped[str] = mapped_column(default="")
    application: Mapped[Application] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.application.scope
