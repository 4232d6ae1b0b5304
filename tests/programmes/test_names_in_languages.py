"""Regions and fund lines named in several languages: each reader's own on pages, the plain name in books and files."""

from __future__ import annotations

import json
from html import unescape

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from tests.builders.programmes import a_programme, during_call, in2, programme_text
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.core.database import db, unit_of_work
from vouchers.core.localised import Text
from vouchers.ledger.models import Journal
from vouchers.regions.queries import list_choices
from vouchers.users.states import Role


def read(client, address: str, language: str) -> str:
    return unescape(client.get(address, headers={"Accept-Language": language}).text)


@pytest.mark.parametrize(("language", "name"), [("fr", "Wallonie"), ("nl", "Wallonië"), ("en", "Wallonia")])
def test_public_pages_and_their_filters(client, clock, language, name):
    clock.stop(during_call())
    in2()

    calls, call, programme = (
        read(client, address, language)
        for address in ("/calls", "/calls/in2lifesciences/2026-1", "/programmes/in2lifesciences")
    )

    assert f'<option value="BE-WAL">{name}</option>' in calls
    assert f"{name}, " in calls
    assert f">{name}</th>" in call
    assert json.dumps(name) in call  # what search engines read
    colon = "\N{NO-BREAK SPACE}:" if language == "fr" else ":"
    assert f"<li>{name}{colon} " in programme


def test_choices_are_in_the_order_of_the_readers_names(app):
    in2()

    with force_locale("fr"):
        names = [name for _code, name in list_choices()]

    assert names == sorted(names)
    assert "Bade-Wurtemberg" in names
    assert "Grand Est" in names  # has one name: that of the first language


def test_books_and_open_data_keep_the_plain_name(client, clock):
    clock.stop(during_call())
    with force_locale("fr"):
        in2()

    answer = client.get("/calls.json", headers={"Accept-Language": "fr"}).json
    told = db.session.scalars(select(Journal.narrative)).all()

    assert "Budget voted for Wallonia" in told
    assert {region["name"] for call in answer["calls"] for region in call["regions"]} >= {"Wallonia", "Scotland"}


def test_the_fund_line_of_a_receipt(app, client):
    loaded = in2()
    officer = a_member_of_staff(Role.FINANCE_OFFICER, loaded.code, "BE-WAL")
    with unit_of_work():
        officer.language = "fr"

    page = read(signed_in(client, officer), f"/budgets/{loaded.envelope().id}/receive-funds", "en")

    assert "Cofinancement régional" in page
    assert "Wallonie" in page


def test_a_plain_name_is_said_to_everybody(client):
    loaded = a_programme(programme_text().replace("name: Oslo\n", "name: {en: Oslo}\n"))

    assert loaded.region("NO-OSL").name == Text((("en", "Oslo"),))
    assert loaded.region("FR-ARA").name.in_language("da") == str(loaded.region("FR-ARA").name)
    assert all(isinstance(line.name, Text) for line in loaded.programme.plan.fund_lines)
