"""The rounds of a continuous call are told to everybody: before and after the submission, to people and programs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest
from sqlalchemy import select

from tests.builders.applications import a_complete_draft, a_submitted_application, owner_of
from tests.builders.programmes import IN2_FILE, a_programme, during_call
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.core.database import db
from vouchers.letters.models import Letter
from vouchers.users.states import Role

AT = during_call()
CLOSES = datetime(2027, 3, 31, 15, tzinfo=UTC)
CALL = "/calls/in2lifesciences/2026-1"
FIRST, SECOND = "30 November 2026, 17:00 (Brussels time)", "31 March 2027, 17:00 (Brussels time)"
NOW = "An application submitted now takes part in the round that ends on "


@pytest.fixture(autouse=True)
def programme(app: Any, clock: Any) -> None:
    clock.stop(AT)
    head, call, rest = IN2_FILE.read_text(encoding="utf-8").partition("closes: 2027-03-31 17:00")
    a_programme(f"{head}{call}\n    cut_offs: [2026-11-30 17:00, 2027-03-31 17:00]{rest}")


def test_visitors_read_all_ends_and_the_round_of_this_moment(client: Any, clock: Any) -> None:
    page = client.get(CALL).text
    assert f"Round 1, until {FIRST}, 16:00 in UTC" in page
    assert f"Round 2, until {SECOND}, 15:00 in UTC" in page
    assert NOW + FIRST in page
    assert NOW + FIRST in client.get("/calls").text
    clock.stop(datetime(2026, 11, 30, 16, 0, 1, tzinfo=UTC))
    assert NOW + SECOND in client.get(CALL).text
    assert NOW + SECOND in client.get("/calls").text


def test_programs_read_the_ends_of_the_rounds(client: Any) -> None:
    calls = {one["id"]: one for one in client.get("/calls.json").json["calls"]}
    assert calls["in2lifesciences/2026-1"]["cut_offs"] == ["2026-11-30T16:00:00Z", "2027-03-31T15:00:00Z"]
    assert calls["in2lifesciences/2027-1"]["cut_offs"] == []
    events = icalendar.Calendar.from_ical(client.get(f"{CALL}/dates.ics").data).walk("VEVENT")
    assert [str(one["SUMMARY"]).partition(":")[0] for one in events] == ["Opens", "Round 1 ends", "Deadline"]


def test_writers_read_in_which_round_they_are(client: Any) -> None:
    draft = a_complete_draft()
    browser = signed_in(client, owner_of(draft))
    for address in (
        f"/applications/start/{draft.call_id}",
        f"/applications/{draft.id}",
        f"/applications/{draft.id}/check",
    ):
        assert NOW + FIRST in browser.get(address).text, address


def test_the_round_stands_on_the_receipt_the_status_and_the_file_of_the_office(client: Any) -> None:
    sent = a_submitted_application()
    told = f"Round 1, until {FIRST}"
    browser = signed_in(client, owner_of(sent))
    assert told in browser.get(f"/applications/{sent.id}").text
    assert told in browser.get(f"/applications/{sent.id}/receipt").text
    (letter,) = db.session.scalars(select(Letter).where(Letter.occasion == "applications/submit"))
    assert f"Takes part in the round that ends: {FIRST}" in letter.body
    staff = a_member_of_staff(Role.CLUSTER_MANAGER, "in2lifesciences", "BE-WAL", with_factor=False)
    assert told in signed_in(client, staff).get(f"/applications/{sent.id}").text


@pytest.mark.parametrize("address", [CALL, "/calls", "/calls?state=open"])
def test_visitors_see_the_countdown_of_the_last_day_go_on(client: Any, clock: Any, address: str) -> None:
    clock.stop(CLOSES - timedelta(hours=25))
    assert "data-seconds-left" not in client.get(address).text
    clock.stop(CLOSES - timedelta(minutes=18, seconds=20))
    assert "18 minutes left to submit." in client.get(address).text
    clock.stop(CLOSES - timedelta(minutes=18, seconds=5))
    assert 'data-seconds-left="1085">18 minutes left to submit.' in client.get(address).text
    clock.stop(CLOSES - timedelta(minutes=17, seconds=59))
    assert "17 minutes left to submit." in client.get(address).text
    clock.stop(CLOSES + timedelta(seconds=1))
    assert "data-seconds-left" not in client.get(address).text
