"""The tables of claims."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.agreements.models import Agreement
from vouchers.claims.rules.grants import eligible_amount
from vouchers.claims.states import ClaimState
from vouchers.core.database import Amount, Base, BigId, state_column
from vouchers.core.money import Money


class Claim(Base):
    """What a beneficiary asks to be paid under an agreement."""

    __tablename__ = "claim"
    __table_args__ = (
        CheckConstraint("grant_cents >= 0", name="grant_not_negative"),
        Index("ix_claim_worklist", "state", "pay_by"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[ClaimState] = mapped_column(state_column(ClaimState))
    version: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    """The application's reference and a running number: ``IN2-2026-0031-C1``."""
    agreement_id: Mapped[int] = mapped_column(BigId, ForeignKey("agreement.id"), index=True)
    currency: Mapped[str] = mapped_column(default="EUR")
    is_final: Mapped[bool] = mapped_column(default=True)
    """The last claim of the voucher: what is left is released."""
    report: Mapped[str] = mapped_column(default="")
    """What was done and what came of it, in the beneficiary's words."""
    started_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    pay_by: Mapped[date | None]
    """80 days from the submission plus the days that a question to the beneficiary was open (CPR Art 74(1)(b))."""
    stopped_at: Mapped[datetime | None]
    """Since when the clock stands still."""
    days_stopped: Mapped[int] = mapped_column(default=0)
    question: Mapped[str] = mapped_column(default="")
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    verified_at: Mapped[datetime | None]
    eligible_cents: Mapped[int | None] = mapped_column(BigId)
    grant_cents: Mapped[int | None] = mapped_column(BigId)
    authorised_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    authorised_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    agreement: Mapped[Agreement] = relationship()
    lines: Mapped[list[CostLine]] = relationship(back_populates="claim", order_by="CostLine.id")

    eligible = Amount("eligible_cents")
    grant = Amount("grant_cents")

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.agreement.scope

    @property
    def costs(self) -> list[CostLine]:
        """The lines that were not removed."""
        return [line for line in self.lines if line.removed_at is None]


class CostLine(Base):
    """One cost with its evidence. Removed lines stay, marked."""

    __tablename__ = "cost_line"
    __table_args__ = (
        CheckConstraint("net_cents >= 0 AND vat_cents >= 0", name="not_negative"),
        CheckConstraint(
            "accepted_cents IS NULL OR (accepted_cents >= 0 AND accepted_cents <= net_cents + vat_cents)",
            name="accepted_within",
        ),
        Index("ix_cost_line_invoice", "invoice_key"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    claim_id: Mapped[int] = mapped_column(BigId, ForeignKey("claim.id"), index=True)
    category: Mapped[str]
    description: Mapped[str]
    supplier: Mapped[str]
    invoice_number: Mapped[str]
    invoice_key: Mapped[str]
    """Supplier and invoice number normalised: the same invoice anywhere in the programme has the same key."""
    invoice_on: Mapped[date]
    activity_on: Mapped[date | None]
    """The day of the journey, or of the service."""
    net_cents: Mapped[int] = mapped_column(BigId)
    vat_cents: Mapped[int] = mapped_column(BigId)
    is_vat_recoverable: Mapped[bool]
    currency: Mapped[str] = mapped_column(default="EUR")
    document_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("document.id"))
    accepted_cents: Mapped[int | None] = mapped_column(BigId)
    deduction_reason: Mapped[str] = mapped_column(default="")
    removed_at: Mapped[datetime | None]
    claim: Mapped[Claim] = relationship(back_populates="lines")

    net = Amount("net_cents")
    vat = Amount("vat_cents")
    accepted = Amount("accepted_cents")

    @property
    def gross(self) -> Money:
        """What stands on the invoice."""
        gross: Money = self.net + self.vat
        return gross

    @property
    def eligible(self) -> Money:
        """What of it may be claimed."""
        return eligible_amount(self.net, self.vat, is_vat_recoverable=self.is_vat_recoverable)
