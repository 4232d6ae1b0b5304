"""How far the money is used up: by region, fund line or instrument. Each figure is the sum of lines of the books."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from vouchers.applications.models import Application
from vouchers.core.database import db
from vouchers.core.money import Money, total
from vouchers.ledger.chart import STAGES, Account
from vouchers.ledger.models import Fund, Journal, JournalLine, StageBalance
from vouchers.ledger.queries import within
from vouchers.programmes.models import Instrument
from vouchers.reports.queries.choice import Choice

GROUPS = ("region", "fund_line", "instrument")
_BOUND = (Account.COMMITTED, Account.ACCEPTED, Account.PAID)


@dataclass(frozen=True, slots=True)
class Absorbed:
    """One region, fund line or instrument (``*``: not yet of one), or all together."""

    code: str
    stages: dict[str, Money]

    @property
    def voted(self) -> Money:
        """The appropriation: the stages always add up to it."""
        return total(list(self.stages.values()))

    @property
    def bound(self) -> Money:
        """What agreements have bound, whatever became of it since."""
        return total([self.stages[stage.value] for stage in _BOUND])

    def share(self, amount: Money) -> Decimal | None:
        """Of the appropriation; 1 is all of it."""
        return Decimal(amount.cents) / self.voted.cents if self.voted.cents else None


def absorption(choice: Choice, by: str, *, as_of: date | None = None) -> list[Absorbed]:
    """What stands on each stage for each region, fund line or instrument; one query.

    A voucher's money counts for the voucher's own instrument, whatever fund carries it; what no voucher holds counts
    for the instrument that its fund is for, ``*`` where it is for all.

    Args:
        as_of: at the end of this day; now where none is named.
    """
    holds: Any = JournalLine if as_of else StageBalance
    instrument = func.coalesce(Instrument.code, Fund.instrument)
    group: Any = {"region": Fund.region, "fund_line": Fund.line, "instrument": instrument}[by]
    statement: Any = (
        select(group, holds.account, func.sum(holds.cents)).select_from(holds).join(Fund, Fund.id == holds.fund_id)
    )
    if by == "instrument":
        statement = statement.outerjoin(Application, Application.reference == holds.voucher)
        statement = statement.outerjoin(Instrument, Instrument.id == Application.instrument_id)
    if as_of:
        statement = statement.join(Journal, Journal.id == JournalLine.journal_id).where(Journal.on <= as_of)
    statement = statement.where(holds.account.in_([stage.value for stage in STAGES]))
    found: dict[str, dict[str, Money]] = defaultdict(
        lambda: {stage.value: Money(0, choice.currency) for stage in STAGES}
    )
    for code, account, cents in db.session.execute(
        within(statement, **choice.of_funds()).group_by(group, holds.account)
    ):
        found[code][account] = Money(int(cents), choice.currency)
    return [Absorbed(code, found[code]) for code in sorted(found)]


def add_up(rows: list[Absorbed], currency: str) -> Absorbed:
    """All of them together."""
    sums = {stage.value: total([row.stages[stage.value] for row in rows], currency) for stage in STAGES}
    return Absorbed("", sums)
