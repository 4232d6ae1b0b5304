"""What one person may still release: over a day in a region, and to one payee, by however many batches."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from vouchers.core.clock import day_in
from vouchers.core.money import Money
from vouchers.payments import queries
from vouchers.payments.models import Batch
from vouchers.payments.rules.releasing import ensure_within_day, ensure_within_payees, left_today, limit_of
from vouchers.users.models import User
from vouchers.users.queries import list_same_person


def ensure_within_limits(batch: Batch, *, by: User, at: datetime) -> None:
    """Inside the authorisation of a batch: what the person has released counts with it. Two batches of one person are
    authorised one after the other, under whichever account.

    Raises:
        RuleBroken: the batch would be above what is left of the person's limit.
    """
    limits = batch.programme.plan.payment_limits
    limit = limit_of(by, batch.scope, limits)
    if limit is None:
        return
    accounts = queries.lock_person(by)
    today = _midnight(batch, at)
    ensure_within_day(batch.total, limit, queries.total_released(batch, accounts, since=today))
    released = queries.list_released(batch, accounts, since=today - timedelta(days=limits.payee_days - 1))
    ensure_within_payees(queries.list_paid_by(batch), released, limit, days=limits.payee_days)


def find_left_today(batch: Batch, person: User, *, at: datetime) -> Money | None:
    """What the person may still release today in the region of a batch; None: there is no limit."""
    limit = limit_of(person, batch.scope, batch.programme.plan.payment_limits)
    if limit is None:
        return None
    accounts = [one.id for one in list_same_person([person])]
    return left_today(limit, queries.total_released(batch, accounts, since=_midnight(batch, at)))


def _midnight(batch: Batch, at: datetime) -> datetime:
    """When the day began in the region."""
    zone = batch.region.time_zone
    return datetime.combine(day_in(zone, at), time(), ZoneInfo(zone))
