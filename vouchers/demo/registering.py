"""The aid register of the demo: each region enters its grants every week, and has overlooked a few."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from vouchers.core.clock import day_in
from vouchers.core.database import db
from vouchers.eligibility.actions import register_aid_entry
from vouchers.eligibility.models import AidEntry
from vouchers.eligibility.states import EntryState
from vouchers.regions.models import Region
from vouchers.users.models import User

EVERY = timedelta(days=7)
OVERLOOKED = 12
"""One in so many is not registered."""


def register_aid(region: str, manager: User, first: datetime, until: datetime) -> Iterator[datetime]:
    """Every week the region's manager enters what was granted, and notes the number that the register gave."""
    at = first
    while at < until:
        at += EVERY
        yield at
        for entry in _list_due(region):
            if entry.id % OVERLOOKED:
                reference = f"DM-{entry.region.country}-{at:%Y}-{entry.id:05d}"
                register_aid_entry(entry, reference, day_in(entry.region.time_zone, at), by=manager, at=at)


def _list_due(region: str) -> list[AidEntry]:
    wanted = select(AidEntry).join(AidEntry.region).where(AidEntry.state == EntryState.DUE, Region.code == region)
    return list(db.session.scalars(wanted.order_by(AidEntry.id)))
