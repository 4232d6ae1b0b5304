"""How values read, in a table per kind. Money is held against Babel in every official language of the Union."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from timeit import timeit
from types import SimpleNamespace

import pytest
from babel import Locale
from babel.numbers import format_currency
from flask import Flask, g
from flask_babel import Babel, force_locale

from vouchers.core import formatting
from vouchers.core.countries import Country
from vouchers.core.money import EUR, Money
from vouchers.core.text import say

LANGUAGES = "bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv tr".split()  # noqa: SIM905


@pytest.fixture(scope="module", autouse=True)
def _language():
    app = Flask("formatting")
    Babel(app)
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("amount", "exact", "whole"),
    [
        (EUR("7000"), "€7,000.00", "€7,000"),
        (EUR("7000.50"), "€7,000.50", "€7,001"),
        (EUR("0.05"), "€0.05", "€0"),
        (EUR("1234567.89"), "€1,234,567.89", "€1,234,568"),
        (EUR("-12.30"), "-€12.30", "-€12"),
        (Money(12_345, "DKK"), "DKK\u00a0123.45", "DKK\u00a0123"),
        (None, "–", "–"),
    ],
)
def test_money(amount: Money | None, exact: str, whole: str) -> None:
    assert (formatting.money(amount), formatting.whole_money(amount)) == (exact, whole)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cents", [0, 5, 99_999, 123_456, 1_234_567_890, -700_050])
def test_money_reads_as_babel_would_write_it(language: str, cents: int) -> None:
    expected = format_currency(Decimal(cents) / 100, "EUR", locale=Locale.parse(language))
    with force_locale(language):
        assert formatting.money(Money(cents)) == expected


@pytest.mark.parametrize(
    ("language", "short", "long"),
    [
        ("en", "1 Sep 2026", "1 September 2026"),
        ("en_GB", "1 Sep 2026", "1 September 2026"),
        ("de", "01.09.2026", "1. September 2026"),
        ("fr", "1er sept. 2026", "1er septembre 2026"),
    ],
)
def test_days(language: str, short: str, long: str) -> None:
    with force_locale(language):
        assert (formatting.day(date(2026, 9, 1)), formatting.long_day(date(2026, 9, 1))) == (short, long)


def test_only_the_first_day_of_a_month_is_an_ordinal_in_french() -> None:
    with force_locale("fr"):
        assert formatting.long_day(date(2026, 9, 11)) == "11 septembre 2026"
        assert formatting.long_day(date(2026, 9, 21)) == "21 septembre 2026"


def test_the_day_of_a_moment_is_that_of_the_reader(app: Flask) -> None:
    night = datetime(2026, 9, 1, 23, 30, tzinfo=UTC)

    with app.test_request_context():  # a visitor
        assert formatting.day(night) == "2 Sep 2026"
        assert formatting.day(night, "UTC") == "1 Sep 2026"
        g._login_user = SimpleNamespace(time_zone="America/New_York", language="en", is_authenticated=True)
        g.pop("_flask_babel")
        assert formatting.long_day(night) == "1 September 2026"
    assert formatting.day(night) == "1 Sep 2026"


AT = datetime(2026, 9, 1, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("call_zone", "reader_zone", "text"),
    [
        ("Europe/Brussels", "Europe/Brussels", "1 September 2026, 17:00 (Brussels time)"),
        ("Europe/Brussels", "Europe/Paris", "1 September 2026, 17:00 (Brussels time)"),
        ("Europe/Brussels", "Europe/Dublin", "1 September 2026, 17:00 (Brussels time), 16:00 in Dublin"),
        ("Europe/Brussels", "UTC", "1 September 2026, 17:00 (Brussels time), 15:00 in UTC"),
        ("UTC", "Pacific/Auckland", "1 September 2026, 15:00 (UTC), 2 September 2026, 03:00 in Auckland"),
    ],
)
def test_moments_in_both_zones(call_zone: str, reader_zone: str, text: str) -> None:
    assert formatting.both_zones(AT, call_zone, reader_zone) == text


@pytest.mark.parametrize(("language", "name"), [("en", "Netherlands"), ("fr", "Pays-Bas"), ("de", "Niederlande")])
def test_a_sentence_names_a_country_as_its_reader_does(language: str, name: str) -> None:
    with force_locale(language):
        assert str(say("A post code (%(country)s)", country=Country("NL"))) == f"A post code ({name})"
        assert formatting.country_name("QQ") == "QQ"


def test_a_moment_without_a_zone_is_utc() -> None:
    assert formatting.moment(AT.replace(tzinfo=None), "Europe/Brussels") == formatting.moment(AT, "Europe/Brussels")


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (formatting.percent(Decimal("0.7")), "70%"),
        (formatting.percent(Decimal("0.3333"), 1), "33.3%"),
        (formatting.percent(None), "–"),
        (formatting.number(1250), "1,250"),
        (formatting.number(-1250), "-1,250"),
        (formatting.number(Decimal("73.25"), 1), "73.3"),
        (formatting.file_size(999), "999 bytes"),
        (formatting.file_size(340_000), "340 kB"),
        (formatting.file_size(1_230_000), "1.2 MB"),
        (formatting.file_size(None), "–"),
        (formatting.clock_time(AT, "Europe/Brussels"), "17:00"),
        (formatting.day(None), "–"),
        (formatting.moment(None), "–"),
    ],
)
def test_other_values(shown: str, text: str) -> None:
    assert shown == text


def test_countries_bear_their_names() -> None:
    assert [formatting.country_name(code) for code in ("BE", "GB", "?")] == ["Belgium", "United Kingdom", "?"]


def test_filters_stand_in_the_environment() -> None:
    app = Flask("filters")
    formatting.register_filters(app)
    assert [formatting.whole_units(EUR(text)) for text in ("39728.64", "39728.49", "-0.50")] == [39729, 39728, -1]
    assert app.jinja_env.from_string("{{ amount | whole_money }}").render(amount=EUR("7000")) == "€7,000"


@pytest.mark.parametrize("name", ["money", "day", "moment", "number", "percent"])
def test_formatting_is_quick(name: str) -> None:
    """Under 50 microseconds each; the bound here is generous for busy machines."""
    values = {
        "money": lambda i: formatting.money(Money(i * 1017)),
        "day": lambda i: formatting.day(date(2026, 1, 1) + timedelta(days=i % 365)),
        "moment": lambda i: formatting.moment(AT + timedelta(hours=i), "Europe/Brussels"),
        "number": lambda i: formatting.number(i * 1017),
        "percent": lambda i: formatting.percent(Decimal(i) / 100),
    }
    rounds = iter(range(100_000))
    timeit(lambda: values[name](next(rounds)), number=400)
    assert timeit(lambda: values[name](next(rounds)), number=2000) / 2000 < 250e-6


@pytest.mark.parametrize(("language", "poland"), [("en", "Poland"), ("fr", "Pologne"), ("da", "Polen")])
def test_every_country_may_be_chosen_by_its_name_in_the_readers_language(language, poland):
    with force_locale(language):
        listed = list(formatting.CountryChoices())

    assert dict(listed)["PL"] == poland
    assert {"BE", "NO", "CH", "GB", "XK"} <= dict(listed).keys()
    assert len(listed) == 250
    assert listed[0][1][0] == "A"


@pytest.mark.parametrize(("language", "said"), [("en", "2.5"), ("de", "2,5"), ("fr", "2,5")])
def test_a_decimal_in_a_sentence_is_written_as_the_reader_writes_it(language, said):
    with force_locale(language):
        assert formatting.in_sentence(Decimal("2.5")) == said
