"""Exact reading of single values: amounts, rates, numbers, days, and instants of a named time zone.

Each answers the value or raises `Misread` with the reason; nothing ever passes through a float.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from typing import TypeVar
from zoneinfo import ZoneInfo, available_timezones

from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.typed import is_web_address
from vouchers.programmes.rules.faults import not_known

Word = TypeVar("Word", bound=StrEnum)
FLAGS = {"yes": True, "true": True, "no": False, "false": False}
MOST_CENTS = 10**14
FIRST_YEAR, LAST_YEAR = 2000, 2100
AMOUNT = re.compile(r"(\d{1,12}|\d{1,3}(?:[ ,']\d{3}){1,4})(?:\.(\d{1,2}))?", re.ASCII)
DECIMAL = re.compile(r"\d{1,12}(\.\d{1,9})?", re.ASCII)
DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)
EMAIL = re.compile(r"[^@\s,;:<>()\[\]\\\"]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{1,62}")


class Misread(Exception):
    """A value is not what it should be; `sentence` says why."""

    def __init__(self, sentence: Sentence):
        super().__init__(sentence)
        self.sentence = sentence


def read_amount(text: str, currency: str) -> Money:
    """``4000``, ``4000.10``, ``4,000.10``, ``EUR 4 000``: at most two decimals, never negative."""
    bare = text.strip().removeprefix(currency).strip()
    match = AMOUNT.fullmatch(bare)
    if match is None:
        raise Misread(
            _('"%(text)s" is not an amount. Write it as 4000 or 4000.10, with two decimals at most.', text=text[:40])
        )
    whole, cents = re.sub(r"\D", "", match[1]), (match[2] or "").ljust(2, "0")
    amount = Money(int(whole) * 100 + int(cents), currency)
    if amount.cents > MOST_CENTS:
        raise Misread(_('"%(text)s" is too much to be meant.', text=text[:40]))
    return amount


def say_no_code(text: str, pattern: str, example: str) -> Sentence:
    """Why a text is no code: it is only too long, or it has characters that a code has not."""
    for most in range(1, len(text)):
        if not re.fullmatch(pattern, text[: most + 1], re.ASCII):
            if most > 1 and re.fullmatch(pattern, text[: most - 1] + text[most], re.ASCII):
                return _('"%(text)s" is too long: at most %(most)s characters.', text=text[:40], most=most)
            break
    return _('"%(text)s" is not a code here. Write it like %(example)s.', text=text[:40], example=example)


def read_rate(text: str) -> Decimal:
    """``60 %`` or ``0.60``, as an exact part of 1; more than 0 and at most 100 %."""
    bare = text.strip()
    is_percent = bare.endswith("%")
    bare = bare.removesuffix("%").strip()
    if not DECIMAL.fullmatch(bare):
        raise Misread(_('"%(text)s" is not a rate. Write it with a percent sign, such as 60 %%.', text=text[:40]))
    rate = Decimal(bare) / 100 if is_percent else Decimal(bare)
    if not is_percent and bare == "1":
        raise Misread(_('The rate "%(text)s" has two readings. Write 100 %% or 1 %%.', text=bare))
    if rate > 1:
        raise Misread(_('The rate "%(text)s" is more than 100 %%. Write it as 60 %% or 0.60.', text=text[:40]))
    if rate == 0:
        raise Misread(_("The rate is nothing: leave the line out instead."))
    return rate


def read_decimal(text: str) -> Decimal:
    """A number without sign, at most nine decimals."""
    if not DECIMAL.fullmatch(text.strip()):
        raise Misread(_('"%(text)s" is not a number.', text=text[:40]))
    return Decimal(text.strip())


def read_day(text: str) -> date:
    """``2026-10-01``."""
    match = DAY.fullmatch(text.strip())
    if match is None:
        raise Misread(_('"%(text)s" is not a day. Write it as 2026-10-01.', text=text[:40]))
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise Misread(_("There is no day %(text)s in the calendar.", text=text.strip())) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Misread(_("The year %(year)s cannot be meant.", year=day.year))
    return day


def read_moment(text: str, zone: str) -> datetime:
    """``2026-10-01 09:00`` on the clocks of `zone`, answered in UTC.

    An hour that daylight saving skips is refused. One that happens twice is taken the second time, so that nobody
    is cut off an hour before the time that was published.
    """
    match = MOMENT.fullmatch(text.strip())
    if match is None:
        raise Misread(
            _('"%(text)s" is not a moment. Write day and time without a zone: 2026-10-01 09:00.', text=text[:40])
        )
    day = read_day(match[1])
    try:
        local = datetime(day.year, day.month, day.day, int(match[2]), int(match[3]), int(match[4] or 0), fold=1)  # noqa: DTZ001
    except ValueError:
        raise Misread(_('There is no such time of day as in "%(text)s".', text=text.strip())) from None
    aware = local.replace(tzinfo=ZoneInfo(zone))
    moment = aware.astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(fold=0):
        earlier = aware.replace(fold=0).utcoffset() or timedelta(0)
        later = local.replace(fold=0) + abs((aware.utcoffset() or timedelta(0)) - earlier)
        raise Misread(
            _(
                "%(local)s does not exist in %(zone)s: the clocks are put forward over it. You may mean %(later)s.",
                local=f"{local:%Y-%m-%d %H:%M}",
                zone=zone,
                later=f"{later:%Y-%m-%d %H:%M}",
            )
        )
    return moment


@cache
def zone_names() -> frozenset[str]:
    """Named zones of the time-zone database, such as Europe/Brussels; abbreviations (CET) are no zones."""
    return frozenset(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix")))


def read_email(text: str) -> str:
    """An address of the form name@host.tld; nothing is sent to find out."""
    bare = text.strip()
    if len(bare) > 254 or not EMAIL.fullmatch(bare) or ".." in bare:
        raise Misread(_('"%(text)s" is not an email address, such as name@example.org.', text=bare[:80]))
    return bare


def read_url(text: str) -> str:
    """A web address beginning with http:// or https://."""
    bare = text.strip()
    if not is_web_address(bare):
        raise Misread(_('"%(text)s" is not a web address, such as https://example.org.', text=bare[:80]))
    return bare


def read_zone(text: str) -> str:
    """A named time zone."""
    bare = text.strip()
    if bare in zone_names():
        return bare
    near = get_close_matches(bare[:60], zone_names(), n=1)
    if near:
        raise Misread(_('"%(text)s" is not a time zone. Did you mean "%(meant)s"?', text=bare[:60], meant=near[0]))
    raise Misread(_('"%(text)s" is not a named time zone, such as Europe/Brussels.', text=bare[:60]))


def read_one_of(text: str, words: type[Word]) -> Word:
    """One of the words of an enumeration."""
    try:
        return words(text.strip())
    except ValueError:
        raise Misread(not_known(text.strip(), [str(word) for word in words])) from None


def read_flag(text: str) -> bool:
    """``yes`` or ``no``."""
    if text.strip().lower() not in FLAGS:
        raise Misread(_('"%(text)s" is neither yes nor no.', text=text[:40]))
    return FLAGS[text.strip().lower()]


def read_whole(text: str, low: int, high: int) -> int:
    """A whole number within bounds."""
    bare = text.strip()
    if not re.fullmatch(r"\d{1,9}", bare, re.ASCII) or not low <= int(bare) <= high:
        raise Misread(
            _('"%(text)s" is not a whole number from %(low)s to %(high)s.', text=text[:40], low=low, high=high)
        )
    return int(bare)
