"""The tables of claims."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.agreements.models import Agreement
from vouchers.agreements.states import PartyKind
from vouchers.claims.rules.checklist import as_asked
from vouchers.claims.rules.dates import Span
from vouchers.claims.rules.grants import eligible_amount
from vouchers.claims.rules.reporting import deliverable_purpose, digest_of
from vouchers.claims.states import ClaimState, CostError
from vouchers.core.database import Amount, Base, BigId, state_column
from vouchers.core.money import Money
from vouchers.rates.rules.converting import Quote
from vouchers.users.models import User


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
    answers: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """To the report's other questions, by their codes."""
    satisfaction: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    """Marks from 1 to 5, by the codes of what is asked."""
    satisfaction_note: Mapped[str] = mapped_column(default="")
    report_token_hash: Mapped[str | None] = mapped_column(unique=True)
    """Of the link with which the provider, who has no account, reads and signs the report."""
    started_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    pay_by: Mapped[date | None]
    """80 days from the submission plus the days that a question to the beneficiary was open (CPR Art 74(1)(b))."""
    stopped_at: Mapped[datetime | None]
    """Since when the clock stands still."""
    days_stopped: Mapped[int] = mapped_column(default=0)
    """The days of all `stops` that have ended."""
    question: Mapped[str] = mapped_column(default="")
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    verified_at: Mapped[datetime | None]
    checks: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    """What the verifier confirmed: ``code``, ``text`` as it was asked, ``note``."""
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """What the verifier found of each cost, for the record; what holds stands in the lines."""
    sample_seed: Mapped[str] = mapped_column(default="")
    """From which the sample of costs was drawn; empty: every cost is checked."""
    sample_reason: Mapped[str] = mapped_column(default="")
    """Why a sample is enough; after it ended, why not."""
    sampled_at: Mapped[datetime | None]
    """When it was drawn; it stays when the sample has ended, so that none is drawn twice."""
    eligible_cents: Mapped[int | None] = mapped_column(BigId)
    grant_cents: Mapped[int | None] = mapped_column(BigId)
    authorised_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    authorised_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    verified_by: Mapped[User | None] = relationship(foreign_keys=verified_by_id)
    agreement: Mapped[Agreement] = relationship()
    lines: Mapped[list[CostLine]] = relationship(back_populates="claim", order_by="CostLine.id")
    deliverables: Mapped[list[Deliverable]] = relationship(back_populates="claim", order_by="Deliverable.id")
    signatures: Mapped[list[ReportSignature]] = relationship(order_by="ReportSignature.id")
    stops: Mapped[list[ClockStop]] = relationship(order_by="ClockStop.id")

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

    @property
    def delivered(self) -> list[Deliverable]:
        """What it says was delivered; what was taken out again is left out."""
        return [one for one in self.deliverables if one.removed_at is None]

    @property
    def report_sha256(self) -> str:
        """Of all that the report says: what is signed."""
        delivered = [[one.code, one.note, one.delivered_on.isoformat()] for one in self.delivered]
        return digest_of(self.report, self.answers, delivered)

    def signature_of(self, kind: PartyKind) -> ReportSignature | None:
        """Who has signed the report as it stands, for this party."""
        sha256 = self.report_sha256
        return next((one for one in reversed(self.signatures) if (one.kind, one.sha256) == (kind, sha256)), None)

    @property
    def confirmed(self) -> list[tuple[Any, str]]:
        """The points of the checklist that the verifier confirmed, each with the note."""
        return [(as_asked(stored), stored["note"]) for stored in self.checks]

    @property
    def parked(self) -> list[CostLine]:
        """Those that wait for a later claim."""
        return [line for line in self.costs if line.parked_at is not None]

    @property
    def is_sampled(self) -> bool:
        """Whether only a sample of its costs is checked."""
        return bool(self.sample_seed)


class Deliverable(Base):
    """Something that a sum is paid for, and that was delivered. Its file is the claim's, with its code as purpose."""

    __tablename__ = "claim_deliverable"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    claim_id: Mapped[int] = mapped_column(BigId, ForeignKey("claim.id"), index=True)
    code: Mapped[str]
    note: Mapped[str]
    """What was delivered, in the beneficiary's words."""
    delivered_on: Mapped[date]
    is_accepted: Mapped[bool | None]
    reason: Mapped[str] = mapped_column(default="")
    """Why it is not accepted."""
    removed_at: Mapped[datetime | None]
    claim: Mapped[Claim] = relationship(back_populates="deliverables")

    @property
    def purpose(self) -> str:
        """Under which its files lie on the claim."""
        return deliverable_purpose(self.code)


class ReportSignature(Base):
    """A name under the report, for the text with this hash; once the text changes it counts no more."""

    __tablename__ = "report_signature"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    claim_id: Mapped[int] = mapped_column(BigId, ForeignKey("claim.id"), index=True)
    kind: Mapped[PartyKind] = mapped_column(state_column(PartyKind))
    name: Mapped[str]
    sha256: Mapped[str]
    signed_at: Mapped[datetime]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """None: the provider's contact, by the link."""


class ClockStop(Base):
    """A time in which a question to the beneficiary was open; it does not count towards the day of payment."""

    __tablename__ = "claim_clock_stop"
    __table_args__ = (
        CheckConstraint("resumed_on IS NULL OR resumed_on >= stopped_on", name="ends_after_it_begins"),
        Index(
            "uq_claim_clock_stop_open", "claim_id", unique=True,
            postgresql_where=text("resumed_on IS NULL"), sqlite_where=text("resumed_on IS NULL"),
        ),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    claim_id: Mapped[int] = mapped_column(BigId, ForeignKey("claim.id"), index=True)
    stopped_on: Mapped[date]
    """Where the region is."""
    resumed_on: Mapped[date | None]
    question: Mapped[str]
    answer: Mapped[str] = mapped_column(default="", server_default="")
    """In the beneficiary’s words."""

    @property
    def span(self) -> Span:
        """For the rules."""
        return Span(self.stopped_on, self.resumed_on)


class ClaimVersion(Base):
    """A claim whole, as it stood after a step that fixed it and that names its hash. It may be erased, not changed."""

    __tablename__ = "claim_version"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    claim_id: Mapped[int] = mapped_column(BigId, ForeignKey("claim.id"), index=True)
    step_id: Mapped[str] = mapped_column(unique=True)
    content: Mapped[str]
    """Canonical JSON (`rules.content`)."""
    sha256: Mapped[str]
    kept_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


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
    error: Mapped[CostError | None] = mapped_column(state_column(CostError))
    """The kind of error, where not all of it was accepted."""
    is_sampled: Mapped[bool] = mapped_column(default=False)
    """Whether it is looked at, where only a sample is."""
    parked_at: Mapped[datetime | None]
    """Since when it waits for a later claim: neither paid nor refused."""
    taken_from_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("cost_line.id"), index=True)
    """The first of the parked lines that this one takes up again."""
    removed_at: Mapped[datetime | None]
    claim: Mapped[Claim] = relationship(back_populates="lines")
    journeys: Mapped[list[Journey]] = relationship(back_populates="line", order_by="Journey.leaves_on, Journey.id")

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
    def root_id(self) -> int:
        """The line that was first claimed: it and all that take it up again are one cost."""
        return self.taken_from_id or self.id

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

    @property
    def itinerary(self) -> list[Journey]:
        """The journeys that were not removed."""
        return [journey for journey in self.journeys if journey.removed_at is None]


class Journey(Base):
    """A part of the way that a cost paid."""

    __tablename__ = "claim_journey"
    __table_args__ = (CheckConstraint("arrives_on >= leaves_on", name="arrives_after_it_leaves"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    line_id: Mapped[int] = mapped_column(BigId, ForeignKey("cost_line.id"), index=True)
    from_place: Mapped[str]
    to_place: Mapped[str]
    leaves_on: Mapped[date]
    arrives_on: Mapped[date]
    traveller: Mapped[str]
    removed_at: Mapped[datetime | None]
    line: Mapped[CostLine] = relationship(back_populates="journeys")
