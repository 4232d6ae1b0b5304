"""The tables of advances."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.advances.states import AdvanceState
from vouchers.agreements.models import Agreement
from vouchers.agreements.states import AgreementState
from vouchers.core.database import Amount, Base, BigId, state_column
from vouchers.core.money import Money
from vouchers.ledger.models import Fund
from vouchers.ledger.recipes import Share
from vouchers.organisations.models import Organisation
from vouchers.users.models import User


class Advance(Base):
    """Part of a voucher that is paid before anything is claimed: the beneficiary's debt until claims settle it."""

    __tablename__ = "advance"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="two_persons"),
        Index(
            "uq_advance_agreement_id_asked",
            "agreement_id",
            unique=True,
            postgresql_where=text("state = 'asked'"),
            sqlite_where=text("state = 'asked'"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[AdvanceState] = mapped_column(state_column(AdvanceState), index=True)
    version: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    """The application's reference and a running number: ``IN2-2026-0031-A1``."""
    agreement_id: Mapped[int] = mapped_column(BigId, ForeignKey("agreement.id"), index=True)
    currency: Mapped[str] = mapped_column(default="EUR")
    amount_cents: Mapped[int] = mapped_column(BigId)
    purpose: Mapped[str]
    """What the money is needed for before anything can be claimed."""
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(default="")
    """Why it was refused, withdrawn or cancelled."""
    left_over_at: Mapped[datetime | None]
    """When the last claim of the voucher was authorised and settled less than all of it."""
    agreement: Mapped[Agreement] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=asked_by_id)
    shares: Mapped[list[AdvanceShare]] = relationship(order_by="AdvanceShare.fund_id")
    settlements: Mapped[list[AdvanceSettlement]] = relationship(order_by="AdvanceSettlement.id")

    amount = Amount("amount_cents")

    provider = None
    """An advance is paid to the beneficiary."""
    expert = None

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.agreement.scope

    @property
    def organisation(self) -> Organisation:
        """Who is paid."""
        return self.agreement.application.organisation

    @property
    def settled(self) -> Money:
        """What claims have settled of it."""
        return Money(sum(share.settled_cents for share in self.shares), self.currency)

    @property
    def open_amount(self) -> Money:
        """What was approved and no claim has settled."""
        return Money(sum(share.cents - share.settled_cents for share in self.shares), self.currency)

    @property
    def open_shares(self) -> list[Share]:
        """The same, fund by fund."""
        return [
            Share(share.fund_id, share.fund.kind, Money(share.cents - share.settled_cents, self.currency))
            for share in self.shares
            if share.cents > share.settled_cents
        ]

    @property
    def is_left_over(self) -> bool:
        """Whether something was paid that no claim can settle any more: it is to be recovered."""
        return self.is_of_ended_voucher and self.state == AdvanceState.PAID and bool(self.open_amount)

    @property
    def is_of_ended_voucher(self) -> bool:
        """Whether no claim comes any more that could settle it."""
        return self.left_over_at is not None or self.agreement.state != AgreementState.ACTIVE


class AdvanceShare(Base):
    """The part of an advance that one fund carries, and what of it claims have settled."""

    __tablename__ = "advance_share"
    __table_args__ = (
        CheckConstraint("cents > 0", name="cents_positive"),
        CheckConstraint("settled_cents >= 0 AND settled_cents <= cents", name="settled_within"),
    )
    advance_id: Mapped[int] = mapped_column(BigId, ForeignKey("advance.id"), primary_key=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), primary_key=True)
    cents: Mapped[int] = mapped_column(BigId)
    settled_cents: Mapped[int] = mapped_column(BigId, default=0)
    fund: Mapped[Fund] = relationship()


class AdvanceSettlement(Base):
    """What one claim settled of an advance. The claim stands on a floor above, so it is known by its number."""

    __tablename__ = "advance_settlement"
    __table_args__ = (CheckConstraint("cents > 0", name="cents_positive"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    advance_id: Mapped[int] = mapped_column(BigId, ForeignKey("advance.id"), index=True)
    reference: Mapped[str] = mapped_column(index=True)
    currency: Mapped[str] = mapped_column(default="EUR")
    cents: Mapped[int] = mapped_column(BigId)
    settled_at: Mapped[datetime]

    amount = Amount("cents")
