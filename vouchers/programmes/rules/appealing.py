"""Until when a decision may be appealed against.

The day of the letter does not count; the period of so many calendar days ends with the last hour of its last day, and
where that is a Saturday, a Sunday or a public holiday of the region's country, with the last hour of the next working
day: Regulation (EEC, Euratom) 1182/71, Article 3(1), (2)(b) and (4). The clock is that of the region.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from vouchers.core.clock import day_in
from vouchers.core.working_days import next_working_day

LAST_SECOND = time(23, 59, 59)


def appeal_days(call: Any) -> int:
    """In how many days a decision of the call may be appealed against; the call's own number, or the programme's."""
    own = call.plan.appeal
    days: int = own.within_days if own else call.programme.plan.rules.appeal_within_days
    return days


def appeal_until(told_at: datetime, days: int, *, zone: str, country: str) -> datetime:
    """The last second that counts for an appeal against what a letter of `told_at` says."""
    last = day_in(zone, told_at) + timedelta(days=days)
    return datetime.combine(next_working_day(last, country), LAST_SECOND, ZoneInfo(zone))


def appeal_until_of(application: Any, told_at: datetime) -> datetime:
    """The same for a letter about an application."""
    region = application.region
    return appeal_until(told_at, appeal_days(application.call), zone=region.time_zone, country=region.country)


def is_suspensive(call: Any) -> bool:
    """Whether agreements of the same money wait while a decision of the call can be appealed against, or is."""
    return bool(call.plan.appeal and call.plan.appeal.is_suspensive)
