"""The tables of amendments, of the versions that they leave, and of terminations."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.agreements.models import Agreement
from vouchers.agreements.states import PartyKind
from vouchers.amendments.states import AmendmentState, TerminationCause, TerminationState
from vouchers.core.database import Amount, Base, BigId, state_column
from vouchers.users.models import User


class AgreementVersion(Base):
    """What ruled from a moment on: the text as first agreed, then as each amendment left it. Never changed."""

    __tablename__ = "agreement_version"
    __table_args__ = (UniqueConstraint("agreement_id", "number"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    agreement_id: Mapped[int] = mapped_column(BigId, ForeignKey("agreement.id"))
    number: Mapped[int]
    """1 is what was first agreed."""
    from_at: Mapped[datetime]
    amount_cents: Mapped[int] = mapped_column(BigId)
    currency: Mapped[str] = mapped_column(default="EUR")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    claim_by: Mapped[date]
    provider_name: Mapped[str] = mapped_column(default="")
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    sha256: Mapped[str]
    acceptances: Mapped[list[Any]] = mapped_column(JSON)
    """Who accepted this text: kind of the party, name and person, moment in ISO 8601."""
    document_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("document.id"))
    agreement: Mapped[Agreement] = relationship()

    amount = Amount("amount_cents")


OPEN_AMENDMENT = "state IN ('asked', 'agreed')"
OPEN_TERMINATION = "state = 'proposed'"


class Amendment(Base):
    """A change of an agreement in force: what is asked, who decided, who accepts, and from when on it rules."""

    __tablename__ = "amendment"
    __table_args__ = (
        UniqueConstraint("agreement_id", "number"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="two_persons"),
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        Index(
            "uq_amendment_open",
            "agreement_id",
            unique=True,
            postgresql_where=text(OPEN_AMENDMENT),
            sqlite_where=text(OPEN_AMENDMENT),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[AmendmentState] = mapped_column(state_column(AmendmentState), index=True)
    version: Mapped[int]
    agreement_id: Mapped[int] = mapped_column(BigId, ForeignKey("agreement.id"))
    number: Mapped[int]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    is_of_sme: Mapped[bool]
    """Whether the beneficiary asked; else the region."""
    reason: Mapped[str]
    starts_on: Mapped[date | None]
    """What is asked for; None and empty: as it is."""
    ends_on: Mapped[date | None]
    amount_cents: Mapped[int | None] = mapped_column(BigId)
    currency: Mapped[str] = mapped_column(default="EUR")
    provider_name: Mapped[str] = mapped_column(default="")
    provider_contact: Mapped[str] = mapped_column(default="")
    provider_email: Mapped[str] = mapped_column(default="")
    provider_region: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    minutes: Mapped[str] = mapped_column(default="")
    """Reference of the minutes of the body that decided, where one did."""
    answer: Mapped[str] = mapped_column(default="")
    """Why it was refused, withdrawn or lapsed."""
    in_force_on: Mapped[date | None]
    """The first day, where the region is, on which it rules; not before everybody has accepted it."""
    accept_by: Mapped[datetime | None]
    terms: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """The amended text, from the decision on."""
    sha256: Mapped[str] = mapped_column(default="")
    document_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("document.id"))
    entered_at: Mapped[datetime | None]
    agreement: Mapped[Agreement] = relationship()
    sides: Mapped[list[AmendmentSide]] = relationship(back_populates="amendment", order_by="AmendmentSide.id")
    asked_by: Mapped[User] = relationship(foreign_keys=asked_by_id)
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)

    amount = Amount("amount_cents")

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.agreement.scope

    @property
    def code(self) -> str:
        """``A-IN2-2026-0031/2``: its name in letters and in the books."""
        return f"{self.agreement.number}/{self.number}"

    def side(self, kind: PartyKind) -> AmendmentSide | None:
        """The party of this kind, if it has to accept."""
        return next((side for side in self.sides if side.kind == kind), None)

    @property
    def provider_party(self) -> AmendmentSide | None:
        """The service provider, if one has to accept."""
        return self.side(PartyKind.PROVIDER)

    @property
    def is_accepted_by_all(self) -> bool:
        """Whether nobody's acceptance is missing; so it is where the agreement asks for none."""
        return all(side.accepted_at for side in self.sides)


class AmendmentSide(Base):
    """One side that has to accept the amended text; none where the agreement asks for no acceptance."""

    __tablename__ = "amendment_side"
    __table_args__ = (UniqueConstraint("amendment_id", "kind"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[PartyKind] = mapped_column(state_column(PartyKind))
    name: Mapped[str]
    contact_email: Mapped[str]
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    """Of the link for a contact without an account."""
    accepted_at: Mapped[datetime | None]
    accepted_name: Mapped[str] = mapped_column(default="")
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    amendment_id: Mapped[int] = mapped_column(BigId, ForeignKey("amendment.id"))
    amendment: Mapped[Amendment] = relationship(back_populates="sides")


class Termination(Base):
    """That an agreement ends before its time: one person proposes it with its cause, another one confirms it."""

    __tablename__ = "termination"
    __table_args__ = (
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name="two_persons"),
        Index(
            "uq_termination_open",
            "agreement_id",
            unique=True,
            postgresql_where=text(OPEN_TERMINATION),
            sqlite_where=text(OPEN_TERMINATION),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[TerminationState] = mapped_column(state_column(TerminationState))
    version: Mapped[int]
    agreement_id: Mapped[int] = mapped_column(BigId, ForeignKey("agreement.id"), index=True)
    cause: Mapped[TerminationCause] = mapped_column(state_column(TerminationCause))
    reason: Mapped[str]
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answer: Mapped[str] = mapped_column(default="")
    """Why it was refused or withdrawn."""
    answer_by: Mapped[date | None]
    """The last day of the time in which the parties are heard; None: the SME itself asked for the end."""
    agreement: Mapped[Agreement] = relationship()
    sides: Mapped[list[TerminationSide]] = relationship(back_populates="termination", order_by="TerminationSide.id")
    proposed_by: Mapped[User] = relationship(foreign_keys=proposed_by_id)
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.agreement.scope

    def side(self, kind: PartyKind) -> TerminationSide | None:
        """The side of this kind, if it is heard."""
        return next((side for side in self.sides if side.kind == kind), None)

    @property
    def provider_party(self) -> TerminationSide | None:
        """The service provider, if it is heard."""
        return self.side(PartyKind.PROVIDER)


class TerminationSide(Base):
    """A party that is heard before its agreement is terminated, and what it says."""

    __tablename__ = "termination_side"
    __table_args__ = (UniqueConstraint("termination_id", "kind"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    termination_id: Mapped[int] = mapped_column(BigId, ForeignKey("termination.id"))
    kind: Mapped[PartyKind] = mapped_column(state_column(PartyKind))
    name: Mapped[str]
    contact_email: Mapped[str]
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    """Of the link for a contact without an account."""
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    termination: Mapped[Termination] = relationship(back_populates="sides")
    answered_by: Mapped[User | None] = relationship(foreign_keys=answered_by_id)
