"""The pages of programmes: public calls without signing in, and the budgets of the staff."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from tests.builders.programmes import IN2_FILE, a_correction, a_programme, during_call, in2, programme_text
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from vouchers.core.database import db, unit_of_work
from vouchers.core.money import EUR
from vouchers.programmes import queries, views
from vouchers.users.states import Role

CLOSES = datetime(2027, 3, 31, 15, 0, tzinfo=UTC)
"""17:00 in Brussels, in summer time."""


def section(page: str, phase: str) -> str:
    """The part of the list under one heading."""
    _before, _found, rest = page.partition(f'<section aria-labelledby="{phase}">')
    return rest.partition("</section>")[0]


def test_calls_without_any(client):
    answer = client.get("/calls")

    assert answer.status_code == 200
    assert "No call has been published yet" in answer.text


def test_calls_shows_open_soon_and_closed(client, clock):
    clock.stop(during_call())
    in2()

    page = client.get("/calls").text

    assert page.count("<h1") == 1
    assert "Vouchers 2026, first call" in section(page, "open")
    assert "31 March 2027, 17:00 (Brussels time)" in section(page, "open")
    assert "Vouchers 2027, first call" in section(page, "opening_soon")
    assert "15 April 2027, 09:00 (Brussels time)" in section(page, "opening_soon")
    assert "Second call 2025" in section(page, "closed")
    assert "Collaboration</strong>: up to €7,000 of what it really costs" in section(page, "open")
    assert "Wallonia, Capital Region of Denmark" in page


@pytest.mark.parametrize(
    ("moment", "phase"),
    [
        (CLOSES - timedelta(seconds=1), "open"),
        (CLOSES, "open"),
        (CLOSES + timedelta(microseconds=999_999), "open"),
        (CLOSES + timedelta(seconds=1), "closed"),
    ],
)
def test_calls_at_the_closing_second(client, clock, moment, phase):
    in2()
    clock.stop(CLOSES - timedelta(days=1))
    client.get("/calls")  # so that an earlier list has been drawn

    clock.stop(moment)

    assert "Vouchers 2026, first call" in section(client.get("/calls").text, phase)
    assert ("/applications/start/" in client.get("/calls/in2lifesciences/2026-1").text) is (phase == "open")
    assert ("can no longer be started" in client.get("/calls/in2lifesciences/2026-1").text) is (phase == "closed")


@pytest.mark.parametrize(
    ("closes", "last_second"),
    [
        ("2027-03-27 17:00", datetime(2027, 3, 27, 16, tzinfo=UTC)),
        ("2027-03-28 17:00", datetime(2027, 3, 28, 15, tzinfo=UTC)),  # summer time starts on this day
    ],
)
def test_calls_when_the_clocks_change(client, clock, closes, last_second):
    a_programme(closes=closes)

    for moment, phase in ((last_second, "open"), (last_second + timedelta(seconds=1), "closed")):
        clock.stop(moment)
        assert "First call" in section(client.get("/calls").text, phase)


def test_calls_in_both_time_zones(client, clock):
    clock.stop(during_call())
    in2()
    reader = an_applicant()
    with unit_of_work():
        reader.time_zone = "Europe/London"

    page = signed_in(client, reader).get("/calls").text

    assert "31 March 2027, 17:00 (Brussels time), 16:00 in London" in page


def test_calls_after_a_change_of_the_file(client, clock):
    clock.stop(datetime(2027, 2, 1, tzinfo=UTC))
    a_programme()
    assert "10 March 2027, 17:00" in client.get("/calls").text

    a_correction("2027-A", closes="2027-03-12 17:00")
    assert "12 March 2027, 17:00" in client.get("/calls").text
    a_programme(programme_text(closes="2027-03-12 17:00").replace("name: Oslo\n", "name: Oslo region\n"))
    assert "Oslo region" in client.get("/calls").text


def test_calls_asks_the_database_little(client, clock):
    clock.stop(during_call())
    in2()
    views.pages._pages.clear()
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.startswith("SELECT"):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        client.get("/calls")
        drawn = len(statements)
        client.get("/calls")
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert drawn == 7
    assert len(statements) - drawn == 1


def test_pages_drawn_once_differ_in_their_nonce_only(client, clock):
    clock.stop(during_call())
    in2()

    for address in ("/calls", "/calls/in2lifesciences/2026-1"):
        answers = [client.get(address) for _time in range(2)]
        nonces = [re.findall('nonce="([^"]+)"', answer.text) for answer in answers]
        assert nonces[0][0] != nonces[1][0]
        assert len({*nonces[1]}) == 1
        assert f"'nonce-{nonces[1][0]}'" in answers[1].headers["Content-Security-Policy"]
        assert answers[0].text.replace(nonces[0][0], nonces[1][0]) == answers[1].text


def test_pages_of_visitors_show_nothing_of_a_person(client, clock):
    clock.stop(during_call())
    in2()
    reader = client.application.test_client()

    assert "Ada Applicant" in signed_in(reader, an_applicant()).get("/calls").text
    assert "Ada Applicant" not in client.get("/calls").text


def test_call_says_all_that_an_sme_needs(client, clock):
    clock.stop(during_call())
    in2()

    page = client.get("/calls/in2lifesciences/2026-1").text

    for words in (
        "Vouchers 2026, first call",
        "1 September 2026, 09:00 (Brussels time)",
        "up to €500 of what it really costs",
        "Your partner sits in another region than you.",
        "fewer than 250 people",
        "EUR 300,000.00",
        "Signed and dated offer of the partner",
        "What is new",
        "Independent experts mark: Insight, Collaboration.",
        "It ends at the first application that the money left does not cover.",
        "vouchers.be-wal@in2lifesciences.example",
        "€100,000",
        "We pay within 80 days",
        "coordination@in2lifesciences.example",
    ):
        assert words in page, words
    assert page.count("<h1") == 1


ENDS = "It ends at the first application that the money left does not cover."
FITS = "passed over for the next that fits"
ARRIVAL = "The money is given in the order in which complete applications arrive."
MARKS = "Marked applications are ranked by their marks"
TIED = "A lot is drawn only among those who are tied"
LOT = "A lot is drawn among all who are eligible and reach the thresholds."
BARE_LOT = "A lot is drawn among all who are eligible."
IN_ORDER = "wait on a reserve list, in order. "
BY_LOT = "wait on a reserve list, in the order of the lot."
BY = "For ranked applications that is by 31 May 2027."
ROUNDS = "The call is decided in rounds."
CUT_OFFS = "    cut_offs: [2026-12-01 17:00, 2027-03-31 17:00]\n"


@pytest.mark.parametrize(
    ("method", "instruments", "more", "said"),
    [
        ("ranking", "[MG, INS, COL]", "", {ENDS, FITS, ARRIVAL, MARKS, IN_ORDER, BY}),
        ("ranking", "[INS, COL]", "", {ENDS, MARKS, IN_ORDER, BY}),
        ("ranking", "[MG]", "", {FITS, ARRIVAL, IN_ORDER}),
        (
            "ranking",
            "[INS, COL]",
            CUT_OFFS,
            {ENDS, MARKS, IN_ORDER, BY, ROUNDS, "Round 1, until 1 December 2026, 17:00"},
        ),
        ("ranking_lottery", "[INS, COL]", "", {ENDS, MARKS, TIED, IN_ORDER, BY}),
        ("lottery", "[INS, COL]", "", {ENDS, LOT, BY_LOT}),
        ("lottery", "[MG]", "", {ENDS, BARE_LOT, BY_LOT}),
        ("first_come", "[MG, INS, COL]", "", {ENDS, ARRIVAL, IN_ORDER}),
    ],
)
def test_call_says_how_its_money_is_given(client, clock, method, instruments, more, said):
    clock.stop(during_call())
    before, call, after = IN2_FILE.read_text(encoding="utf-8").partition("    opens: 2026-09-01 09:00\n")
    assert call
    after = re.sub(r"    instruments: .*", f"    instruments: {instruments}", after, count=1)
    a_programme(before + call + after.replace("allocation: ranking\n", f"allocation: {method}\n{more}", 1))

    page = re.sub(r"\s+", " ", client.get("/calls/in2lifesciences/2026-1").text)

    every = {ENDS, FITS, ARRIVAL, MARKS, TIED, LOT, BARE_LOT, IN_ORDER, BY_LOT, BY, ROUNDS, *said}
    assert {words for words in every if words in page} == said


@pytest.mark.parametrize("call_code", ["2025-2", "2026-1", "2027-1"])
def test_call_in_each_phase(client, clock, call_code):
    clock.stop(during_call())
    in2()

    answer = client.get(f"/calls/in2lifesciences/{call_code}")

    assert answer.status_code == 200
    assert ("You can start an application from 15 April 2027" in answer.text) is (call_code == "2027-1")


DAYS = [
    ("{earliest: 2027-06-01, latest: 2028-06-01}", "from 1 June 2027 to 1 June 2028"),
    ("{earliest: 2027-06-01}", "from 1 June 2027<"),
    ("{latest: 2028-06-01}", "to 1 June 2028<"),
    ("{}", None),
]


@pytest.mark.parametrize(("days", "words"), DAYS)
def test_call_says_when_activities_may_take_place(client, clock, days, words):
    clock.stop(during_call())
    a_programme(activities=days)
    page = client.get("/calls/small/2027-A").text
    assert (">Activities<" in page) is (words is not None)
    assert words is None or words in page


def test_call_of_a_rate_with_a_provider(client, clock):
    clock.stop(datetime(2027, 2, 1, tzinfo=UTC))
    a_programme()

    page = client.get("/calls/small/2027-A").text

    assert "70% of what it really costs, up to €4,000" in page
    assert "The money goes to the provider." in page
    assert "in the order in which complete applications arrive" in page


@pytest.mark.parametrize("address", ["/calls/in2lifesciences/2029-1", "/calls/nothing/2026-1", "/calls/%00/x"])
def test_call_that_is_not_there(client, address):
    in2()
    assert client.get(address).status_code == 404


# --- budgets ----------------------------------------------------------------------------------------------------------


def test_envelopes_shows_the_mandate_only(client, clock):
    clock.stop(during_call())
    in2()

    officer = client.application.test_client()
    page = signed_in(officer, a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL")).get("/budgets").text
    coordinator = signed_in(client, a_member_of_staff(Role.COORDINATOR, "in2lifesciences")).get("/budgets").text

    assert "1 budget<" in page
    assert "Record money received" in page
    assert "8 budgets<" in coordinator
    assert "Record money received" not in coordinator
    assert coordinator.count("€100,000.00</td>") == 16


def test_envelopes_offers_the_calls_of_the_own_programmes_only(client, clock):
    clock.stop(during_call())
    in2(), a_programme()

    page = signed_in(client, a_member_of_staff(Role.COORDINATOR, "in2lifesciences")).get("/budgets").text

    assert '<option value="2026-1">' in page
    assert '<option value="2027-A">' not in page


def test_envelopes_is_in_the_menu_of_a_manager_and_says_how_money_is_moved(client, clock):
    clock.stop(during_call())
    in2()

    officer = client.application.test_client()
    theirs = signed_in(officer, a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL")).get("/budgets").text
    page = signed_in(client, a_member_of_staff(Role.CLUSTER_MANAGER, region="BE-WAL")).get("/budgets").text

    assert 'href="/budgets"' in page
    assert "To move money to another budget" in page
    assert "/propose-transfer" in page
    assert "To move money to another budget" not in theirs


def test_envelopes_shows_names_with_codes_beside_them(client, clock):
    clock.stop(during_call())
    in2()
    page = signed_in(client, a_member_of_staff(Role.COORDINATOR, "in2lifesciences")).get("/budgets").text

    assert 'Wallonia <span class="app-muted app-small">BE-WAL</span>' in page
    assert '<span class="app-muted app-small">2026-1</span></th>' in page


@pytest.mark.parametrize("address", ["/budgets", "/budgets/1/receive-funds"])
def test_envelopes_is_for_staff(client, clock, address):
    clock.stop(during_call())
    in2()

    assert client.get(address).status_code == 302
    assert signed_in(client, an_applicant()).get(address).status_code == 403


def test_receive_funds(client, clock):
    clock.stop(during_call())
    in2()
    signed_in(client, a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL"))
    address = f"/budgets/{in2().envelope().id}/receive-funds"
    posted = {"line": "ERDF", "amount": "60,000.00", "on-day": "2", "on-month": "10", "on-year": "2026"}

    assert "European Regional Development Fund" in client.get(address).text
    answer = client.post(address, data={**posted, "reference": "ERDF/1"})
    again = client.post(address, data={**posted, "reference": "ERDF/1"})
    empty = client.post(address, data={})

    assert answer.status_code == 303
    assert again.status_code == 422
    assert "recorded before, so nothing was recorded a second time" in again.text
    assert 'value="60,000.00"' in again.text
    assert empty.status_code == 422
    assert "Choose the fund" in empty.text
    assert queries.total_received(in2().envelope().funds[0].fund) == EUR("60000")
    assert "€60,000.00</td>" in client.get("/budgets").text


def test_receive_funds_of_another_region(client, clock):
    clock.stop(during_call())
    in2()
    signed_in(client, a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL"))

    assert client.get(f"/budgets/{in2().envelope('UK-SCT').id}/receive-funds").status_code == 403
    assert client.get("/budgets/999/receive-funds").status_code == 404
