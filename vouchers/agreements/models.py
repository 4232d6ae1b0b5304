"""The tables of agreements."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.agreements.states import AgreementState, PartyKind
from vouchers.applications.models import Application
from vouchers.core.database import Amount, Base, BigId, state_column


class Agreement(Base):
    """The terms of one voucher, frozen when issued; in force once every party has accepted."""

    __tablename__ = "agreement"
    __table_args__ = (CheckConstraint("amount_cents > 0", name="amount_positive"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[AgreementState] = mapped_column(state_column(AgreementState), index=True)
    version: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"), unique=True)
    amount_cents: Mapped[int] = mapped_column(BigId)
    currency: Mapped[str] = mapped_column(default="EUR")
    approved_on: Mapped[date]
    """The day of the award, in the region's zone; where prior approval is needed, an activity starts after it."""
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    claim_by: Mapped[date]
    accept_by: Mapped[datetime]
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    active_at: Mapped[datetime | None]
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Everything that the page and the PDF say."""
    sha256: Mapped[str]
    """Of the canonical JSON of `terms`: what each party accepts."""
    document_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("document.id"))
    application: Mapped[Application] = relationship()
    parties: Mapped[list[Party]] = relationship(back_populates="agreement", order_by="Party.id")

    amount = Amount("amount_cents")

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.application.scope

    def party(self, kind: PartyKind) -> Party | None:
        """The party of this kind, if the instrument has one."""
        return next((party for party in self.parties if party.kind == kind), None)

    @property
    def provider_party(self) -> Party | None:
        """The service provider, if the instrument has one."""
        return self.party(PartyKind.PROVIDER)

    @property
    def is_accepted_by_all(self) -> bool:
        """Whether nobody's acceptance is missing."""
        return all(party.accepted_at for party in self.parties)


class Party(Base):
    """One side of an agreement, and its acceptance by name and time."""

    __tablename__ = "agreement_party"
    __table_args__ = (UniqueConstraint("agreement_id", "kind"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    agreement_id: Mapped[int] = mapped_column(BigId, ForeignKey("agreement.id"))
    kind: Mapped[PartyKind] = mapped_column(state_column(PartyKind))
    name: Mapped[str]
    contact_email: Mapped[str]
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    """Of the link for a contact without an account."""
    accepted_at: Mapped[datetime | None]
    accepted_name: Mapped[str] = mapped_column(default="")
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    agreement: Mapped[Agreement] = relationship(back_populates="parties")
