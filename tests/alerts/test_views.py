"""The pages of alerts: ask, confirm, stop."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from tests.alerts.test_actions import ADA, an_alert, headings, letters
from tests.builders.programmes import in2
from vouchers.alerts import queries
from vouchers.alerts.models import Alert
from vouchers.alerts.states import AlertState
from vouchers.core.database import db


@pytest.fixture(autouse=True)
def _stopped(app, clock):
    clock.stop(datetime(2026, 1, 10, 12, tzinfo=UTC))
    in2()


def link(name):
    """The path of a link in the newest letter."""
    (found,) = re.findall(rf"^http://localhost(/alerts/\S+/{name})$", letters()[-1].body, flags=re.MULTILINE)
    return found


def test_ask_confirm_and_stop(client):
    page = client.get("/alerts?region=BE-WAL")
    assert '<option value="BE-WAL" selected>Wallonia</option>' in page.text
    answer = client.post("/alerts", data={"email": "Ada@sme.example", "region": "BE-WAL", "instrument": ""})
    assert answer.status_code == 200
    assert "Look at your mail" in answer.text

    confirm, end = link("confirm"), link("end")
    assert "Region: Wallonia" in client.get(confirm).text
    assert queries.find_alert(ADA, "BE-WAL", "").state == AlertState.ASKED
    for _press in range(2):
        assert client.post(confirm).status_code == 303
    assert queries.find_alert(ADA, "BE-WAL", "").state == AlertState.CONFIRMED
    assert "We write to ada@sme.example" in client.get(confirm).text

    assert "Stop these letters" in client.get(end).text
    assert queries.find_alert(ADA, "BE-WAL", "").state == AlertState.CONFIRMED
    for _press in range(2):
        answer = client.post(end)
        assert (answer.status_code, "The letters have ended" in answer.text) == (200, True)
    assert queries.find_alert(ADA, "BE-WAL", "") is None
    assert "The letters have ended" in client.get(end).text
    assert client.get(confirm).status_code == 404


def test_end_by_a_mail_program_without_cookie_token_or_page(client):
    an_alert()
    end = link("end")
    answer = client.application.test_client().post(end, data={"List-Unsubscribe": "One-Click"}, csrf=False)
    assert answer.status_code == 200
    assert queries.find_alert(ADA, "", "") is None


def test_confirm_needs_its_form(client):
    an_alert()
    client.application.test_client().post(link("confirm"), csrf=False)
    assert queries.find_alert(ADA, "", "").state == AlertState.ASKED


def test_ask_says_the_same_whether_or_not_the_address_is_known(client, clock):
    def said():
        answer = client.post("/alerts", data={"email": ADA, "region": "", "instrument": ""})
        return answer.status_code, re.sub(r'(nonce|value)="[^"]*"|sent%3D[^"]*', "", answer.text)

    first = said()
    again = said()
    clock.forward(hours=1)
    client.application.test_client().post(link("confirm"))
    confirmed = said()

    assert first == again == confirmed
    assert first[0] == 200
    assert headings() == ["Shall we write to you about new calls?", "You get letters about new calls already"]


@pytest.mark.parametrize(
    "data",
    [
        {"email": "", "region": "", "instrument": ""},
        {"email": "ada", "region": "", "instrument": ""},
        {"email": ADA, "region": "NOWHERE", "instrument": ""},
        {"email": ADA, "region": "", "instrument": "<b>"},
        {"email": "ada@sme.example\r\nBcc: all@sme.example", "region": "", "instrument": ""},
    ],
)
def test_ask_with_what_cannot_be(client, data):
    answer = client.post("/alerts", data=data)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Alert)) == 0


def test_ask_too_often_is_slowed_down(client):
    statuses = [client.post("/alerts", data={"email": f"a{number}@sme.example"}).status_code for number in range(22)]
    assert statuses[:20] == [200] * 20
    assert statuses[20:] == [429] * 2


@pytest.mark.parametrize("path", ["/alerts/nothing/confirm", "/alerts/nothing/end", "/alerts/%00/end"])
def test_links_that_lead_nowhere(client, path):
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def test_pages_of_links_stay_out_of_caches_and_search_engines(client):
    an_alert()
    answer = client.get(link("confirm"))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
