"""What one person may still release: over a day in a region, and to one payee, by however many batches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from vouchers.core.clock import day_in
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.payments import policy, queries
from vouchers.payments.models import Batch
from vouchers.payments.rules.releasing import (
    Paid,
    Releaser,
    ensure_within_day,
    ensure_within_payees,
    has_limits,
    left_today,
    limit_of,
    weigh,
)
from vouchers.users.mandate import OFFICERS
from vouchers.users.models import User
from vouchers.users.queries import list_same_person
from vouchers.users.rules.persons import is_one_person


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


def list_limits_against(batch: Batch, person: User, *, at: datetime) -> list[Sentence | str]:
    """What the limits say against it that the person authorises a batch now."""
    limits = batch.programme.plan.payment_limits
    limit = limit_of(person, batch.scope, limits)
    if limit is None:
        return []
    accounts, today = [one.id for one in list_same_person([person])], _midnight(batch, at)
    against: list[Sentence | str] = []
    try:
        ensure_within_day(batch.total, limit, queries.total_released(batch, accounts, since=today))
    except RuleBroken as refused:
        against.append(refused.sentence)
    released = queries.list_released(batch, accounts, since=today - timedelta(days=limits.payee_days - 1))
    try:
        ensure_within_payees(queries.list_paid_by(batch), released, limit, days=limits.payee_days)
    except RuleBroken as refused:
        against.append(refused.sentence)
    return against


def map_releasers(batches: Sequence[Batch], *, at: datetime) -> dict[int, list[Releaser]]:
    """Batch -> the officers who are no part of it, with what is left of their limits: by what each has released, under
    whichever account. The number of queries does not grow with the batches.

    Args:
        batches: with their payments, payables and payees.
    """
    if not batches:
        return {}
    officers = queries.list_officers_of(batch.programme.code for batch in batches)
    accounts, sums, before = _list_all_released(batches, officers, at=at)
    return {
        batch.id: [
            _weigh(batch, one, accounts.get(one.same_as_id or one.id, set()), sums, before, at=at)
            for one in officers
            if one.holds(OFFICERS, batch.scope)
            and not is_one_person(one, batch.made_by)
            and policy.is_officer(one, batch) is None
        ]
        for batch in batches
    }


def _list_all_released(
    batches: Sequence[Batch], officers: Sequence[User], *, at: datetime
) -> tuple[dict[int, set[int]], Sequence[Any], Sequence[Any]]:
    """The accounts of each officer, what they have released today, and in the days before to those whom the batches
    pay; nothing where no programme has limits."""
    if not any(has_limits(batch.programme.plan.payment_limits) for batch in batches):
        return {}, [], []
    accounts: dict[int, set[int]] = {}
    for one in list_same_person(officers):
        accounts.setdefault(one.same_as_id or one.id, set()).add(one.id)
    everybody = sorted(account for some in accounts.values() for account in some)
    days = max(batch.programme.plan.payment_limits.payee_days for batch in batches)
    first = min(_midnight(batch, at) for batch in batches)
    sums = queries.list_sums_released(everybody, since=first)
    since = first - timedelta(days=days - 1)
    return accounts, sums, queries.list_released_alike([one.id for one in batches], everybody, since=since)


def _weigh(
    batch: Batch, person: User, accounts: set[int], sums: Sequence[Any], before: Sequence[Any], *, at: datetime
) -> Releaser:
    limits, today = batch.programme.plan.payment_limits, _midnight(batch, at)
    since = today - timedelta(days=limits.payee_days - 1)

    def own(row: Any) -> bool:
        same = (row.programme_id, row.currency) == (batch.programme_id, batch.currency)
        return same and row.authorised_by_id in accounts

    done = sum(
        int(row.cents) for row in sums if own(row) and row.region_id == batch.region_id and row.authorised_at >= today
    )
    released = [
        Paid(row.iban, (row.organisation_id, row.provider_id, row.expert_id), "", int(row.cents))
        for row in before
        if own(row) and row.authorised_at >= since
    ]
    return weigh(
        person,
        limit_of(person, batch.scope, limits),
        amount=batch.total,
        today=Money(done, batch.currency),
        batch=queries.list_paid_by(batch),
        before=released,
        days=limits.payee_days,
    )


def _midnight(batch: Batch, at: datetime) -> datetime:
    """When the day began in the region."""
    zone = batch.region.time_zone
    return datetime.combine(day_in(zone, at), time(), ZoneInfo(zone))
