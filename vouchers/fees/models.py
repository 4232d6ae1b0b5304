"""The tables of experts' fees."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.core.database import Amount, Base, BigId, state_column
from vouchers.evaluation.models import Assignment
from vouchers.experts.models import Expert
from vouchers.fees.states import FeeState
from vouchers.programmes.models import Call
from vouchers.programmes.rules.selection_plan import FeeUnit
from vouchers.regions.models import Region
from vouchers.users.models import User


class FeeStatement(Base):
    """What a region owes an expert for sheets of one call."""

    __tablename__ = "fee_statement"
    __table_args__ = (
        CheckConstraint("rate_cents > 0", name="rate_positive"),
        CheckConstraint("amount_cents IS NULL OR amount_cents > 0", name="amount_positive"),
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> drawn_up_by_id", name="two_persons"),
        Index("ix_fee_statement_state", "state", "region_id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[FeeState] = mapped_column(state_column(FeeState))
    version: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    """``F-2026-0001``."""
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    """Which region pays."""
    unit: Mapped[FeeUnit] = mapped_column(state_column(FeeUnit))
    rate_cents: Mapped[int] = mapped_column(BigId)
    """For one sheet or one day, as the call said when it was drawn up."""
    currency: Mapped[str] = mapped_column(default="EUR")
    most_half_days: Mapped[int] = mapped_column(default=0)
    """How many half days the expert may state, where days are paid."""
    half_days: Mapped[int | None]
    amount_cents: Mapped[int | None] = mapped_column(BigId)
    """None while the expert has not said how many days it took."""
    drawn_up_at: Mapped[datetime]
    drawn_up_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    """Whoever drew it up last."""
    agreed_at: Mapped[datetime | None]
    agreed_name: Mapped[str] = mapped_column(default="")
    holder: Mapped[str] = mapped_column(default="")
    iban: Mapped[str] = mapped_column(default="")
    bic: Mapped[str] = mapped_column(default="")
    invoice_number: Mapped[str] = mapped_column(default="")
    """The expert's own, where there is one."""
    reason: Mapped[str] = mapped_column(default="")
    """What is wrong with it, or why it was drawn up anew, sent back or cancelled."""
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    expert: Mapped[Expert] = relationship()
    call: Mapped[Call] = relationship()
    region: Mapped[Region] = relationship()
    drawn_up_by: Mapped[User] = relationship(foreign_keys=drawn_up_by_id)
    approved_by: Mapped[User | None] = relationship(foreign_keys=approved_by_id)
    lines: Mapped[list[FeeLine]] = relationship(back_populates="statement", order_by="FeeLine.id")

    rate = Amount("rate_cents")
    amount = Amount("amount_cents")

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.call.programme.code}/{self.region.code}"

    @property
    def sheets(self) -> list[FeeLine]:
        """The lines that stand."""
        return [line for line in self.lines if line.is_standing]


class FeeLine(Base):
    """One sheet on a statement. A sheet stands on one statement at most; lines that were taken off stay, marked."""

    __tablename__ = "fee_line"
    __table_args__ = (
        Index(
            "uq_fee_line_standing",
            "assignment_id",
            unique=True,
            postgresql_where=text("is_standing"),
            sqlite_where=text("is_standing"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    statement_id: Mapped[int] = mapped_column(BigId, ForeignKey("fee_statement.id"), index=True)
    assignment_id: Mapped[int] = mapped_column(BigId, ForeignKey("assignment.id"))
    is_standing: Mapped[bool] = mapped_column(default=True)
    statement: Mapped[FeeStatement] = relationship(back_populates="lines")
    assignment: Mapped[Assignment] = relationship()
