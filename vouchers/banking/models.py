"""The tables of what the bank sends."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from vouchers.banking.rules.booking import Payer
from vouchers.banking.rules.continuity import Frame
from vouchers.banking.rules.reasons import in_words
from vouchers.banking.states import BookedAs, Doubt, Effect, EntryState, ReportState, StatementState
from vouchers.core.database import Amount, Base, BigId, state_column
from vouchers.core.text import Sentence
from vouchers.ledger.models import Fund
from vouchers.payments.models import Batch, Payment
from vouchers.recoveries.models import Recovery
from vouchers.regions.models import Region


class Statement(Base):
    """One statement of a region's account. It is taken in once, however often the bank's file is."""

    __tablename__ = "bank_statement"
    __table_args__ = (
        UniqueConstraint("key", name="uq_bank_statement_key"),
        Index("ix_bank_statement_account", "iban", "last_on", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[StatementState] = mapped_column(state_column(StatementState))
    version: Mapped[int]
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    iban: Mapped[str]
    number: Mapped[str]
    """The bank's id of it."""
    sequence: Mapped[str] = mapped_column(default="")
    page: Mapped[str] = mapped_column(default="")
    key: Mapped[str]
    digest: Mapped[str]
    """SHA-256 over what it says."""
    currency: Mapped[str]
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    opening_cents: Mapped[int | None] = mapped_column(BigId)
    closing_cents: Mapped[int | None] = mapped_column(BigId)
    moved_cents: Mapped[int] = mapped_column(BigId)
    """What its booked entries change."""
    entry_count: Mapped[int]
    stated_entries: Mapped[int | None]
    repeated: Mapped[int] = mapped_column(default=0)
    """How many movements were known from another statement and are not kept a second time."""
    to_book: Mapped[int] = mapped_column(default=0)
    """How many movements were recognised when it was taken in."""
    booked: Mapped[int] = mapped_column(default=0)
    """How many of these were gone through."""
    taken_in_at: Mapped[datetime]
    taken_in_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    document_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("document.id"))
    region: Mapped[Region] = relationship()
    sharing: Mapped[list[Region]] = relationship(
        primaryjoin=lambda: Statement.iban == foreign(Region.iban), order_by=lambda: Region.code, viewonly=True
    )
    """The regions that are paid from the account."""

    opening = Amount("opening_cents")
    closing = Amount("closing_cents")

    @property
    def frame(self) -> Frame:
        """What is checked of it as a whole."""
        return Frame(
            self.number, self.sequence, self.currency, self.opening_cents, self.closing_cents, self.moved_cents,
            self.entry_count, self.stated_entries,
        )  # fmt: skip

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.region.scope

    @property
    def scopes(self) -> list[str]:
        """What the account pays for: a role must cover one of them."""
        return self.region.scopes

    @property
    def all_scopes(self) -> list[str]:
        """What the account pays for, whichever region: whoever sees the whole statement is over each of them."""
        others = [scope for region in self.sharing if region.id != self.region_id for scope in region.scopes]
        return self.scopes + others


class Entry(Base):
    """One movement of a statement: a transaction of an entry, or an entry whose transactions are not told."""

    __tablename__ = "bank_entry"
    __table_args__ = (
        UniqueConstraint("key", name="uq_bank_entry_key"),
        UniqueConstraint("statement_id", "position", name="uq_bank_entry_statement_id_position"),
        CheckConstraint("cents >= 0", name="cents_not_negative"),
        Index("ix_bank_entry_state", "state", "statement_id"),
        Index("uq_bank_entry_journal_id", "journal_id", unique=True),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[EntryState] = mapped_column(state_column(EntryState))
    version: Mapped[int]
    statement_id: Mapped[int] = mapped_column(BigId, ForeignKey("bank_statement.id"))
    position: Mapped[int]
    """Its place in the statement, from 1."""
    entry_number: Mapped[int]
    part: Mapped[int]
    key: Mapped[str]
    is_credit: Mapped[bool]
    cents: Mapped[int] = mapped_column(BigId)
    currency: Mapped[str]
    booked_on: Mapped[date | None]
    value_on: Mapped[date | None]
    is_return: Mapped[bool]
    """Whether the bank calls it a return, or takes back what it had booked."""
    return_code: Mapped[str] = mapped_column(default="")
    return_text: Mapped[str] = mapped_column(default="")
    entry_reference: Mapped[str] = mapped_column(default="")
    bank_reference: Mapped[str] = mapped_column(default="")
    end_to_end_id: Mapped[str] = mapped_column(default="", index=True)
    payment_block: Mapped[str] = mapped_column(default="")
    transactions: Mapped[int] = mapped_column(default=0)
    other_name: Mapped[str] = mapped_column(default="")
    other_iban: Mapped[str] = mapped_column(default="")
    remittance: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="")
    doubt: Mapped[Doubt] = mapped_column(state_column(Doubt), default=Doubt.NONE)
    """Why it was not matched by itself."""
    effect: Mapped[Effect | None] = mapped_column(state_column(Effect))
    recovery_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("recovery.id"), index=True)
    """What it pays back."""
    reason: Mapped[str] = mapped_column(default="")
    """Why it was set aside, could not be booked, or what it is that is booked by hand."""
    booked_as: Mapped[BookedAs | None] = mapped_column(state_column(BookedAs))
    """What it is, where no payment and no recovery explains it."""
    fund_id: Mapped[int | None] = mapped_column(ForeignKey("fund.id"))
    """On which it is booked by hand."""
    journal_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("journal.id"))
    """What has it in the books, where that is no journal of its payments."""
    statement: Mapped[Statement] = relationship()
    matches: Mapped[list[EntryPayment]] = relationship(
        back_populates="entry", order_by="EntryPayment.id", cascade="all, delete-orphan"
    )
    recovery: Mapped[Recovery | None] = relationship()
    debts: Mapped[list[EntryDebt]] = relationship(
        back_populates="entry", order_by="EntryDebt.recovery_id", cascade="all, delete-orphan"
    )
    """What it pays back, where that is more than one recovery."""
    fund: Mapped[Fund | None] = relationship()

    amount = Amount("cents")

    @property
    def return_reason(self) -> Sentence:
        """Why the money came back, in plain words."""
        return in_words(self.return_code, self.return_text)

    @property
    def reference(self) -> str:
        """What it is called by, the best that the bank gave."""
        return self.end_to_end_id or self.bank_reference or self.entry_reference or f"{self.entry_number}/{self.part}"

    @property
    def bank_line(self) -> str:
        """Where an auditor finds it: statement, entry, the bank's own reference."""
        own = self.bank_reference or self.entry_reference
        return f"{self.statement.number}/{self.entry_number}" + (f" {own}" if own else "")

    @property
    def receipt_line(self) -> str:
        """The same, to the single transaction: money of one is recorded once."""
        return f"{self.bank_line}.{self.part}" if self.part else self.bank_line

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.statement.scope

    @property
    def scopes(self) -> list[str]:
        """Of the account."""
        return self.statement.scopes

    @property
    def payer(self) -> Payer | None:
        """The programme and region on whose fund it is booked by hand."""
        return Payer(self.fund.programme, self.fund.region) if self.fund else None

    @property
    def paid(self) -> list[Any]:
        """What it pays, gives back, repays or is booked on; nothing while nobody has said so."""
        others = [self.payer] if self.payer is not None else []
        return [match.payment.batch for match in self.matches] + self.repaid + others

    @property
    def repaid(self) -> list[Any]:
        """The recoveries that it pays: one, or several that it is split over."""
        return [self.recovery] if self.recovery is not None else [debt.recovery for debt in self.debts]


class EntryPayment(Base):
    """A payment that a movement executes or gives back."""

    __tablename__ = "bank_entry_payment"
    __table_args__ = (UniqueConstraint("entry_id", "payment_id", name="uq_bank_entry_payment_entry_id_payment_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entry_id: Mapped[int] = mapped_column(BigId, ForeignKey("bank_entry.id"))
    payment_id: Mapped[int] = mapped_column(BigId, ForeignKey("payment.id"), index=True)
    entry: Mapped[Entry] = relationship(back_populates="matches")
    payment: Mapped[Payment] = relationship()


class EntryDebt(Base):
    """A recovery that a movement pays among others, and the journal that has this part of it in the books."""

    __tablename__ = "bank_entry_debt"
    __table_args__ = (
        UniqueConstraint("entry_id", "recovery_id", name="uq_bank_entry_debt_entry_id_recovery_id"),
        UniqueConstraint("journal_id", name="uq_bank_entry_debt_journal_id"),
        CheckConstraint("cents > 0", name="cents_positive"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entry_id: Mapped[int] = mapped_column(BigId, ForeignKey("bank_entry.id"))
    recovery_id: Mapped[int] = mapped_column(BigId, ForeignKey("recovery.id"), index=True)
    cents: Mapped[int] = mapped_column(BigId)
    """What its journal moves at the bank: what the recovery takes, and with the last one what lies in suspense."""
    journal_id: Mapped[int] = mapped_column(BigId, ForeignKey("journal.id"))
    entry: Mapped[Entry] = relationship(back_populates="debts")
    recovery: Mapped[Recovery] = relationship()


class BankReport(Base):
    """What the bank said of a batch's file on its way. It is taken in once."""

    __tablename__ = "bank_report"
    __table_args__ = (UniqueConstraint("batch_id", "message_id", name="uq_bank_report_batch_id_message_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[ReportState] = mapped_column(state_column(ReportState), index=True)
    version: Mapped[int]
    batch_id: Mapped[int] = mapped_column(BigId, ForeignKey("payment_batch.id"))
    message_id: Mapped[str]
    """The bank's id of it."""
    digest: Mapped[str] = mapped_column(default="")
    """SHA-256 over what it says; empty of one that came before this was kept."""
    status: Mapped[str] = mapped_column(default="")
    """Of the whole file, as the bank wrote it."""
    return_code: Mapped[str] = mapped_column(default="")
    return_text: Mapped[str] = mapped_column(default="")
    is_contradictory: Mapped[bool] = mapped_column(default=False)
    refused: Mapped[int] = mapped_column(default=0)
    """How many payments it has stopped."""
    note: Mapped[str] = mapped_column(default="")
    """What came of the questions that it left."""
    taken_in_at: Mapped[datetime]
    taken_in_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    document_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("document.id"))
    batch: Mapped[Batch] = relationship()
    lines: Mapped[list[ReportedLine]] = relationship(back_populates="report", order_by="ReportedLine.id")

    @property
    def return_reason(self) -> Sentence:
        """Why the bank refused the whole file, in plain words."""
        return in_words(self.return_code, self.return_text)

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.batch.scope


class ReportedLine(Base):
    """A payment that a report refuses."""

    __tablename__ = "bank_report_line"
    __table_args__ = (Index("ix_bank_report_line_report_id", "report_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("bank_report.id"))
    payment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("payment.id"))
    end_to_end_id: Mapped[str]
    return_code: Mapped[str] = mapped_column(default="")
    return_text: Mapped[str] = mapped_column(default="")
    doubt: Mapped[Doubt] = mapped_column(state_column(Doubt), default=Doubt.NONE)
    """Why it could not be carried out; none where the payment was stopped."""
    report: Mapped[BankReport] = relationship(back_populates="lines")
    payment: Mapped[Payment | None] = relationship()

    @property
    def return_reason(self) -> Sentence:
        """Why the bank refused it, in plain words."""
        return in_words(self.return_code, self.return_text)

    @property
    def is_question(self) -> bool:
        """Whether somebody must look at it. A payment that is over already raises none."""
        return self.doubt not in {Doubt.NONE, Doubt.OVER}
