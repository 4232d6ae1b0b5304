"""The money of a programme as the books have it: stages, months, trial balance. Nothing here is stored twice."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, extract, func, or_, select

from vouchers.applications.models import Application
from vouchers.core.database import db
from vouchers.core.money import Money, total
from vouchers.ledger.chart import NAMES, STAGES, Account
from vouchers.ledger.models import Fund, Journal, JournalLine, StageBalance
from vouchers.ledger.queries import trial_balance, within
from vouchers.reports.queries.choice import Choice

BOUND = (Account.COMMITTED, Account.ACCEPTED, Account.PAID)
"""Stages of money that an agreement has bound, whatever became of it since."""


def stages_by_region(choice: Choice) -> dict[str, dict[str, Money]]:
    """Region -> stage -> money. Where instruments share an envelope, all see what is available to all."""
    statement: Any = select(Fund.region, StageBalance.account, func.sum(StageBalance.cents)).join(
        Fund, Fund.id == StageBalance.fund_id
    )
    statement = within(statement, **choice.of_funds(with_instrument=False))
    if choice.instrument:
        mine = StageBalance.voucher.in_(_vouchers_of(choice))
        free = (StageBalance.account == Account.AVAILABLE.value) & Fund.instrument.in_((choice.instrument, "*"))
        statement = statement.where(or_(mine, free))
    nothing = Money(0, choice.currency)
    found: dict[str, dict[str, Money]] = defaultdict(lambda: {stage.value: nothing for stage in STAGES})
    for region, account, cents in db.session.execute(statement.group_by(Fund.region, StageBalance.account)):
        found[region][account] = Money(int(cents), choice.currency)
    return dict(found)


def _vouchers_of(choice: Choice) -> Any:
    return choice.of_applications(select(Application.reference))


def add_up(by_region: dict[str, dict[str, Money]], currency: str) -> dict[str, Money]:
    """Stage -> money of all regions together, with the appropriation, which is their sum."""
    sums = {stage.value: total([row[stage.value] for row in by_region.values()], currency) for stage in STAGES}
    return {Account.APPROPRIATION.value: total(list(sums.values())), **sums}


@dataclass(frozen=True, slots=True)
class Month:
    """What was bound and paid up to the end of a month, since the beginning."""

    first_day: date
    committed: Money
    paid: Money


def list_months(choice: Choice, *, today: date, most: int = 24) -> list[Month]:
    """The last months up to this one, from the first in which money was bound."""
    year, month = extract("year", Journal.on), extract("month", Journal.on)
    paid = func.sum(case((JournalLine.account == Account.PAID.value, JournalLine.cents), else_=0))
    statement: Any = (
        select(year, month, func.sum(JournalLine.cents), paid)
        .select_from(JournalLine)
        .join(Journal, Journal.id == JournalLine.journal_id)
        .join(Fund, Fund.id == JournalLine.fund_id)
        .where(JournalLine.account.in_([account.value for account in BOUND]))
    )
    statement = within(statement, **choice.of_funds(with_instrument=False))
    if choice.instrument:
        statement = statement.where(JournalLine.voucher.in_(_vouchers_of(choice)))
    moved = {
        (int(row[0]), int(row[1])): (int(row[2]), int(row[3]))
        for row in db.session.execute(statement.group_by(year, month))
    }
    if not moved:
        return []
    return _accumulated(moved, today, choice.currency)[-most:]


def _accumulated(moved: dict[tuple[int, int], tuple[int, int]], today: date, currency: str) -> list[Month]:
    at, end = min(moved), max((today.year, today.month), max(moved))
    committed = paid = 0
    months = []
    while at <= end:
        more_committed, more_paid = moved.get(at, (0, 0))
        committed, paid = committed + more_committed, paid + more_paid
        months.append(Month(date(at[0], at[1], 1), Money(committed, currency), Money(paid, currency)))
        at = (at[0] + 1, 1) if at[1] == 12 else (at[0], at[1] + 1)
    return months


@dataclass(frozen=True, slots=True)
class Balance:
    """One account of a trial balance."""

    account: Account
    name: Any
    debit: Money | None
    credit: Money | None


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Every account that was used, the budget's position, and whether it all adds up."""

    rows: list[Balance]
    position: dict[str, Money]
    budget_sum: Money
    general_sum: Money

    @property
    def adds_up(self) -> bool:
        """Both books balance, the stages make up the appropriation, and no stage is negative."""
        staged = sum(self.position[stage.value].cents for stage in STAGES)
        return (
            not self.budget_sum
            and not self.general_sum
            and staged == self.position[Account.APPROPRIATION.value].cents
            and all(self.position[stage.value].cents >= 0 for stage in STAGES)
        )

    def of_book(self, book: str) -> list[Balance]:
        """The accounts of the budget or the general book."""
        return [row for row in self.rows if row.account.book == book]

    def total(self, book: str) -> tuple[Money, Money]:
        """Debits and credits of a book."""
        rows = self.of_book(book)
        return (
            total([row.debit for row in rows if row.debit], self.budget_sum.currency),
            total([row.credit for row in rows if row.credit], self.budget_sum.currency),
        )


def get_trial_balance(choice: Choice) -> TrialBalance:
    """The trial balance of what was chosen, one query."""
    currency = choice.currency
    balances = {Account(code): cents for code, cents in trial_balance(**choice.of_funds()).items()}
    rows = [
        Balance(
            account,
            NAMES[account],
            Money(cents, currency) if cents > 0 else None,
            Money(-cents, currency) if cents < 0 else None,
        )
        for account, cents in sorted(balances.items())
    ]
    position = {stage.value: Money(balances.get(stage, 0), currency) for stage in STAGES}
    position[Account.APPROPRIATION.value] = Money(-balances.get(Account.APPROPRIATION, 0), currency)
    sums = {
        book: Money(sum(cents for account, cents in balances.items() if account.book == book), currency)
        for book in ("budget", "general")
    }
    return TrialBalance(rows, position, sums["budget"], sums["general"])
