"""The statement of a period: what stood on each account when it began, what moved, and what stood when it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, func, or_, select

from vouchers.core.database import db
from vouchers.core.money import Money, total
from vouchers.ledger.chart import NAMES, Account
from vouchers.ledger.models import ClosedPeriod, Fund, Journal, JournalLine
from vouchers.ledger.queries import within
from vouchers.reports.queries.choice import Choice


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One account; a debit is positive."""

    account: Account
    name: Any
    opening: Money
    debit: Money
    credit: Money

    @property
    def closing(self) -> Money:
        """What stood there at the end."""
        return self.opening + self.debit - self.credit


@dataclass(frozen=True, slots=True)
class Statement:
    """Every account that has a balance or moved, and how much of the movement corrects periods closed before."""

    rows: list[StatementRow]
    corrections: int
    """Journals."""
    currency: str

    def of_book(self, book: str) -> list[StatementRow]:
        """The accounts of the budget or the general book."""
        return [row for row in self.rows if row.account.book == book]

    def sums(self, book: str) -> list[Money]:
        """Opening, debit, credit and closing of a book; the first and the last are nothing, because it balances."""
        rows = self.of_book(book)
        columns = ("opening", "debit", "credit", "closing")
        return [total([getattr(row, name) for row in rows], self.currency) for name in columns]


def get_statement(choice: Choice) -> Statement:
    """The statement of what was chosen, from its first day through its last; two queries."""
    before: Any = Journal.on < choice.first if choice.first else JournalLine.id.is_(None)
    cents = JournalLine.cents
    statement: Any = (
        select(
            JournalLine.account,
            func.sum(case((before, cents), else_=0)),
            func.sum(case((~before & (cents > 0), cents), else_=0)),
            func.sum(case((~before & (cents < 0), -cents), else_=0)),
        )
        .select_from(JournalLine)
        .join(Journal, Journal.id == JournalLine.journal_id)
        .join(Fund, Fund.id == JournalLine.fund_id)
        .group_by(JournalLine.account)
        .order_by(JournalLine.account)
    )
    rows = [
        StatementRow(Account(code), NAMES[Account(code)], *(Money(int(sum_), choice.currency) for sum_ in sums))
        for code, *sums in db.session.execute(_until(within(statement, **choice.of_funds()), choice.last))
    ]
    shown = [row for row in rows if row.opening or row.debit or row.credit]
    return Statement(shown, _count_corrections(choice), choice.currency)


def _until(statement: Any, last: date | None) -> Any:
    return statement.where(Journal.on <= last) if last else statement


def _count_corrections(choice: Choice) -> int:
    statement: Any = (
        select(func.count(func.distinct(Journal.id)))
        .select_from(Journal)
        .join(JournalLine, JournalLine.journal_id == Journal.id)
        .join(Fund, Fund.id == JournalLine.fund_id)
        .where(Journal.corrects_on.is_not(None))
    )
    statement = _until(within(statement, **choice.of_funds()), choice.last)
    if choice.first:
        statement = statement.where(Journal.on >= choice.first)
    return int(db.session.scalar(statement) or 0)


def list_closed_periods(choice: Choice, *, most: int = 24) -> list[ClosedPeriod]:
    """The last periods that were closed for what was chosen, the newest first."""
    regions = [choice.region] if choice.region else []
    found = (
        select(ClosedPeriod)
        .where(ClosedPeriod.programme == choice.programme)
        .where(or_(ClosedPeriod.region == "*", ClosedPeriod.region.in_(regions)))
        .order_by(ClosedPeriod.through_on.desc(), ClosedPeriod.id.desc())
    )
    return list(db.session.scalars(found.limit(most)))
