"""The tables of payables."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.core.database import Amount, Base, BigId, state_column
from vouchers.core.money import Money
from vouchers.experts.models import Expert
from vouchers.ledger.models import Fund
from vouchers.ledger.recipes import Share
from vouchers.organisations.models import BankAccount, Organisation
from vouchers.payables.states import CheckResult, PayableState, PayeeCheckState, PayeeKind, SourceKind
from vouchers.programmes.models import Programme
from vouchers.providers.models import Provider
from vouchers.regions.models import Region
from vouchers.users.models import User


class Payable(Base):
    """One debt to one payee, in one region and currency, from one source. A source is never owed twice."""

    __tablename__ = "payable"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("set_off_cents >= 0 AND set_off_cents <= amount_cents", name="set_off_within"),
        CheckConstraint(
            "(payee_kind = 'organisation' AND organisation_id IS NOT NULL AND provider_id IS NULL"
            " AND expert_id IS NULL) OR (payee_kind = 'provider' AND organisation_id IS NULL AND expert_id IS NULL)"
            " OR (payee_kind = 'expert' AND expert_id IS NOT NULL AND organisation_id IS NULL AND provider_id IS NULL)",
            name="one_payee",
        ),
        Index(
            "uq_payable_live_source",
            "source_kind",
            "source_id",
            unique=True,
            postgresql_where=text("state <> 'cancelled'"),
            sqlite_where=text("state <> 'cancelled'"),
        ),
        Index("ix_payable_worklist", "state", "region_id", "pay_by"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[PayableState] = mapped_column(state_column(PayableState))
    version: Mapped[int]
    source_kind: Mapped[SourceKind] = mapped_column(state_column(SourceKind))
    source_id: Mapped[int] = mapped_column(BigId)
    number: Mapped[str] = mapped_column(index=True)
    """The source's own: ``IN2-2026-0031-C1``, ``F-2026-0001``."""
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    call_code: Mapped[str] = mapped_column(default="")
    instrument_code: Mapped[str] = mapped_column(default="")
    voucher: Mapped[str] = mapped_column(default="", index=True)
    """The application's reference; empty where no voucher is paid."""
    payee_kind: Mapped[PayeeKind] = mapped_column(state_column(PayeeKind))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"), index=True)
    """None: the provider does not stand in the register yet."""
    expert_id: Mapped[int | None] = mapped_column(ForeignKey("expert.id"), index=True)
    payee_name: Mapped[str]
    currency: Mapped[str] = mapped_column(default="EUR")
    amount_cents: Mapped[int] = mapped_column(BigId)
    set_off_cents: Mapped[int] = mapped_column(BigId, default=0)
    books_account: Mapped[str]
    """The account of the general book on which the debt stands."""
    pay_by: Mapped[date | None]
    accrued_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    """How many payments were made for it."""
    hold_reason: Mapped[str] = mapped_column(default="")
    return_code: Mapped[str] = mapped_column(default="")
    """The bank's, where its last payment was refused or came back."""
    return_note: Mapped[str] = mapped_column(default="")
    returned_account_id: Mapped[int | None] = mapped_column(ForeignKey("bank_account.id"))
    """Where the payment went that was refused or came back."""
    programme: Mapped[Programme] = relationship()
    region: Mapped[Region] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    provider: Mapped[Provider | None] = relationship()
    expert: Mapped[Expert | None] = relationship()
    shares: Mapped[list[PayableShare]] = relationship(order_by="PayableShare.fund_id")

    amount = Amount("amount_cents")
    set_off = Amount("set_off_cents")

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.programme.code}/{self.region.code}"

    @property
    def open_amount(self) -> Money:
        """What is still owed: the amount less what was set off."""
        return Money(self.amount_cents - self.set_off_cents, self.currency)

    @property
    def open_shares(self) -> list[Share]:
        """The same, fund by fund."""
        return [
            Share(share.fund_id, share.fund.kind, Money(share.open_cents, self.currency))
            for share in self.shares
            if share.open_cents
        ]


class PayeeCheck(Base):
    """What the bank said when it was asked whether an account belongs to its holder. The newest counts."""

    __tablename__ = "payee_check"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[PayeeCheckState] = mapped_column(state_column(PayeeCheckState))
    version: Mapped[int]
    bank_account_id: Mapped[int] = mapped_column(ForeignKey("bank_account.id"), index=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    """Whose officer recorded it."""
    result: Mapped[CheckResult] = mapped_column(state_column(CheckResult))
    name_at_bank: Mapped[str] = mapped_column(default="")
    """The name that the bank has, where it nearly matches."""
    reference: Mapped[str] = mapped_column(default="")
    """The bank's."""
    checked_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(default="")
    """Why a second officer accepted it."""
    bank_account: Mapped[BankAccount] = relationship()
    programme: Mapped[Programme] = relationship()
    region: Mapped[Region] = relationship()
    recorded_by: Mapped[User] = relationship(foreign_keys=recorded_by_id)

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.programme.code}/{self.region.code}"

    @property
    def organisation(self) -> Organisation | None:
        """Whose account it is; else the provider's or the expert's."""
        return self.bank_account.organisation

    @property
    def provider(self) -> Provider | None:
        """See above."""
        return self.bank_account.provider

    @property
    def expert(self) -> Expert | None:
        """See above."""
        return self.bank_account.expert


class PayableShare(Base):
    """The part of a debt that one fund carries, and what of it was set off."""

    __tablename__ = "payable_share"
    __table_args__ = (
        CheckConstraint("cents > 0", name="cents_positive"),
        CheckConstraint("set_off_cents >= 0 AND set_off_cents <= cents", name="set_off_within"),
    )
    payable_id: Mapped[int] = mapped_column(BigId, ForeignKey("payable.id"), primary_key=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), primary_key=True)
    cents: Mapped[int] = mapped_column(BigId)
    set_off_cents: Mapped[int] = mapped_column(BigId, default=0)
    fund: Mapped[Fund] = relationship()

    @property
    def amount(self) -> Money:
        """What the fund carries."""
        return Money(self.cents, self.fund.currency)

    @property
    def set_off(self) -> Money:
        """What of it was set off."""
        return Money(self.set_off_cents, self.fund.currency)

    @property
    def open_cents(self) -> int:
        """What is left of it."""
        return self.cents - self.set_off_cents
