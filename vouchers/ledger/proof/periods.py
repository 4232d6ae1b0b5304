"""Closed periods hold what they held when they were closed."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from vouchers.core.database import db
from vouchers.ledger.digests import period_digest
from vouchers.ledger.models import ClosedPeriod, Fund, Journal, JournalLine
from vouchers.ledger.proof.faults import Fault
from vouchers.ledger.queries import sum_period


def faults_of_periods() -> Iterator[Fault]:
    """Each period that kept a hash, added up again."""
    for period in db.session.scalars(select(ClosedPeriod).order_by(ClosedPeriod.id)).all():
        if not period.digest:
            continue
        sums = sum_period(period.programme, period.region, period.first_on, period.through_on)
        if period_digest(sums) == period.digest:
            continue
        line_id, journal_id = _slipped_in(period)
        named = f"period {period.programme} {period.region} through {period.through_on}"
        by = f"; line {line_id} of journal {journal_id} was booked after that" if line_id else ""
        yield Fault(f"{named}: it does not hold what it held when it was closed{by}", line_id, journal_id)


def _slipped_in(period: ClosedPeriod) -> tuple[int | None, int | None]:
    """The first line that was booked into it later, and its journal."""
    statement = (
        select(JournalLine.id, JournalLine.journal_id)
        .join(Journal, Journal.id == JournalLine.journal_id)
        .join(Fund, Fund.id == JournalLine.fund_id)
        .where(Fund.programme == period.programme, Journal.on <= period.through_on, Journal.at > period.closed_at)
        .order_by(JournalLine.id)
    )
    if period.region != "*":
        statement = statement.where(Fund.region == period.region)
    if period.first_on is not None:
        statement = statement.where(Journal.on >= period.first_on)
    row = db.session.execute(statement.limit(1)).first()
    return (row[0], row[1]) if row else (None, None)
