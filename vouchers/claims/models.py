"""The tables of claims."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.agreements.models import Agreement
from vouchers.claims.rules.grants import eligible_amount
from vouchers.claims.states import ClaimState
from vouchers.core.database import Amount, Base, BigId, state_column
from vouchers.core.money import Money
from vouchers.rates.rules.converting import Quote


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
            "accepted_cents IS NULL OR (accepted_cents >= 0 AND accepted_cents <= cost_cents)",
            name="accepted_within",
        ),
        CheckConstraint("net_cents + vat_cents <= invoice_total_cents", name="within_invoice"),
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
    invoice_total_cents: Mapped[int] = mapped_column(BigId)
    """What stands on the invoice in all, with VAT; of it `net` and `vat` belong to this voucher."""
    currency: Mapped[str] = mapped_column(default="EUR")
    """Of the invoice."""
    submitted_on: Mapped[date | None]
    """The day on which it was first handed in, where the region is; the rate of that month counts."""
    rate_month: Mapped[date | None]
    """The month whose rate it is reckoned at, for an invoice in another currency than the claim's."""
    rate_units: Mapped[str | None]
    """Units of the invoice's currency for one euro, as the Commission wrote them."""
    rate_to_units: Mapped[str | None]
    """Units of the claim's currency for one euro."""
    is_rate_final: Mapped[bool] = mapped_column(default=False)
    """Whether the rate is frozen: the claim was submitted, and the rate of that month was known."""
    cost_cents: Mapped[int] = mapped_column(BigId)
    """What of it may be claimed, in the claim's currency; an estimate as long as the rate is not frozen."""
    document_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("document.id"))
    accepted_cents: Mapped[int | None] = mapped_column(BigId)
    deduction_reason: Mapped[str] = mapped_column(default="")
    removed_at: Mapped[datetime | None]
    claim: Mapped[Claim] = relationship(back_populates="lines")

    net = Amount("net_cents")
    vat = Amount("vat_cents")
    invoice_total = Amount("invoice_total_cents")
    eligible = Amount("cost_cents", currency="claim_currency")
    """What of it may be claimed."""
    accepted = Amount("accepted_cents", currency="claim_currency")

    @property
    def claim_currency(self) -> str:
        """In which the claim is paid."""
        return self.claim.currency

    @property
    def is_foreign(self) -> bool:
        """Whether it has to be converted."""
        return self.currency != self.claim_currency

    @property
    def awaits_rate(self) -> bool:
        """Whether it is reckoned at a rate that may still change."""
        return self.is_foreign and not self.is_rate_final

    @property
    def quote(self) -> Quote | None:
        """The rate at which it is reckoned now."""
        if self.rate_month is None or self.rate_units is None or self.rate_to_units is None:
            return None
        return Quote(self.rate_month, Decimal(self.rate_units), Decimal(self.rate_to_units), self.is_rate_final)

    @property
    def gross(self) -> Money:
        """What is claimed of the invoice, with VAT."""
        gross: Money = self.net + self.vat
        return gross

    @property
    def declared(self) -> Money:
        """What of it may be claimed, in the currency of the invoice."""
        return eligible_amount(self.net, self.vat, is_vat_recoverable=self.is_vat_recoverable)
