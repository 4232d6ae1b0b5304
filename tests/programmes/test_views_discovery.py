"""Finding a call: filters, calendar, feed, open data, what search engines read."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import icalendar
import pytest
from lxml import etree

from tests.builders.counting import queries_of
from tests.builders.evaluation import a_manager
from tests.builders.programmes import a_correction, a_programme, during_call, in2, plan_of, programme_text, source_of
from tests.builders.transfers import a_proposed_transfer
from vouchers.programmes import queries, views
from vouchers.programmes.actions import load_programme
from vouchers.transfers.actions import approve_transfer
from vouchers.workflow.transition import OFFICE

ATOM = {"a": "http://www.w3.org/2005/Atom"}
TITLES = {"2025-2": "Second call 2025", "2026-1": "Vouchers 2026, first call", "2027-1": "Vouchers 2027, first call"}


@pytest.fixture
def world(app, clock):
    """The three calls of IN2LifeSciences (closed, open, opening soon), and a small programme in Oslo."""
    clock.stop(during_call())
    in2()
    a_programme()


FILTERS = [
    ("", {"2025-2", "2026-1", "2027-1", "2027-A"}),
    ("state=open", {"2026-1"}),
    ("state=opening_soon", {"2027-1", "2027-A"}),
    ("state=closed", {"2025-2"}),
    ("programme=in2lifesciences", {"2025-2", "2026-1", "2027-1"}),
    ("region=BE-WAL", {"2025-2", "2026-1", "2027-1"}),
    ("region=BE-WAL&state=opening_soon", {"2027-1"}),
    ("instrument=COL", {"2026-1", "2027-1"}),
    ("instrument=MG&state=closed", {"2025-2"}),
    ("region=NO-OSL&state=open", set()),
]


@pytest.mark.parametrize(("asked", "expected"), FILTERS)
def test_filters_hold_on_the_page_and_in_every_file(client, world, asked, expected):
    page = client.get(f"/calls?{asked}").text
    listed = {call["id"].partition("/")[2] for call in client.get(f"/calls.json?{asked}").json["calls"]}
    calendar = icalendar.Calendar.from_ical(client.get(f"/calls.ics?{asked}").data)
    feed = etree.fromstring(client.get(f"/calls.atom?{asked}").data)

    assert listed == expected
    assert set(re.findall(r'/calls/[^/"]+/([^"]+)">', page)) == expected
    assert len(calendar.walk("VEVENT")) == 2 * len(expected)
    assert {url.rpartition("/")[2] for url in feed.xpath("//a:entry/a:link/@href", namespaces=ATOM)} == expected


UNKNOWN = ["programme=nope", "region=%25", "region=%22", "instrument=C", "state=never", "regions=BE-WAL"]


@pytest.mark.parametrize("asked", UNKNOWN)
def test_a_program_is_told_of_a_filter_that_nothing_has(client, world, asked):
    for kind in ("json", "ics", "atom"):
        answer = client.get(f"/calls.{kind}?{asked}")
        assert answer.status_code == 404
        assert "Calls cannot be filtered by" in answer.text
    assert "Calls cannot be filtered by" in client.get(f"/calls.json?{asked}").json["message"]
    assert client.get(f"/calls?{asked}").status_code == 200


def test_a_shortened_address_leads_to_the_programme(client, world):
    assert client.get("/calls/small").headers["Location"] == "/programmes/small"
    assert client.get("/calls/nope").status_code == 404


@pytest.mark.parametrize(
    "at", [datetime(2027, 3, 31, 15, 0, 0, 999_999, tzinfo=UTC), datetime(2026, 9, 1, 7, tzinfo=UTC)]
)
def test_the_filter_by_state_agrees_with_the_page_at_the_first_and_the_closing_second(client, world, clock, at):
    clock.stop(at)
    assert [call.code for call in queries.list_calls({"state": "open"}, at=at)] == ["2026-1"]
    before = at - timedelta(seconds=1) if at.month == 9 else at + timedelta(seconds=1)
    assert "2026-1" not in [call.code for call in queries.list_calls({"state": "open"}, at=before)]


def test_a_filtered_list_is_an_address_that_says_what_it_shows(client, world):
    page = client.get("/calls?region=BE-WAL&state=open").text

    assert '<option value="BE-WAL" selected>Wallonia</option>' in page
    assert '<option value="open" selected>Open</option>' in page
    assert "Clear filters" in page
    assert "/calls.ics?region=BE-WAL&amp;state=open" in page
    assert "31 March 2027, 17:00 (Brussels time), 15:00 in UTC" in page
    assert "No call fits what you asked for" in client.get("/calls?region=NOWHERE").text


def test_calls_ask_the_database_as_often_for_many_as_for_few(client, world):
    views.pages._pages.clear()
    few = queries_of(lambda: client.get("/calls?programme=small"))
    assert queries_of(lambda: client.get("/calls?programme=in2lifesciences")) == few <= 6
    for address in ("/calls.json", "/calls.ics", "/calls.atom"):
        few = queries_of(lambda address=address: client.get(f"{address}?programme=small"))
        assert queries_of(lambda address=address: client.get(address)) == few <= 10


# --- calendar ---------------------------------------------------------------------------------------------------------


def test_calendar_of_a_call(client, world):
    answer = client.get("/calls.ics?state=open")
    calendar = icalendar.Calendar.from_ical(answer.data)
    opens, closes = calendar.walk("VEVENT")

    assert answer.content_type == "text/calendar; charset=utf-8"
    assert calendar.errors == []
    assert opens.decoded("DTSTART") == datetime(2026, 9, 1, 7, tzinfo=UTC)
    assert closes.decoded("DTSTART") == datetime(2027, 3, 31, 15, tzinfo=UTC)
    assert str(closes["SUMMARY"]) == "Deadline: IN2LifeSciences: Vouchers 2026, first call"
    assert "31 March 2027, 17:00 (Brussels time)" in str(closes["DESCRIPTION"])
    assert closes.decoded("DTSTAMP") == datetime(2026, 1, 15, 9, tzinfo=UTC)
    assert str(closes["UID"]) == "in2lifesciences-2026-1-closes@localhost"
    assert str(closes["URL"]) == "http://localhost/calls/in2lifesciences/2026-1"
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))
    assert b"\n" not in answer.data.replace(b"\r\n", b"")


def test_each_call_has_a_calendar_file_of_its_own(client, world):
    (address,) = re.findall(r'href="(/calls/[^"]+\.ics[^"]*)"', client.get("/calls/small/2027-A").text)
    answer = client.get(address)
    events = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")

    assert answer.content_type == "text/calendar; charset=utf-8"
    assert [str(event["UID"]) for event in events] == [f"small-2027-A-{what}@localhost" for what in ("opens", "closes")]
    assert client.get("/calls/small/2099/dates.ics").status_code == 404


def test_calendar_escapes_what_a_title_may_hold(client, clock):
    clock.stop(during_call())
    title = 'Été; à Øslo, \\\\ \\"two\\" ' + "åß漢🙂" * 23
    a_programme(title=f'"{title}"')

    (_opens, closes) = icalendar.Calendar.from_ical(client.get("/calls.ics").data).walk("VEVENT")

    assert str(closes["SUMMARY"]).endswith('Été; à Øslo, \\ "two" ' + "åß漢🙂" * 23)


def test_calendar_in_another_language_keeps_its_uids(client, world):
    uids = [
        [str(event["UID"]) for event in icalendar.Calendar.from_ical(client.get(address).data).walk("VEVENT")]
        for address in ("/calls.ics", "/calls.ics?language=fr", "/calls.ics?language=xx")
    ]
    assert uids[0] == uids[1] == uids[2]
    assert len(set(uids[0])) == 8


def test_a_changed_call_is_newer_in_the_calendar_and_in_the_feed(client, clock):
    clock.stop(datetime(2027, 2, 1, tzinfo=UTC))
    a_programme()
    before = client.get("/calls.atom")
    a_correction("2027-A", closes="2027-03-12 17:00")
    after = client.get("/calls.atom", headers={"If-None-Match": before.headers["ETag"]})
    feed = etree.fromstring(after.data)

    assert after.status_code == 200
    assert feed.xpath("string(//a:entry/a:updated)", namespaces=ATOM) == "2027-02-01T00:00:00Z"
    assert feed.xpath("string(//a:entry/a:published)", namespaces=ATOM) == "2026-01-15T09:00:00Z"
    assert feed.xpath("string(a:updated)", namespaces=ATOM) == "2027-02-01T00:00:00Z"
    assert feed.xpath("string(//a:entry/a:id)", namespaces=ATOM) == "tag:localhost,2026:call/small/2027-A"
    (_opens, closes) = icalendar.Calendar.from_ical(client.get("/calls.ics").data).walk("VEVENT")
    assert closes.decoded("LAST-MODIFIED") == datetime(2027, 2, 1, tzinfo=UTC)


# --- feed -------------------------------------------------------------------------------------------------------------


def test_feed_has_all_that_atom_asks_for(client, world):
    answer = client.get("/calls.atom?region=BE-WAL&language=fr")
    feed = etree.fromstring(answer.data)

    def texts(path):
        return feed.xpath(path, namespaces=ATOM)

    assert answer.content_type == "application/atom+xml; charset=utf-8"
    for one in (feed, *texts("a:entry")):
        for needed in ("a:id", "a:title", "a:updated"):
            assert len(one.xpath(needed, namespaces=ATOM)) == 1
    (own,) = texts("a:link[@rel='self']/@href")
    assert parse_qs(urlsplit(own).query) == {"region": ["BE-WAL"], "language": ["fr"]}
    assert texts("a:link[@rel='alternate']/@href") == ["http://localhost/calls?region=BE-WAL"]
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"
    assert len(set(texts("//a:id/text()"))) == 4
    assert len(texts("//a:entry/a:author/a:name")) == len(texts("//a:entry")) == 3


def test_feed_without_any_call_is_still_one(client):
    feed = etree.fromstring(client.get("/calls.atom").data)
    assert feed.xpath("string(a:updated)", namespaces=ATOM) == "2026-01-01T00:00:00Z"


# --- open data --------------------------------------------------------------------------------------------------------


def test_open_data_of_a_call(client, world):
    data = client.get("/calls.json?state=open").json
    (call,) = data["calls"]

    assert data["version"] == "1"
    assert call["id"] == "in2lifesciences/2026-1"
    assert call["opens_at"] == "2026-09-01T07:00:00Z"
    assert call["time_zone"] == "Europe/Brussels"
    assert call["title"]["en"] == "Vouchers 2026, first call"
    assert set(call["title"]) == {"en", "fr", "de", "nl", "da"}
    assert call["spent_with"] is None
    assert call["regions"][0] == {"code": "BE-WAL", "name": "Wallonia", "country": "BE"}
    assert call["instruments"][2]["grant"] == {
        "kind": "real_cost",
        "most": "7000.00",
        "currency": "EUR",
        "rate": "1",
        "variations": [],
    }
    assert call["envelopes"][0] == {"region": "BE-WAL", "instrument": None, "amount": "100000.00", "currency": "EUR"}


def test_open_data_names_every_field_in_its_page_of_docs(client, world):
    from pathlib import Path

    told = (Path(__file__).parents[2] / "docs" / "open-calls.md").read_text()
    for call in client.get("/calls.json").json["calls"]:
        for field in call:
            assert f"`{field}`" in told, field


def test_open_data_holds_nothing_of_a_person(client, world):
    text = client.get("/calls.json").text + client.get("/calls.atom").text + client.get("/calls.ics").text
    assert not re.search(r"[\w.]+@(?!localhost)[\w.]+\.\w+", text)


@pytest.mark.parametrize("address", ["/calls.json", "/calls.atom", "/calls.ics"])
def test_files_may_be_kept_and_asked_for_again(client, world, clock, address):
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    since = client.get(address, headers={"If-Modified-Since": first.headers["Last-Modified"]})

    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert first.headers["Last-Modified"] == "Tue, 01 Sep 2026 07:00:00 GMT"
    assert (again.status_code, again.data) == (304, b"")
    assert since.status_code == 304
    assert client.head(address).status_code == 200

    clock.stop(datetime(2027, 3, 31, 15, tzinfo=UTC) - timedelta(seconds=59))
    assert client.get(address).headers["Cache-Control"] == "public, max-age=60"
    clock.forward(seconds=60)
    answer = client.get("/calls.json", headers={"If-None-Match": client.get("/calls.json").headers["ETag"] + "x"})
    assert answer.headers["Last-Modified"] == "Wed, 31 Mar 2027 15:00:00 GMT"


@pytest.mark.parametrize(
    "address", ["/calls.json", "/calls.ics", "/calls.atom", "/calls/in2lifesciences/2026-1/dates.ics"]
)
def test_files_are_newer_once_money_has_moved(client, world, clock, address):
    first = client.get(address)
    transfer = a_proposed_transfer(at=clock.now)
    assert client.get(address).headers["ETag"] == first.headers["ETag"]
    clock.forward(hours=1)
    approve_transfer(transfer, by=a_manager("NL-GE", at=clock.now), at=clock.now)

    asked = {"If-None-Match": first.headers["ETag"], "If-Modified-Since": first.headers["Last-Modified"]}
    for header in asked.items():
        answer = client.get(address, headers=[header])
        assert answer.status_code == 200, header
    assert client.get(address).headers["Last-Modified"] == "Mon, 05 Oct 2026 10:00:00 GMT"


def test_files_are_newer_once_a_region_or_a_programme_has_changed(client, world, clock):
    first = client.get("/calls.json")
    clock.forward(hours=1)
    text = programme_text().replace("name: Oslo\n", "name: Oslo region\n")
    load_programme(plan_of(text), source=source_of(text), by=OFFICE, at=clock.now)
    answer = client.get("/calls.json?programme=in2lifesciences")
    everything = client.get("/calls.json", headers={"If-Modified-Since": first.headers["Last-Modified"]})

    assert answer.headers["Last-Modified"] == "Mon, 05 Oct 2026 10:00:00 GMT"
    assert everything.status_code == 200
    assert "Oslo region" in everything.text


# --- pages ------------------------------------------------------------------------------------------------------------


def test_a_call_tells_search_engines_what_it_is(client, world):
    page = client.get("/calls/in2lifesciences/2026-1").text
    (block,) = re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, flags=re.DOTALL)
    data = json.loads(block)

    assert data["@context"] == "https://schema.org"
    assert data["@type"] == ["MonetaryGrant", "Offer"]
    assert data["url"] == "http://localhost/calls/in2lifesciences/2026-1"
    assert data["availabilityStarts"] == "2026-09-01T07:00:00Z"
    assert data["validThrough"] == "2027-03-31T15:00:00Z"
    assert data["amount"] == {"@type": "MonetaryAmount", "currency": "EUR", "maxValue": "7000.00"}
    assert [area["identifier"] for area in data["areaServed"]][:2] == ["BE-WAL", "DK-84"]
    assert '<link rel="canonical" href="http://localhost/calls/in2lifesciences/2026-1">' in page
    assert "<title>Vouchers 2026, first call, IN2LifeSciences – " in page
    assert re.search(r'<meta name="description" content="Meet a partner [^"\n]{60,}">', page)


def test_a_text_of_a_file_cannot_leave_its_data_block(client, clock):
    clock.stop(during_call())
    a_programme(title='"</script><script>alert(1)</script>"')
    page = client.get("/calls/small/2027-A").text
    assert "<script>alert" not in page


def test_programmes_and_one_of_them(client, world):
    listed = client.get("/programmes").text
    page = client.get("/programmes/in2lifesciences").text

    assert "/programmes/in2lifesciences" in listed
    assert "/programmes/small" in listed
    assert page.count("<h1") == 1
    assert "Vouchers 2027, first call" in page
    assert "up to €7,000 of what it really costs" in page
    assert "Wallonia" in page
    assert "Oslo" not in page
    assert client.get("/programmes/nothing").status_code == 404


def test_programmes_without_any(client):
    assert "No programme has been set up yet" in client.get("/programmes").text
