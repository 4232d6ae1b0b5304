"""The tables of the books.

Triggers (first migration) on both databases: a line or a journal is never changed or deleted; lines are inserted
before their journal, and the journal's own insert is refused unless its lines balance per fund and book, and refused
on a day that is closed; budget lines move `stage_balance`, whose check refuses a negative stage.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, Sequence, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.core.database import Base, BigId, state_column
from vouchers.ledger.chart import FundKind

JOURNAL_IDS = Sequence("journal_id_seq", metadata=Base.metadata)
"""PostgreSQL gives journal ids ahead of the insert; SQLite, with one writer, counts."""


class Fund(Base):
    """One funder's line of one budget: programme x call x region x instrument (``*`` is all), in one currency."""

    __tablename__ = "fund"
    __table_args__ = (
        UniqueConstraint("programme", "call", "region", "instrument", "line"),
        CheckConstraint("rate > 0 AND rate <= 1", name="rate"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    programme: Mapped[str]
    call: Mapped[str]
    region: Mapped[str] = mapped_column(index=True)
    instrument: Mapped[str]
    line: Mapped[str]
    kind: Mapped[FundKind] = mapped_column(state_column(FundKind))
    rate: Mapped[Decimal] = mapped_column(Numeric(9, 6))
    currency: Mapped[str] = mapped_column(default="EUR")

    @property
    def code(self) -> str:
        """``IN2/2026-1/BE-WAL/*/ERDF``."""
        return "/".join((self.programme, self.call, self.region, self.instrument, self.line))


class Journal(Base):
    """One event of the books, made by one step. Its insert seals the lines that were inserted before it."""

    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("step_id", "position"),
        Index("ix_journal_subject", "subject_kind", "subject_id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    step_id: Mapped[str]
    position: Mapped[int]
    at: Mapped[datetime]
    on: Mapped[date] = mapped_column("booked_on", index=True)
    tag: Mapped[str]
    event: Mapped[str] = mapped_column(index=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[int] = mapped_column(BigId)
    reference: Mapped[str]
    narrative: Mapped[str]
    reverses_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("journal.id"), unique=True)
    corrects_on: Mapped[date | None]
    """The day to which it belongs, where the period of that day was closed already. It is earlier than `on`."""
    lines: Mapped[list[JournalLine]] = relationship(viewonly=True, order_by="JournalLine.id")


class JournalLine(Base):
    """A debit (positive cents) or credit (negative) on one account of one fund."""

    __tablename__ = "journal_line"
    __table_args__ = (
        CheckConstraint("cents <> 0", name="not_zero"),
        Index("ix_journal_line_fund_account", "fund_id", "account"),
        Index("ix_journal_line_voucher", "voucher"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    journal_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("journal.id", deferrable=True, initially="DEFERRED"), index=True
    )
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    account: Mapped[str]
    cents: Mapped[int] = mapped_column(BigId)
    voucher: Mapped[str] = mapped_column(default="")


class StageBalance(Base):
    """What stands on a budget stage of a fund, for one voucher (``""``: none yet). Kept by trigger; never negative."""

    __tablename__ = "stage_balance"
    __table_args__ = (CheckConstraint("cents >= 0", name="not_overdrawn"), Index("ix_stage_balance_voucher", "voucher"))
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    voucher: Mapped[str] = mapped_column(primary_key=True)
    cents: Mapped[int] = mapped_column(BigId)


class ClosedPeriod(Base):
    """Nothing is posted on or before `through_on` in a programme, or in one region of it, any more.

    Never re-opened, so it stores no state. What it held when it was closed stays provable: `lines`, `digest`.
    """

    __tablename__ = "closed_period"
    id: Mapped[int] = mapped_column(primary_key=True)
    programme: Mapped[str] = mapped_column(index=True)
    region: Mapped[str] = mapped_column(default="*", server_default="*")
    """``*``: all regions of the programme."""
    first_on: Mapped[date | None]
    """None: from the beginning of the books."""
    through_on: Mapped[date]
    closed_at: Mapped[datetime]
    closed_by_id: Mapped[int | None]
    lines: Mapped[int] = mapped_column(BigId, default=0, server_default="0")
    digest: Mapped[str] = mapped_column(default="", server_default="")
    """SHA-256 over what was booked in it by fund and account (`digests.period_digest`); empty: closed before that."""

    state = "closed"
    version = 1

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.programme}/{'-' if self.region == '*' else self.region}"
