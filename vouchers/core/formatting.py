"""How values read on a page: amounts, days, moments and counts in the reader's language, quickly.

Babel knows the languages; what it knows is taken out once per language and kept, because a list page formats hundreds
of values. An absent value reads as a dash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import Any
from unicodedata import combining, normalize
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, get_timezone, get_timezone_location
from babel.numbers import format_currency, format_decimal, format_percent

from vouchers.core import languages
from vouchers.core.countries import COUNTRIES, Country
from vouchers.core.money import Money
from vouchers.core.text import Instant, Sentence, beside_box
from vouchers.core.text import say as _

DASH = "–"
_DAYS = {"short": "d MMM y", "long": "d MMMM y"}
_SIZES = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"))


def money(amount: Money | None) -> str:
    """``€7,000.00``"""
    if amount is None:
        return DASH
    before, after, group, point = _money_parts(amount.currency, amount.cents < 0, _language())
    whole, cents = divmod(abs(amount.cents), 100)
    return f"{before}{f'{whole:,}'.replace(',', group)}{point}{cents:02d}{after}"


def whole_units(amount: Money) -> int:
    """To the nearest whole unit, a half away from zero: of every figure without cents, in words or in a chart."""
    whole = (abs(amount.cents) + 50) // 100
    return -whole if amount.cents < 0 else whole


def whole_money(amount: Money | None) -> str:
    """``€7,000``: to the nearest whole unit, for overviews."""
    if amount is None:
        return DASH
    before, after, group, _point = _money_parts(amount.currency, amount.cents < 0, _language())
    whole = abs(whole_units(amount))
    return f"{before}{f'{whole:,}'.replace(',', group)}{after}"


def currency_sign(currency: str) -> str:
    """What stands before a box for an amount: ``€``, of other currencies their three letters."""
    return "€" if currency == "EUR" else currency


def typed_money(amount: Money) -> str:
    """``7000`` or ``7000.50``, as the reader would type it: the reader's decimal sign, and no other."""
    return typed_figures(amount.plain.removesuffix(".00"))


def typed_figures(plain: str) -> str:
    """Figures with a point, with the reader's decimal sign."""
    return plain.replace(".", _number_parts(_language())[1])


def number(value: int | Decimal | None, places: int | None = None) -> str:
    """``1,250``, or with `places` decimals ``73.2``."""
    if value is None:
        return DASH
    group, point = _number_parts(_language())
    exact = Decimal(value)
    if places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    whole, _dot, decimals = f"{abs(exact):,f}".partition(".")
    sign = "-" if exact < 0 else ""
    return f"{sign}{whole.replace(',', group)}{point + decimals if decimals else ''}"


def percent(rate: Decimal | None, places: int = 0) -> str:
    """``70%`` of 0.70; more decimals only where `places` asks."""
    return DASH if rate is None else _percent(rate, places, _language())


def file_size(octets: int | None) -> str:
    """``340 kB``, ``1.2 MB``."""
    if octets is None:
        return DASH
    for size, unit in _SIZES:
        if octets >= size:
            scaled = Decimal(octets) / size
            return f"{number(scaled, 1 if scaled < 10 else 0)} {unit}"
    return str(_("%(count)s bytes", count=octets))


def day(value: date | None, zone: str | None = None) -> str:
    """``1 Sep 2026``. Of a moment, the day on the calendar of a named zone; without one, on that of the reader."""
    return DASH if value is None else _day(_as_day(value, zone), "short", _language())


def long_day(value: date | None, zone: str | None = None) -> str:
    """``1 September 2026``; of a moment as above."""
    return DASH if value is None else _day(_as_day(value, zone), "long", _language())


def moment(value: datetime | None, zone: str = "UTC", *, with_seconds: bool = False) -> str:
    """``1 September 2026, 17:00 (Brussels time)``: a moment where a named zone holds."""
    if value is None:
        return DASH
    local = _in_zone(value, zone)
    language = _language()
    time = f"{local:%H:%M:%S}" if with_seconds else f"{local:%H:%M}"
    values = {"day": _day(local.date(), "long", language), "time": time}
    if zone == "UTC":
        return str(_("%(day)s, %(time)s (UTC)", **values))
    return str(_("%(day)s, %(time)s (%(city)s time)", city=_city(zone, language), **values))


def both_zones(value: datetime | None, first_zone: str, *zones: str, with_seconds: bool = False) -> str:
    """The moment where the first zone holds, as in the call or the region, and then in each other, as the reader's;
    clocks that agree are said once."""
    there = moment(value, first_zone, with_seconds=with_seconds)
    if value is None:
        return there
    away = _in_zone(value, first_zone)
    told = {away.utcoffset()}
    for zone in zones:
        here = _in_zone(value, zone)
        if zone == first_zone or here.utcoffset() in told:
            continue
        told.add(here.utcoffset())
        time = f"{here:%H:%M:%S}" if with_seconds else f"{here:%H:%M}"
        there = str(_and_elsewhere(there, here, zone, time, is_same_day=away.date() == here.date()))
    return there


def _and_elsewhere(there: str, here: datetime, zone: str, time: str, *, is_same_day: bool) -> Sentence:
    """The moment with what another zone's clocks say; UTC is the time of no place."""
    city = _city(zone, _language()) if zone != "UTC" else ""
    values = {"there": there, "day": long_day(here.date()), "time": time, "city": city}
    if is_same_day:
        said = _("%(there)s, %(time)s in %(city)s", **values) if city else _("%(there)s, %(time)s in UTC", **values)
    elif city:
        said = _("%(there)s, %(day)s, %(time)s in %(city)s", **values)
    else:
        said = _("%(there)s, %(day)s, %(time)s in UTC", **values)
    return said


def long_days(value: date) -> frozenset[str]:
    """``1 September 2026``, as each language of the interface writes it."""
    return frozenset(_day(value, "long", language) for language in languages.LANGUAGES)


def cities(zone: str) -> frozenset[str]:
    """The city by which a named zone is called, in each language of the interface."""
    return frozenset("UTC" if zone == "UTC" else _city(zone, language) for language in languages.LANGUAGES)


def clock_time(value: datetime | None, zone: str = "UTC") -> str:
    """``17:00`` where a named zone holds."""
    return DASH if value is None else f"{_in_zone(value, zone):%H:%M}"


def country_name(code: str) -> str:
    """A country of ISO 3166-1 alpha-2 in the reader's language; a code that is none stays as it is."""
    return Country(code).in_language(_language())


def colon() -> str:
    """What stands between a name and what is said of it; French sets a blank before it that does not break."""
    return "\u00a0:" if _language().startswith("fr") else ":"


class CountryChoices:
    """Every country as a choice, by its name in the language of whoever reads."""

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(_countries(_language()))


@cache
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    named = ((code, Country(code).in_language(language)) for code in COUNTRIES)
    return tuple(sorted(named, key=lambda one: (_without_accents(one[1]), one[1])))


def _without_accents(name: str) -> str:
    return "".join(letter for letter in normalize("NFKD", name.casefold()) if not combining(letter))


def in_sentence(value: Any) -> Any:
    """What a sentence says for a value: days, instants, amounts and decimals in the reader's language, other things as
    they are.

    English writes ``EUR 7,000.00`` in sentences, as the programmes' texts do.
    """
    if isinstance(value, Money):
        return str(value) if _language().startswith("en") else money(value)
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, Instant):
        zones = [value.other_zone] if value.other_zone else []
        return both_zones(value.at, value.zone, *zones, with_seconds=value.at.second != 0)
    if isinstance(value, date) and not isinstance(value, datetime):
        return long_day(value)
    return value.in_language(_language()) if hasattr(value, "in_language") else value


FILTERS: dict[str, Callable[..., str | int]] = {
    "money": money,
    "whole_money": whole_money,
    "whole_units": whole_units,
    "number": number,
    "percent": percent,
    "file_size": file_size,
    "day": day,
    "date": day,
    "long_day": long_day,
    "moment": moment,
    "both_zones": both_zones,
    "clock_time": clock_time,
    "country_name": country_name,
}


def register_filters(app_or_environment: Any) -> None:
    """Give the templates ``{{ claim.approved | money }}`` and its kin."""
    environment = getattr(app_or_environment, "jinja_env", app_or_environment)
    environment.filters.update(FILTERS)
    environment.filters["beside_box"] = beside_box
    environment.globals["colon"] = colon


# What Babel knows, taken out once ------------------------------------------------------------------------------------


def _language() -> str:
    return languages.language()


def _as_day(value: date, zone: str | None) -> date:
    if not isinstance(value, datetime):
        return value
    return _aware(value).astimezone(ZoneInfo(zone) if zone else languages.time_zone()).date()


def _in_zone(value: datetime, zone: str) -> datetime:
    return _aware(value).astimezone(ZoneInfo(zone))


def _aware(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=UTC)


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    """English is the Union's own: a day before its month, and no abbreviation but three letters."""
    return Locale.parse("en" if language.startswith("en") else language)


@lru_cache(maxsize=256)
def _money_parts(currency: str, is_negative: bool, language: str) -> tuple[str, str, str, str]:
    sample = Decimal("-1234567.89") if is_negative else Decimal("1234567.89")
    text = format_currency(sample, currency, locale=_locale(language))
    before, _one, rest = text.partition("1")
    _figures, _nine, after = rest.rpartition("9")
    if before[-1:].isalpha():
        before += "\u00a0"
    group, point = _number_parts(language)
    return before, after, group, point


@lru_cache(maxsize=64)
def _number_parts(language: str) -> tuple[str, str]:
    text = format_decimal(Decimal("1234567.5"), locale=_locale(language))
    return text[1:2], text[-2:-1]


@lru_cache(maxsize=4096)
def _percent(rate: Decimal, places: int, language: str) -> str:
    rounded = (rate * 100).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = format_percent(Decimal("0.1"), locale=_locale(language))
    return text.replace("10", number(rounded))


@lru_cache(maxsize=8192)
def _day(value: date, style: str, language: str) -> str:
    pattern = _DAYS[style] if language.startswith("en") else {"short": "medium", "long": "long"}[style]
    written = format_date(value, pattern, locale=_locale(language))
    return f"1er{written[1:]}" if language.startswith("fr") and value.day == 1 and written[:2] == "1 " else written


@lru_cache(maxsize=512)
def _city(zone: str, language: str) -> str:
    return get_timezone_location(get_timezone(zone), locale=_locale(language), return_city=True)
