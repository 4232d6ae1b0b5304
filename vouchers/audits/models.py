"""The tables of the auditors' desk."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.audits.rules.parameters import Parameters
from vouchers.audits.states import Basis, Conclusion, ErrorKind, FindingState, MandateState, SampleState, Severity
from vouchers.core.database import Amount, Base, BigId, state_column
from vouchers.programmes.models import Programme
from vouchers.regions.models import Region
from vouchers.users.models import User


class Mandate(Base):
    """What an auditor may look at, and until when. The access itself is a role for each region, which ends with it."""

    __tablename__ = "audit_mandate"
    __table_args__ = (CheckConstraint("last_on >= first_on", name="period"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[MandateState] = mapped_column(state_column(MandateState))
    version: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    """``M-2026-0001``."""
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    region_codes: Mapped[list[str]] = mapped_column(JSON)
    """None of them: all regions of the programme."""
    auditor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    subject: Mapped[str]
    """What it is for, such as the audit of an accounting year."""
    first_on: Mapped[date]
    last_on: Mapped[date]
    """The accounting days whose expenditure is audited."""
    ends_at: Mapped[datetime]
    """From here on the auditor reads nothing more."""
    given_at: Mapped[datetime]
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    """Why it was ended before its time."""
    programme: Mapped[Programme] = relationship()
    auditor: Mapped[User] = relationship(foreign_keys=auditor_id)

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        region = self.region_codes[0] if len(self.region_codes) == 1 else "-"
        return f"{self.programme.code}/{region}"

    @property
    def key(self) -> str:
        """What the roles that came with it are marked with."""
        return f"mandate:{self.number}"

    @property
    def reach(self) -> list[str]:
        """The regions as scopes ask for them; ``-`` for all of the programme."""
        return self.region_codes or ["-"]

    def is_in_force(self, at: datetime) -> bool:
        """Whether it still holds."""
        return self.state is MandateState.GIVEN and at < self.ends_at

    def covers(self, region: str) -> bool:
        """Whether a region lies in it."""
        return not self.region_codes or region in self.region_codes


class Sample(Base):
    """A sample of a mandate's expenditure: how it was planned, what was drawn, what it says."""

    __tablename__ = "audit_sample"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[SampleState] = mapped_column(state_column(SampleState))
    version: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    """``S-2026-0001``."""
    mandate_id: Mapped[int] = mapped_column(ForeignKey("audit_mandate.id"), index=True)
    basis: Mapped[Basis] = mapped_column(state_column(Basis))
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON)
    """`Parameters.as_json`."""
    seed: Mapped[str]
    """Fixed when it was planned, before anybody drew."""
    currency: Mapped[str]
    planned_at: Mapped[datetime]
    done: Mapped[int] = mapped_column(BigId, default=0)
    """Units of the population that were read so far, while it is being drawn."""
    problem: Mapped[str] = mapped_column(default="")
    """Why the last draw was not possible."""
    drawn_at: Mapped[datetime | None]
    population_count: Mapped[int | None] = mapped_column(BigId)
    population_cents: Mapped[int | None] = mapped_column(BigId)
    negative_count: Mapped[int] = mapped_column(BigId, default=0)
    negative_cents: Mapped[int] = mapped_column(BigId, default=0)
    population_sha256: Mapped[str] = mapped_column(default="")
    """Of the file of the population, which is kept."""
    strata: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """How each stratum was drawn (`rules.records`)."""
    systemic_cents: Mapped[int] = mapped_column(BigId, default=0)
    concluded_at: Mapped[datetime | None]
    conclusion: Mapped[Conclusion | None] = mapped_column(state_column(Conclusion))
    projected_cents: Mapped[int | None] = mapped_column(BigId)
    total_cents: Mapped[int | None] = mapped_column(BigId)
    upper_cents: Mapped[int | None] = mapped_column(BigId)
    remarks: Mapped[str] = mapped_column(default="")
    """What the auditor says of the conclusion; why it was discarded."""
    mandate: Mapped[Mandate] = relationship()
    units: Mapped[list[SampleUnit]] = relationship(back_populates="sample", order_by="SampleUnit.place")

    population = Amount("population_cents")
    negative = Amount("negative_cents")
    systemic = Amount("systemic_cents")
    projected = Amount("projected_cents")
    total = Amount("total_cents")
    upper = Amount("upper_cents")

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.mandate.scope

    @property
    def wanted(self) -> Parameters:
        """How it was planned."""
        return Parameters.from_json(self.parameters)


class SampleUnit(Base):
    """One unit of a sample, and what was found in it."""

    __tablename__ = "audit_sample_unit"
    __table_args__ = (
        UniqueConstraint("sample_id", "reference"),
        CheckConstraint("error_cents IS NULL OR (error_cents >= 0 AND error_cents <= cents)", name="error_within"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    sample_id: Mapped[int] = mapped_column(ForeignKey("audit_sample.id"), index=True)
    place: Mapped[int] = mapped_column(BigId)
    """In the order of the population, from 1."""
    reference: Mapped[str] = mapped_column(index=True)
    """The voucher."""
    region_code: Mapped[str]
    call_code: Mapped[str]
    instrument_code: Mapped[str]
    stratum: Mapped[str]
    cents: Mapped[int] = mapped_column(BigId)
    currency: Mapped[str]
    hits: Mapped[int]
    """How often it was drawn; 0: taken for certain."""
    point: Mapped[int | None] = mapped_column(BigId)
    error_cents: Mapped[int | None] = mapped_column(BigId)
    """None: nothing was entered yet."""
    error_kind: Mapped[ErrorKind | None] = mapped_column(state_column(ErrorKind))
    note: Mapped[str] = mapped_column(default="")
    entered_at: Mapped[datetime | None]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    sample: Mapped[Sample] = relationship(back_populates="units")

    amount = Amount("cents")
    error = Amount("error_cents")

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.sample.scope

    @property
    def mandate(self) -> Mandate:
        """The mandate under which it was drawn."""
        return self.sample.mandate


class AuditFinding(Base):
    """What an auditor found, the region's replies, and what became of it."""

    __tablename__ = "audit_finding"
    __table_args__ = (
        CheckConstraint("amount_cents >= 0", name="amount_not_negative"),
        Index("ix_audit_finding_state", "state", "region_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[FindingState] = mapped_column(state_column(FindingState))
    version: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    """``AF-2026-0001``."""
    mandate_id: Mapped[int] = mapped_column(ForeignKey("audit_mandate.id"), index=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    """Which region answers."""
    voucher: Mapped[str] = mapped_column(index=True, default="")
    """The voucher that it is about; empty: the region's system."""
    title: Mapped[str]
    severity: Mapped[Severity] = mapped_column(state_column(Severity))
    amount_cents: Mapped[int] = mapped_column(BigId, default=0)
    """What it costs; zero where it costs nothing."""
    currency: Mapped[str]
    reply_by: Mapped[date]
    issued_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    mandate: Mapped[Mandate] = relationship()
    region: Mapped[Region] = relationship()
    notes: Mapped[list[FindingNote]] = relationship(back_populates="finding", order_by="FindingNote.id")

    amount = Amount("amount_cents")

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.mandate.programme.code}/{self.region.code}"


class FindingNote(Base):
    """What was said of a finding in one of its steps."""

    __tablename__ = "audit_finding_note"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("audit_finding.id"), index=True)
    verb: Mapped[str]
    """The step: ``issue``, ``reply``, ``follow_up``, ``close``."""
    text: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    finding: Mapped[AuditFinding] = relationship(back_populates="notes")
    by: Mapped[User | None] = relationship(foreign_keys=by_id)
