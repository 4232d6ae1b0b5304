"""The tables of enquiries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.applications.models import Application
from vouchers.core.database import Base, BigId, state_column
from vouchers.enquiries.states import ClarificationState, EnquiryState, PublicAnswerState
from vouchers.programmes.models import Call


class Enquiry(Base):
    """A thread between an applicant and its region."""

    __tablename__ = "enquiry"
    __table_args__ = (Index("ix_enquiry_state_last", "state", "last_at"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[EnquiryState] = mapped_column(state_column(EnquiryState))
    version: Mapped[int]
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"), index=True)
    title: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    last_at: Mapped[datetime]
    """When the newest message was written."""
    application: Mapped[Application] = relationship()
    messages: Mapped[list[Message]] = relationship(back_populates="enquiry", order_by="Message.id")

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.application.scope


class Message(Base):
    """One letter of a thread. Never changed."""

    __tablename__ = "enquiry_message"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    enquiry_id: Mapped[int] = mapped_column(BigId, ForeignKey("enquiry.id"), index=True)
    text: Mapped[str]
    is_from_region: Mapped[bool]
    written_at: Mapped[datetime]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    enquiry: Mapped[Enquiry] = relationship(back_populates="messages")


class PublicAnswer(Base):
    """A question and its answer for everybody, on the page of the call. It names nobody; `enquiry_id` stays inside."""

    __tablename__ = "public_answer"
    __table_args__ = (Index("ix_public_answer_call_state", "call_id", "state"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[PublicAnswerState] = mapped_column(state_column(PublicAnswerState))
    version: Mapped[int]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    enquiry_id: Mapped[int] = mapped_column(BigId, ForeignKey("enquiry.id"), index=True)
    question: Mapped[str]
    answer: Mapped[str]
    language: Mapped[str] = mapped_column(default="", server_default="")
    """In which both are written; empty: nobody said."""
    published_at: Mapped[datetime]
    published_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    call: Mapped[Call] = relationship()
    enquiry: Mapped[Enquiry] = relationship()

    @property
    def application(self) -> Application:
        """The application that the question came from."""
        return self.enquiry.application

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.enquiry.scope


class Clarification(Base):
    """A request of the region: some questions and files are open to the applicant again, until a moment."""

    __tablename__ = "clarification"
    __table_args__ = (
        Index(
            "uq_clarification_open",
            "application_id",
            unique=True,
            postgresql_where=text("state = 'requested'"),
            sqlite_where=text("state = 'requested'"),
        ),
        Index("ix_clarification_state_due", "state", "due_at"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[ClarificationState] = mapped_column(state_column(ClarificationState))
    version: Mapped[int]
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"), index=True)
    reason: Mapped[str]
    """What the region wants to know."""
    questions: Mapped[list[str]] = mapped_column(JSON)
    """Codes of the questions that are open."""
    draft: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Answers that are written and not sent yet, by code."""
    documents: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    """Purposes under which files may be sent again."""
    replaced: Mapped[dict[str, int]] = mapped_column(JSON, default=dict, server_default="{}")
    """Of the files that wait to be sent: which one takes the place of which one that was submitted, by id."""
    requested_at: Mapped[datetime]
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    due_at: Mapped[datetime]
    """The last instant that counts."""
    reminded_at: Mapped[datetime | None]
    asked_about_id: Mapped[int] = mapped_column(BigId, ForeignKey("submission.id"))
    """The version that the region had read."""
    answered_with_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("submission.id"))
    """The version that came of it."""
    answered_at: Mapped[datetime | None]
    application: Mapped[Application] = relationship()

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.application.scope
