"""The reader's language: of a visitor, of a person, in sentences, amounts, days and programme texts."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask_babel import force_locale

from tests.builders.programmes import in2
from vouchers.core import formatting, text
from vouchers.core.localised import Text
from vouchers.core.money import Money
from vouchers.core.text import Instant
from vouchers.core.text import say as _


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("fr-BE,fr;q=0.9,en;q=0.5", "fr"),
        ("de-AT", "de"),
        ("nl, en;q=0.1", "nl"),
        ("da;q=0.2, en;q=0.9", "en"),
        ("ja", "en"),
        ("", "en"),
        ("*", "en"),
    ],
)
def test_a_visitor_reads_the_browsers_language(app, client, asked, language):
    answer = client.get("/privacy", headers={"Accept-Language": asked})

    assert f'<html lang="{language}"' in answer.text


def test_a_visitor_chooses_a_language_and_stays_where_they_were(app, client):
    before = client.get("/privacy?a=1", headers={"Accept-Language": "de"})
    assert 'href="/language/fr?next=/privacy?a%3D1"' in before.text

    moved = client.get("/language/fr?next=/privacy?a%3D1")
    answer = client.get(moved.location, headers={"Accept-Language": "de"})

    assert (moved.status_code, moved.location) == (303, "/privacy?a=1")
    assert '<html lang="fr"' in answer.text


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_the_choice_leads_nowhere_else(app, client, target):
    assert client.get("/language/fr", query_string={"next": target}).location == "/"


def test_an_unknown_language_is_not_there(app, client):
    assert client.get("/language/xx").status_code == 404


def test_values_in_sentences_are_written_as_the_reader_writes(app):
    sentence = _("%(amount)s by %(day)s, %(when)s", amount=Money(700_050, "EUR"), day=date(2026, 3, 1), when=WHEN)

    with force_locale("de"):
        assert str(sentence) == "7.000,50\u00a0€ by 1. März 2026, 29. März 2026, 17:00 (Ortszeit Brüssel)"
    with force_locale("fr"):
        assert "7\u202f000,50\u00a0€ by 1er mars 2026" in str(sentence)
    with force_locale("en"):
        assert str(sentence) == sentence.source
    assert sentence.source == "EUR 7,000.50 by 1 March 2026, 29 March 2026, 17:00 (Brussels time)"


def test_seconds_are_said_where_they_matter(app):
    end = Instant(datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC), "Europe/Brussels")

    assert text.write(end) == "29 March 2026, 23:59:59 (Brussels time)"


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ("Europe/Berlin", ""),
        ("Europe/Dublin", ", 22:59:59 in Dublin"),
        ("Europe/Athens", ", 30 March 2026, 00:59:59 in Athens"),
        ("UTC", ", 21:59:59 in UTC"),
    ],
)
def test_a_second_clock_is_told_where_it_differs(app, other, told):
    end = Instant(datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC), "Europe/Brussels", other)
    sentence = _("It ended on %(at)s.", at=end)

    assert str(sentence) == sentence.source == f"It ended on 29 March 2026, 23:59:59 (Brussels time){told}."


def test_a_programmes_text_is_shown_in_the_readers_language_or_its_own(app):
    shown = app.jinja_env.from_string("{{ text }}")
    title = Text((("en", "Vouchers <2026>"), ("fr", "Chèques d'innovation")))

    with force_locale("fr"):
        assert shown.render(text=title) == "Chèques d&#x27;innovation"
    with force_locale("nl"):
        assert shown.render(text=title) == "Vouchers &lt;2026&gt;"
    assert str(title) == "Vouchers <2026>"


WHEN = Instant(datetime(2026, 3, 29, 15, 0, tzinfo=UTC), "Europe/Brussels")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "1er septembre 2026, 17:00 (heure locale, Bruxelles), soit 15:00 UTC"),
        ("nl", "1 september 2026, 17:00 (tijd in Brussel), 15:00 UTC"),
    ],
)
def test_utc_is_the_time_of_no_place(app, language, text):
    with force_locale(language):
        assert formatting.both_zones(datetime(2026, 9, 1, 15, 0, tzinfo=UTC), "Europe/Brussels", "UTC") == text


def test_french_sets_a_blank_that_does_not_break_before_a_colon(app, client):
    in2()
    page = client.get("/programmes/in2lifesciences", headers={"Accept-Language": "fr"}).text
    assert "Meet &amp; Greet\u00a0: " in page
    assert "Meet &amp; Greet: " in client.get("/programmes/in2lifesciences", headers={"Accept-Language": "en"}).text
