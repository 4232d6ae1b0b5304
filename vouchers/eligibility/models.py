"""The tables of eligibility: papers are never changed, only replaced, so that what stood at a decision can be shown."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.core.database import Amount, Base, BigId, state_column
from vouchers.core.text import Sentence
from vouchers.eligibility.rules.formal import find_name
from vouchers.eligibility.rules.register import EUROPEAN_UNION
from vouchers.eligibility.states import DeclarationState, EntryState, KeptState, Occasion, Outcome, StatementState
from vouchers.organisations.models import Organisation
from vouchers.regions.models import Region
from vouchers.users.models import User


class OwnershipStatement(Base):
    """Who owns a company and whom it owns, with the figures of the last closed years, and the size that follows."""

    __tablename__ = "ownership_statement"
    __table_args__ = (Index("ix_ownership_statement_organisation_id_state", "organisation_id", "state"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[StatementState] = mapped_column(state_column(StatementState))
    version: Mapped[int]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What was entered: see `rules.papers`."""
    result: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The lines, the sums and the size class as they were computed then."""
    stated_at: Mapped[datetime]
    stated_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    organisation: Mapped[Organisation] = relationship()

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.organisation.scope

    @property
    def scopes(self) -> list[str]:
        """What a role must cover one of."""
        return self.organisation.scopes


class AidDeclaration(Base):
    """The aid that a single undertaking says it has received, signed by name."""

    __tablename__ = "aid_declaration"
    __table_args__ = (Index("ix_aid_declaration_organisation_id_state", "organisation_id", "state"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[DeclarationState] = mapped_column(state_column(DeclarationState))
    version: Mapped[int]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    """``{"members": [name], "entries": [...]}``: see `rules.papers`."""
    sha256: Mapped[str]
    """Of the content that was signed."""
    signed_name: Mapped[str]
    signed_at: Mapped[datetime]
    signed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    organisation: Mapped[Organisation] = relationship()
    signed_by: Mapped[User] = relationship()
    """Whose account it was, whatever name was typed."""

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.organisation.scope

    @property
    def scopes(self) -> list[str]:
        """What a role must cover one of."""
        return self.organisation.scopes


class AidEntry(Base):
    """A grant that must stand in a register of aid, with the last day for it."""

    __tablename__ = "aid_entry"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="entry_has_amount"),
        CheckConstraint("state <> 'registered' OR reference <> ''", name="registered_has_reference"),
        CheckConstraint("registered_on >= granted_on", name="registered_after_grant"),
        Index("ix_aid_entry_state_register_by", "state", "register_by"),
        Index("ix_aid_entry_register_key", "register_key", unique=True),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[EntryState] = mapped_column(state_column(EntryState))
    version: Mapped[int]
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"), index=True)
    application_reference: Mapped[str]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    programme: Mapped[str]
    """Its code: the first half of the scope."""
    amount_cents: Mapped[int] = mapped_column(BigId)
    currency: Mapped[str]
    granted_on: Mapped[date]
    register_by: Mapped[date]
    reference: Mapped[str] = mapped_column(default="")
    """The register's number."""
    register_key: Mapped[str | None]
    """The country of the register and its number, so that no other grant has it; None where it was noted twice once."""
    registered_on: Mapped[date | None]
    """The day on which the grant was entered in the register, whenever that was noted here."""
    registered_at: Mapped[datetime | None]
    registered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(default="")
    """Why it was cancelled."""
    organisation: Mapped[Organisation] = relationship()
    region: Mapped[Region] = relationship()

    amount = Amount("amount_cents")

    @property
    def due_on(self) -> date | None:
        """The last day in the central register of the Union; None for a country in which national rules apply."""
        return self.register_by if self.region.country in EUROPEAN_UNION else None

    @property
    def is_late(self) -> bool:
        """Whether it was entered in the central register after the last day for it."""
        return bool(self.registered_on and self.due_on and self.registered_on > self.due_on)

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.programme}/{self.region.code}"


class KeptCheck(Base):
    """What the rules said of an application at one moment, with the papers that they read. Never changed."""

    __tablename__ = "kept_check"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[KeptState] = mapped_column(state_column(KeptState))
    version: Mapped[int]
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"), index=True)
    occasion: Mapped[Occasion] = mapped_column(state_column(Occasion))
    statement_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("ownership_statement.id"))
    declaration_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("aid_declaration.id"))
    readings: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    """``[{"rule": code, "outcome": word, "evidence": text, "source": text}]``"""
    scope: Mapped[str]
    """Whose mandate covers it."""
    kept_at: Mapped[datetime]
    statement: Mapped[OwnershipStatement | None] = relationship()
    declaration: Mapped[AidDeclaration | None] = relationship()

    @property
    def lines(self) -> list[tuple[Sentence | str, Outcome, str, str]]:
        """Name, outcome, evidence and source of each rule, as it was kept."""
        return [
            (find_name(one["rule"]), Outcome(one["outcome"]), one["evidence"], one["source"]) for one in self.readings
        ]
