"""Alerts: nobody is written to who did not say yes, everybody once, and who has enough is forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.builders.programmes import a_programme, in2
from vouchers.alerts import actions, jobs, queries
from vouchers.alerts.models import Alert, AlertNotice
from vouchers.alerts.states import AlertState, Occasion
from vouchers.audit.models import AuditDetail
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.jobs.actions import run_job
from vouchers.jobs.models import QueuedJob
from vouchers.letters.actions import _message_of
from vouchers.letters.models import Letter
from vouchers.workflow.transition import OFFICE, Visitor

ADA = "ada@sme.example"
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
"""Before the programmes are loaded, which happens on 15 January 2026."""
LATER = datetime(2026, 1, 15, 9, 1, tzinfo=UTC)
OPENED = datetime(2026, 9, 1, 7, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _app(app):
    pass


def an_alert(email=ADA, region="", instrument="", *, at=NOW, language="en"):
    actions.ask_alert(email, region, instrument, language, by=Visitor(), at=at)
    return queries.find_alert(email, region, instrument)


def a_confirmed_alert(email=ADA, region="", instrument="", *, at=NOW, language="en"):
    alert = an_alert(email, region, instrument, at=at, language=language)
    actions.confirm_alert(alert, by=Visitor(), at=at)
    return queries.get_alert(alert.id)


def letters(email=ADA):
    return list(db.session.scalars(select(Letter).where(Letter.to_email == email).order_by(Letter.id)))


def headings(email=ADA):
    return [letter.heading for letter in letters(email)]


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


# --- asking and confirming --------------------------------------------------------------------------------------------


def test_ask_alert_writes_one_question():
    alert = an_alert(" Ada@SME.example".strip())
    assert queries.find_alert(ADA, "", "").state == AlertState.ASKED
    (letter,) = letters()
    assert letter.heading == "Shall we write to you about new calls?"
    assert "/confirm" in letter.body
    assert letter.unsubscribe_url in letter.body
    assert alert is None or alert.confirmed_at is None


def test_ask_alert_refuses_what_is_no_address():
    with pytest.raises(RuleBroken):
        actions.ask_alert("ada", by=Visitor(), at=NOW)
    assert count(Alert) == count(Letter) == 0


def test_ask_alert_twice_is_one_alert_and_one_question():
    an_alert()
    an_alert(at=NOW + timedelta(minutes=9))
    assert count(Alert) == 1
    assert len(letters()) == 1
    an_alert(at=NOW + timedelta(minutes=11))
    assert headings() == ["Shall we write to you about new calls?"] * 2
    assert letters()[0].body == letters()[1].body


def test_ask_alert_of_a_confirmed_one_tells_its_owner_only():
    a_confirmed_alert()
    an_alert(at=NOW + timedelta(hours=1))
    assert headings()[-1] == "You get letters about new calls already"
    assert queries.find_alert(ADA, "", "").state == AlertState.CONFIRMED


def test_ask_alert_cannot_fill_a_strangers_letter_box():
    for number in range(12):
        an_alert(region=f"R-{number}")
    assert len(letters()) == actions.MOST_UNCONFIRMED
    for number in range(40):
        if number < actions.MOST_UNCONFIRMED:
            actions.confirm_alert(queries.find_alert(ADA, f"R-{number}", ""), by=Visitor(), at=NOW)
        else:
            found = an_alert(region=f"R-{number}")
            if found:
                actions.confirm_alert(found, by=Visitor(), at=NOW)
    assert count(Alert) == actions.MOST_IN_ALL


def test_confirm_alert():
    alert = a_confirmed_alert()
    assert (alert.state, alert.confirmed_at) == (AlertState.CONFIRMED, NOW)
    with pytest.raises(WrongState):
        actions.confirm_alert(alert, by=Visitor(), at=NOW)


# --- telling ----------------------------------------------------------------------------------------------------------


def test_notify_alert_when_published_and_when_open_each_once():
    a_confirmed_alert()
    in2()

    for at in (LATER, LATER + timedelta(minutes=1), OPENED - timedelta(seconds=1)):
        jobs.notify_alerts(at=at)
    published = headings()[1:]
    for at in (OPENED, OPENED + timedelta(minutes=1), OPENED + timedelta(days=1)):
        jobs.notify_alerts(at=at)

    assert sorted(published) == ["New call: Vouchers 2026, first call", "New call: Vouchers 2027, first call"]
    assert headings()[3:] == ["Open now: Vouchers 2026, first call"]
    body = letters()[-1].body
    assert "31 March 2027, 17:00 (Brussels time), 15:00 in UTC" in body
    assert "http://localhost/calls/in2lifesciences/2026-1" in body
    assert letters()[-1].unsubscribe_url in body
    assert count(AlertNotice) == 3


def test_notify_alert_of_a_call_that_is_open_when_published_is_one_letter():
    a_confirmed_alert()
    in2()
    jobs.notify_alerts(at=OPENED + timedelta(days=3))
    assert "Open now: Vouchers 2026, first call" in headings()
    assert "New call: Vouchers 2026, first call" not in headings()


def test_notify_alert_is_silent_about_calls_that_were_there_before():
    in2()
    a_confirmed_alert(at=LATER)
    jobs.notify_alerts(at=LATER + timedelta(hours=1))
    assert len(letters()) == 1
    jobs.notify_alerts(at=OPENED)
    assert headings()[1:] == ["Open now: Vouchers 2026, first call"]


def test_notify_alert_never_of_a_closed_call():
    a_confirmed_alert()
    in2()
    jobs.notify_alerts(at=datetime(2028, 1, 1, tzinfo=UTC))
    assert len(letters()) == 1


@pytest.mark.parametrize(
    ("region", "instrument", "calls"),
    [
        ("", "", {"Vouchers 2026, first call", "Vouchers 2027, first call", "First call"}),
        ("BE-WAL", "", {"Vouchers 2026, first call", "Vouchers 2027, first call"}),
        ("NO-OSL", "", {"First call"}),
        ("", "COL", {"Vouchers 2026, first call", "Vouchers 2027, first call"}),
        ("BE-WAL", "NONE", set()),
        ("XX", "COL", set()),
    ],
)
def test_notify_alert_of_fitting_calls_only(region, instrument, calls):
    a_confirmed_alert(region=region, instrument=instrument)
    in2()
    small = a_programme()
    if region == "NO-OSL":
        region_code = small.call("2027-A").plan.regions[0]
        a_confirmed_alert("bo@sme.example", region_code)
        jobs.notify_alerts(at=LATER)
        assert {text.removeprefix("New call: ") for text in headings("bo@sme.example")[1:]} == calls
        return
    jobs.notify_alerts(at=LATER)
    assert {text.removeprefix("New call: ") for text in headings()[1:]} == calls


def test_notify_alert_writes_nobody_who_has_not_confirmed():
    an_alert()
    in2()
    jobs.notify_alerts(at=LATER)
    assert len(letters()) == 1


def test_notify_alert_a_second_time_is_refused_without_a_trace():
    alert = a_confirmed_alert()
    call = in2().call("2026-1")
    alert = queries.get_alert(alert.id)
    actions.notify_alert(alert, call, Occasion.OPEN, by=OFFICE, at=OPENED)
    written = len(letters())
    with pytest.raises(RuleBroken):
        actions.notify_alert(alert, call, Occasion.OPEN, by=OFFICE, at=OPENED)
    with pytest.raises(NotPermitted):
        actions.notify_alert(alert, call, Occasion.PUBLISHED, by=Visitor(), at=OPENED)
    assert len(letters()) == written
    assert count(AlertNotice) == 1


def test_notify_alert_goes_on_where_a_run_ended(monkeypatch):
    monkeypatch.setattr(jobs, "AT_ONCE", 3)
    for number in range(4):
        a_confirmed_alert(f"a{number}@sme.example")
    in2()
    for _run in range(3):
        jobs.notify_alerts(at=LATER)
    assert count(AlertNotice) == 8
    assert all(len(letters(f"a{number}@sme.example")) == 3 for number in range(4))


def test_notify_alert_in_the_readers_language():
    a_confirmed_alert(language="fr")
    a_programme()
    jobs.notify_alerts(at=LATER)
    assert len(letters()) == 2


# --- ending -----------------------------------------------------------------------------------------------------------


def everything_kept():
    """Each text of the tables that could hold the address."""
    rows = [*db.session.execute(select(Alert.__table__)), *db.session.execute(select(Letter.__table__))]
    return " ".join(str(value) for row in rows for value in row) + " ".join(
        str(body) for body in db.session.scalars(select(AuditDetail.body))
    )


def test_end_alert_erases_the_person():
    alert = a_confirmed_alert()
    in2()
    jobs.notify_alerts(at=LATER)
    assert ADA in everything_kept()
    assert all(ADA not in str(body) for body in db.session.scalars(select(AuditDetail.body)))

    actions.end_alert(queries.get_alert(alert.id), by=Visitor(), at=LATER)

    assert ADA not in everything_kept()
    assert count(AlertNotice) == count(Letter) == 0
    assert queries.get_alert(alert.id).state == AlertState.ENDED
    jobs.notify_alerts(at=OPENED)
    assert count(Letter) == 0
    an_alert(at=OPENED)
    assert count(Alert) == 2


def test_end_alert_before_its_letter_was_sent(mailbox):
    alert = an_alert()
    actions.end_alert(alert, by=Visitor(), at=NOW)
    for job_id in list(db.session.scalars(select(QueuedJob.id))):
        run_job(job_id, at=NOW + timedelta(minutes=1))
    assert mailbox.messages == []


def test_lapse_alert_forgets_who_never_answered():
    an_alert()
    a_confirmed_alert("bo@sme.example")
    jobs.lapse_alerts(at=NOW + timedelta(days=2, hours=23))
    assert queries.find_alert(ADA, "", "") is not None
    jobs.lapse_alerts(at=NOW + timedelta(days=3, minutes=1))
    assert queries.find_alert(ADA, "", "") is None
    assert ADA not in everything_kept()
    assert queries.find_alert("bo@sme.example", "", "").state == AlertState.CONFIRMED


def test_lapse_alert_forgets_who_has_not_asked_again_for_three_years():
    a_confirmed_alert()
    a_confirmed_alert("bo@sme.example")
    soon = NOW + timedelta(days=3 * 365)
    jobs.lapse_alerts(at=soon)
    assert queries.find_alert(ADA, "", "").state == AlertState.CONFIRMED
    an_alert("bo@sme.example", at=soon)
    jobs.lapse_alerts(at=soon + timedelta(hours=1))
    assert ADA not in everything_kept()
    assert queries.find_alert("bo@sme.example", "", "").state == AlertState.CONFIRMED


def test_a_letter_says_how_to_stop_in_a_way_that_mail_programs_understand(mailbox, app):
    from dataclasses import replace

    app.config["SETTINGS"] = replace(app.config["SETTINGS"], base_url="https://vouchers.a-rather-long-name.example.eu")
    alert = an_alert()
    for job_id in list(db.session.scalars(select(QueuedJob.id))):
        run_job(job_id, at=NOW + timedelta(minutes=1))
    (message,) = mailbox.messages

    assert message["List-Unsubscribe"] == f"<{letters()[0].unsubscribe_url}>"
    assert message["List-Unsubscribe"].startswith("<https://vouchers.a-rather-long-name.example.eu/alerts/")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"List-Unsubscribe: <{letters()[0].unsubscribe_url}>\n".encode() in bytes(_message_of(letters()[0], NOW))
    assert alert.sealed_token not in message.get_content()
