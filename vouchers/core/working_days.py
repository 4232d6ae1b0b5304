"""Working days of a country, as Regulation (EEC, Euratom) 1182/71, Article 2, knows them.

All days but Saturdays, Sundays and the public holidays of the country; those of a part of the country are left out, so
a deadline in working days is never later than the law's.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

SATURDAY = 5


def is_working_day(day: date, country: str) -> bool:
    """Whether offices of the country (ISO 3166-1 alpha-2) work on that day."""
    return day.weekday() < SATURDAY and day not in _public_holidays(country, day.year)


def next_working_day(day: date, country: str) -> date:
    """The day itself, or the first working day after it."""
    while not is_working_day(day, country):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, days: int, country: str) -> date:
    """So many working days later; the day after the first one is the first that counts."""
    while days > 0:
        day += timedelta(days=1)
        if is_working_day(day, country):
            days -= 1
    return day


def count_working_days(first: date, last: date, country: str) -> int:
    """The working days after `first`, up to and with `last`; 0 where `last` is not later."""
    return _working_days_up_to(last, country) - _working_days_up_to(first, country) if last > first else 0


def _working_days_up_to(day: date, country: str) -> int:
    """The working days of the year of `day` and of those since 2000, up to and with it; quick for many days."""
    whole = sum(_working_days_of_year(year, country) for year in range(2000, day.year))
    return whole + _running(day.year, country)[day.timetuple().tm_yday]


@lru_cache(maxsize=512)
def _working_days_of_year(year: int, country: str) -> int:
    return _running(year, country)[-1]


@lru_cache(maxsize=512)
def _running(year: int, country: str) -> tuple[int, ...]:
    """How many working days of the year have passed at the end of each of its days; at 0 none."""
    counts, day = [0], date(year, 1, 1)
    while day.year == year:
        counts.append(counts[-1] + is_working_day(day, country))
        day += timedelta(days=1)
    return tuple(counts)


@lru_cache(maxsize=512)
def _public_holidays(country: str, year: int) -> frozenset[date]:
    import holidays  # the days of a hundred countries: only where a day is asked for

    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()
