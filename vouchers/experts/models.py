"""The tables of experts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.core.database import Amount, Base, BigId, state_column
from vouchers.experts.states import AbsenceState, ContractState, ExpertState, InterestState
from vouchers.users.models import User


class Expert(Base):
    """A person admitted to a programme's pool, with what is needed to match and to detect conflicts."""

    __tablename__ = "expert"
    __table_args__ = (UniqueConstraint("programme_code", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[ExpertState] = mapped_column(state_column(ExpertState))
    version: Mapped[int]
    programme_code: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    employer: Mapped[str]
    country: Mapped[str]
    region_code: Mapped[str] = mapped_column(default="")
    """The partner region the expert lives or works in, if one."""
    languages: Mapped[list[Any]] = mapped_column(JSON)
    fields: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    """Codes of the programme's taxonomy."""
    expertise: Mapped[str]
    referees: Mapped[str] = mapped_column(default="", server_default="")
    """Who can say something of the expert's work; for the keepers of the register only."""
    load_limit: Mapped[int] = mapped_column(default=10)
    """How many applications of one call the expert takes at most."""
    rate_cents: Mapped[int | None] = mapped_column(BigId)
    currency: Mapped[str] = mapped_column(default="EUR", server_default="EUR")
    suspended_because: Mapped[str] = mapped_column(default="")
    admitted_at: Mapped[datetime]
    admitted_until: Mapped[date | None]
    """The last day of the admission; None: without an end."""
    term_reminded: Mapped[int | None]
    """How many days before the end the last reminder was due."""
    interests_due_on: Mapped[date | None]
    """By when the interests are declared next; from the day after nothing new is given to the expert."""
    interests_reminded: Mapped[int | None]
    user: Mapped[User] = relationship()

    daily_rate = Amount("rate_cents")

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.programme_code}/-"


class Part(Base):
    """What belongs to an expert's entry."""

    __abstract__ = True

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return str(self.expert.scope)  # type: ignore[attr-defined]


class Absence(Part):
    """A stretch of days in which the expert takes nothing on."""

    __tablename__ = "absence"
    __table_args__ = (CheckConstraint("from_on <= until_on", name="ends_last"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[AbsenceState] = mapped_column(state_column(AbsenceState))
    version: Mapped[int]
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]
    """The last day."""
    expert: Mapped[Expert] = relationship()


class ExpertContract(Part):
    """A contract between the office and an expert: one that runs for each expert at the most."""

    __tablename__ = "expert_contract"
    __table_args__ = (
        Index(
            "uq_expert_contract_one_current",
            "expert_id",
            unique=True,
            postgresql_where=text("state <> 'ended'"),
            sqlite_where=text("state <> 'ended'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[ContractState] = mapped_column(state_column(ContractState))
    version: Mapped[int]
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    number: Mapped[str] = mapped_column(unique=True)
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The text as it was issued (`rules.contract`): page and file are written from it."""
    sha256: Mapped[str]
    """Of `terms` in canonical JSON: what both accept."""
    until_on: Mapped[date]
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    accepted_at: Mapped[datetime | None]
    accepted_name: Mapped[str] = mapped_column(default="")
    signed_at: Mapped[datetime | None]
    signed_name: Mapped[str] = mapped_column(default="")
    """Who signed for the office."""
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    expert: Mapped[Expert] = relationship()


class InterestDeclaration(Part):
    """What an expert declared of interests, for a year."""

    __tablename__ = "interest_declaration"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[InterestState] = mapped_column(state_column(InterestState))
    version: Mapped[int]
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    statement: Mapped[str]
    organisations: Mapped[list[Any]] = mapped_column(JSON)
    """The names of organisations in which the expert has an interest."""
    declared_name: Mapped[str]
    declared_at: Mapped[datetime]
    due_on: Mapped[date]
    """The last day on which it holds."""
    expert: Mapped[Expert] = relationship()
