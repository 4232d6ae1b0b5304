"""The tables of recoveries and of suspicions."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.agreements.models import Agreement
from vouchers.core.database import Amount, Base, BigId, state_column
from vouchers.core.money import Money
from vouchers.ledger.models import Fund
from vouchers.ledger.recipes import Share
from vouchers.payables.models import Payable
from vouchers.recoveries.states import (
    Irregularity,
    ReceiptKind,
    RecoveryCause,
    RecoveryState,
    Relief,
    SuspicionOutcome,
    SuspicionState,
)
from vouchers.users.models import User

LIVE = text("state <> 'cancelled'")
OPEN_PLAN = text("agreed_at IS NULL AND refused_at IS NULL")


class Recovery(Base):
    """Money that was paid on a voucher and is claimed back from its beneficiary, with its cause."""

    __tablename__ = "recovery"
    __table_args__ = (
        CheckConstraint("principal_cents > 0", name="principal_positive"),
        CheckConstraint("returned_cents >= 0 AND waived_cents >= 0", name="parts_positive"),
        CheckConstraint("returned_cents + waived_cents <= principal_cents", name="within_principal"),
        CheckConstraint("interest_paid_cents + interest_waived_cents <= interest_cents", name="within_interest"),
        CheckConstraint("ordered_by_id IS NULL OR ordered_by_id <> proposed_by_id", name="two_persons"),
        CheckConstraint("state <> 'waived' OR relief_decided_by_id <> relief_by_id", name="two_persons_waive"),
        Index("uq_recovery_advance_id_live", "advance_id", unique=True, postgresql_where=LIVE, sqlite_where=LIVE),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[RecoveryState] = mapped_column(state_column(RecoveryState), index=True)
    version: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    """``IN2-2026-0031-R1``: its name in the books and on the bank's statement."""
    agreement_id: Mapped[int] = mapped_column(BigId, ForeignKey("agreement.id"), index=True)
    advance_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("advance.id"))
    """Of what was paid ahead and no claim has settled: that advance."""
    cause: Mapped[RecoveryCause] = mapped_column(state_column(RecoveryCause))
    irregularity: Mapped[Irregularity | None] = mapped_column(state_column(Irregularity))
    decision: Mapped[str]
    """The decision, finding or letter that caused it, with its day."""
    reason: Mapped[str]
    currency: Mapped[str] = mapped_column(default="EUR")
    principal_cents: Mapped[int] = mapped_column(BigId)
    returned_cents: Mapped[int] = mapped_column(BigId, default=0)
    """Principal that was paid back or set off."""
    waived_cents: Mapped[int] = mapped_column(BigId, default=0)
    interest_cents: Mapped[int] = mapped_column(BigId, default=0)
    """Booked so far."""
    interest_paid_cents: Mapped[int] = mapped_column(BigId, default=0)
    interest_waived_cents: Mapped[int] = mapped_column(BigId, default=0)
    interest_rate: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    interest_basis: Mapped[str] = mapped_column(default="")
    settled_cents: Mapped[int] = mapped_column(BigId, default=0)
    """Interest up to `settled_on`, before instalments took the place of the first due day."""
    settled_on: Mapped[date | None]
    planned_at: Mapped[datetime | None]
    """When instalments were last agreed on; what was paid before is not in them."""
    charged_on: Mapped[date | None]
    """The day up to which interest is booked."""
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    ordered_at: Mapped[datetime | None]
    ordered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    due_on: Mapped[date | None]
    """The first due day."""
    reminded_on: Mapped[date | None]
    document_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("document.id"))
    relief: Mapped[Relief | None] = mapped_column(state_column(Relief))
    relief_principal_cents: Mapped[int] = mapped_column(BigId, default=0)
    relief_interest_cents: Mapped[int] = mapped_column(BigId, default=0)
    relief_reason: Mapped[str] = mapped_column(default="")
    relief_at: Mapped[datetime | None]
    relief_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    relief_decided_at: Mapped[datetime | None]
    relief_decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answer: Mapped[str] = mapped_column(default="")
    """Why it was cancelled, or why the proposal to let it go was refused."""
    agreement: Mapped[Agreement] = relationship()
    proposed_by: Mapped[User] = relationship(foreign_keys=proposed_by_id)
    ordered_by: Mapped[User | None] = relationship(foreign_keys=ordered_by_id)
    relief_by: Mapped[User | None] = relationship(foreign_keys=relief_by_id)
    relief_decided_by: Mapped[User | None] = relationship(foreign_keys=relief_decided_by_id)
    shares: Mapped[list[RecoveryShare]] = relationship(order_by="RecoveryShare.fund_id")
    instalments: Mapped[list[Instalment]] = relationship(
        order_by="Instalment.number",
        primaryjoin="and_(Instalment.recovery_id == Recovery.id, Instalment.replaced_at.is_(None))",
        viewonly=True,
    )
    plans: Mapped[list[RecoveryPlan]] = relationship(order_by="RecoveryPlan.id", viewonly=True)
    receipts: Mapped[list[Receipt]] = relationship(order_by="Receipt.id", viewonly=True)

    principal = Amount("principal_cents")
    returned = Amount("returned_cents")
    waived = Amount("waived_cents")
    interest = Amount("interest_cents")
    interest_paid = Amount("interest_paid_cents")
    interest_waived = Amount("interest_waived_cents")
    relief_principal = Amount("relief_principal_cents")
    relief_interest = Amount("relief_interest_cents")

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.agreement.scope

    @property
    def proposed_plan(self) -> RecoveryPlan | None:
        """Instalments that wait for a second person."""
        return next((one for one in self.plans if one.is_open), None)

    @property
    def plan_in_force(self) -> RecoveryPlan | None:
        """The instalments that hold; None while the order's own day does."""
        return next((one for one in self.plans if one.agreed_at and not one.replaced_at), None)

    def state_shown(self, is_staff: bool) -> RecoveryState:
        """The state as this reader sees it: that letting it go is proposed is the office's own affair."""
        is_hidden = self.state == RecoveryState.WAIVER_PROPOSED and not is_staff
        return RecoveryState.ORDERED if is_hidden else self.state

    @property
    def voucher(self) -> str:
        """The application's reference."""
        reference: str = self.agreement.application.reference
        return reference

    @property
    def open_principal(self) -> Money:
        """Principal that is still owed."""
        return Money(self.principal_cents - self.returned_cents - self.waived_cents, self.currency)

    @property
    def open_interest(self) -> Money:
        """Booked interest that is still owed."""
        return Money(self.interest_cents - self.interest_paid_cents - self.interest_waived_cents, self.currency)

    @property
    def left(self) -> Money:
        """What is still owed: principal, and the interest that is booked."""
        rest: Money = self.open_principal + self.open_interest
        return rest

    @property
    def whole(self) -> list[Share]:
        """The principal, fund by fund."""
        return [Share(one.fund_id, one.fund.kind, Money(one.cents, self.currency)) for one in self.shares]

    @property
    def done(self) -> list[Money]:
        """What of each fund's part came back or was waived, in the order of `whole`."""
        return [Money(one.returned_cents + one.waived_cents, self.currency) for one in self.shares]


class RecoveryShare(Base):
    """The part of a recovery that one fund gets back."""

    __tablename__ = "recovery_share"
    __table_args__ = (
        CheckConstraint("cents > 0", name="cents_positive"),
        CheckConstraint(
            "returned_cents >= 0 AND waived_cents >= 0 AND returned_cents + waived_cents <= cents", name="within"
        ),
    )
    recovery_id: Mapped[int] = mapped_column(BigId, ForeignKey("recovery.id"), primary_key=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), primary_key=True)
    cents: Mapped[int] = mapped_column(BigId)
    returned_cents: Mapped[int] = mapped_column(BigId, default=0)
    waived_cents: Mapped[int] = mapped_column(BigId, default=0)
    fund: Mapped[Fund] = relationship()


class RecoveryPlan(Base):
    """Monthly parts that one officer proposed: who agreed to them, and from when until when they held."""

    __tablename__ = "recovery_plan"
    __table_args__ = (
        CheckConstraint("agreed_at IS NULL OR decided_by_id <> proposed_by_id", name="two_persons"),
        CheckConstraint("agreed_at IS NULL OR refused_at IS NULL", name="agreed_or_refused"),
        Index("uq_recovery_plan_open", "recovery_id", unique=True, postgresql_where=OPEN_PLAN, sqlite_where=OPEN_PLAN),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    recovery_id: Mapped[int] = mapped_column(BigId, ForeignKey("recovery.id"), index=True)
    parts: Mapped[int]
    first_on: Mapped[date]
    reason: Mapped[str]
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """Who agreed or refused; nobody for a first plan that needed no second person."""
    agreed_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    replaced_at: Mapped[datetime | None]
    proposed_by: Mapped[User] = relationship(foreign_keys=proposed_by_id)
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)

    @property
    def is_open(self) -> bool:
        """Whether it waits for a second person."""
        return self.agreed_at is None and self.refused_at is None


class Instalment(Base):
    """A part of the principal with its due day. A new plan replaces the parts of the one before."""

    __tablename__ = "recovery_instalment"
    __table_args__ = (CheckConstraint("amount_cents > 0", name="amount_positive"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    recovery_id: Mapped[int] = mapped_column(BigId, ForeignKey("recovery.id"), index=True)
    number: Mapped[int]
    due_on: Mapped[date]
    amount_cents: Mapped[int] = mapped_column(BigId)
    currency: Mapped[str] = mapped_column(default="EUR")
    plan_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("recovery_plan.id"), index=True)
    """Of which plan; the order's own day is of none."""
    replaced_at: Mapped[datetime | None]

    amount = Amount("amount_cents")


class Receipt(Base):
    """Money that came back, was set off or waived; what of it was interest, what principal."""

    __tablename__ = "recovery_receipt"
    __table_args__ = (
        CheckConstraint("principal_cents >= 0 AND interest_cents >= 0", name="parts_positive"),
        Index(
            "uq_recovery_receipt_live",
            "recovery_id",
            "reference",
            unique=True,
            postgresql_where=text("undone_at IS NULL"),
            sqlite_where=text("undone_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    recovery_id: Mapped[int] = mapped_column(BigId, ForeignKey("recovery.id"), index=True)
    kind: Mapped[ReceiptKind] = mapped_column(state_column(ReceiptKind))
    received_on: Mapped[date]
    reference: Mapped[str]
    """Of the line on the bank's statement; of a set-off the number of the debt."""
    principal_cents: Mapped[int] = mapped_column(BigId)
    interest_cents: Mapped[int] = mapped_column(BigId)
    currency: Mapped[str] = mapped_column(default="EUR")
    payable_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("payable.id"), index=True)
    taken: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Of a set-off: fund and cents of the debt that was kept back."""
    returned: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Fund and cents of the principal that came back."""
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    journal_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("journal.id"))
    undone_at: Mapped[datetime | None]
    payable: Mapped[Payable | None] = relationship()

    principal = Amount("principal_cents")
    interest = Amount("interest_cents")

    @property
    def amount(self) -> Money:
        """Both together."""
        return Money(self.principal_cents + self.interest_cents, self.currency)

    @property
    def may_be_undone(self) -> bool:
        """Money and set-offs, once; what was waived took two persons and stays waived."""
        return self.undone_at is None and self.kind != ReceiptKind.WAIVER and self.journal_id is not None


class Suspicion(Base):
    """That something about a voucher may be fraud. Read by who reported it and with whom it was shared; the record
    knows only that a step was taken."""

    __tablename__ = "suspicion"
    RECORDED = frozenset({"id"})
    """All that an event says of it."""
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[SuspicionState] = mapped_column(state_column(SuspicionState))
    version: Mapped[int]
    agreement_id: Mapped[int] = mapped_column(BigId, ForeignKey("agreement.id"), index=True)
    text: Mapped[str]
    reported_at: Mapped[datetime]
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    outcome: Mapped[SuspicionOutcome | None] = mapped_column(state_column(SuspicionOutcome))
    closing: Mapped[str] = mapped_column(default="")
    agreement: Mapped[Agreement] = relationship()
    reported_by: Mapped[User] = relationship(foreign_keys=reported_by_id)
    readers: Mapped[list[SuspicionReader]] = relationship(order_by="SuspicionReader.id")

    scope = "-/-"
    """No region or programme: nobody finds its events by a mandate."""

    @property
    def reader_ids(self) -> set[int]:
        """Whose eyes may see it."""
        return {self.reported_by_id, *(one.user_id for one in self.readers)}


class SuspicionReader(Base):
    """One person with whom a suspicion was shared, and by whom."""

    __tablename__ = "suspicion_reader"
    __table_args__ = (UniqueConstraint("suspicion_id", "user_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    suspicion_id: Mapped[int] = mapped_column(BigId, ForeignKey("suspicion.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    shared_at: Mapped[datetime]
    shared_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    user: Mapped[User] = relationship(foreign_keys=user_id)
