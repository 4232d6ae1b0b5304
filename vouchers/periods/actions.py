"""Closing an accounting period."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from vouchers.core.clock import office_day
from vouchers.core.database import db, unit_of_work
from vouchers.ledger.digests import period_digest
from vouchers.ledger.models import ClosedPeriod
from vouchers.ledger.queries import lock_books, sum_period
from vouchers.periods import queries
from vouchers.periods.lifecycle import PERIOD
from vouchers.periods.rules import ensure_period_may_close
from vouchers.workflow.transition import creation


def close_period(
    programme: str, region: str, through_on: date, *, first_on: date | None = None, by: Any, at: datetime
) -> ClosedPeriod:
    """Close the books of a programme (region ``-``) or of one region through a day, for good.

    Nothing is posted on or before it any more; what belongs there and comes later is booked in the open period and
    says which day it corrects. The period keeps a hash of what it holds.

    Args:
        first_on: where the period shall begin; None takes in all that is still open.

    Raises:
        RuleBroken: the day is not over or is closed already, or an earlier day would stay open.
    """
    with unit_of_work():
        lock_books(programme)
        books = queries.get_books(programme, region)
        db.session.refresh(books.programme, with_for_update=True)
        first_on = ensure_period_may_close(first_on, through_on, standing=books.standing, today=office_day(at))
        sums = sum_period(programme, books.region_code, first_on, through_on)
        period = ClosedPeriod(
            programme=programme,
            region=books.region_code,
            first_on=first_on,
            through_on=through_on,
            closed_at=at,
            closed_by_id=by.id,
            lines=sum(count for *_rest, count in sums),
            digest=period_digest(sums),
        )
        with creation(period, PERIOD.close, by=by, at=at):
            return period
