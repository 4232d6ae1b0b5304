"""The tables of holds, and of lists of what may go with their lines."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.applications.models import Application
from vouchers.core.database import Base, BigId, state_column
from vouchers.documents.classes import Law
from vouchers.programmes.models import Programme
from vouchers.retention.states import CopyState, DisposalState, HoldState, Outcome
from vouchers.users.models import User


class Hold(Base):
    """Nothing of a programme, or of one application of it, may be deleted: an audit, an inquiry, a court."""

    __tablename__ = "hold"
    __table_args__ = (CheckConstraint("lifted_by_id IS NULL OR lifted_by_id <> set_by_id", name="two_persons"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[HoldState] = mapped_column(state_column(HoldState))
    version: Mapped[int]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    application_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("application.id"), index=True)
    """None: all of the programme."""
    reason: Mapped[str]
    set_at: Mapped[datetime]
    set_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    lifted_because: Mapped[str] = mapped_column(default="")
    programme: Mapped[Programme] = relationship()
    application: Mapped[Application | None] = relationship()
    set_by: Mapped[User] = relationship(foreign_keys=[set_by_id])
    lifted_by: Mapped[User | None] = relationship(foreign_keys=[lifted_by_id])

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.programme.scope


class Disposal(Base):
    """A list of what may go, proposed by one person, approved by another, and carried out by a job."""

    __tablename__ = "disposal"
    __table_args__ = (
        CheckConstraint(
            "decided_by_id IS NULL OR state = 'refused' OR decided_by_id <> proposed_by_id", name="two_persons"
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[DisposalState] = mapped_column(state_column(DisposalState), index=True)
    version: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    """``D-2037-0001``."""
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"), index=True)
    """None: persons, who belong to no programme."""
    lines: Mapped[int]
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answer: Mapped[str] = mapped_column(default="")
    """Why it was refused."""
    deleted: Mapped[int] = mapped_column(default=0)
    kept: Mapped[int] = mapped_column(default=0)
    """How many lines were carried out so far, either way."""
    carried_out_at: Mapped[datetime | None]
    programme: Mapped[Programme | None] = relationship()
    proposed_by: Mapped[User] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])

    @property
    def scope(self) -> str:
        """Whose mandate covers it; ``-/-``: that of the whole office."""
        return self.programme.scope if self.programme else "-/-"

    @property
    def done(self) -> int:
        """Lines that were carried out."""
        return self.deleted + self.kept


class DisposalItem(Base):
    """One line of the list: an application or a person. Its row stays, without a word of what stood in it."""

    __tablename__ = "disposal_item"
    __table_args__ = (
        UniqueConstraint("disposal_id", "application_id"),
        UniqueConstraint("disposal_id", "user_id"),
        CheckConstraint("(application_id IS NULL) <> (user_id IS NULL)", name="one_subject"),
        Index("ix_disposal_item_outcome", "disposal_id", "outcome"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    disposal_id: Mapped[int] = mapped_column(ForeignKey("disposal.id"))
    application_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("application.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    reference: Mapped[str]
    """Of the application; of a person the number that the record knows: ``P-000123``."""
    law: Mapped[Law] = mapped_column(state_column(Law))
    until: Mapped[date]
    """The last day on which it had to be kept."""
    outcome: Mapped[Outcome] = mapped_column(state_column(Outcome))
    carried_out_at: Mapped[datetime | None]
    answers: Mapped[int] = mapped_column(default=0)
    files: Mapped[int] = mapped_column(default=0)
    letters: Mapped[int] = mapped_column(default=0)
    details: Mapped[int] = mapped_column(default=0)
    """How much was deleted: answers, files, letters, and details of the record."""


class DataCopy(Base):
    """A copy of what is kept of a person was asked for; a job writes it, and it may be fetched for some days."""

    __tablename__ = "data_copy"
    RECORDED = frozenset({"state", "user_id", "asked_by_id", "asked_at", "done", "made_at", "ends_at", "fetched_at"})
    """The record knows the person by the number; the reason may tell more, and stays out of it."""
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[CopyState] = mapped_column(state_column(CopyState), index=True)
    version: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """The person, or who asked on the person's request; None: a command on the server."""
    reason: Mapped[str] = mapped_column(default="")
    """How the person asked, where somebody else asks for it."""
    done: Mapped[int] = mapped_column(default=0)
    """Percent, while it is written."""
    made_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    """From here on it cannot be fetched any more."""
    fetched_at: Mapped[datetime | None]
    """When it was fetched last."""
    document_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("document.id"))
    user: Mapped[User] = relationship(foreign_keys=[user_id])

    scope = "-/-"

    @property
    def is_on_request(self) -> bool:
        """Whether somebody else asked for it."""
        return self.asked_by_id != self.user_id
