"""Reminders before the deadline: 7 days, 2 days, 6 hours; and what is said in the last day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from tests.builders.applications import a_complete_draft, a_draft, a_submitted_application, owner_of
from tests.builders.programmes import IN2_FILE, during_call, in2, plan_of
from tests.builders.users import signed_in
from vouchers.applications import jobs
from vouchers.applications.actions.reminding import remind_application
from vouchers.applications.actions.submitting import withdraw_application
from vouchers.applications.queries.files import get_application
from vouchers.applications.rules.deadline import closed_sentence, ensure_takes_submissions
from vouchers.applications.rules.reminding import due_mark
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken
from vouchers.core.formatting import both_zones
from vouchers.letters.models import Letter
from vouchers.programmes.rules.time_left import time_left

AT = during_call()
CLOSES = datetime(2027, 3, 31, 15, 0, tzinfo=UTC)
LONG_AGO = datetime(2026, 10, 1, tzinfo=UTC)


def before(**amount: float) -> datetime:
    return CLOSES - timedelta(**amount)


# --- on paper ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "started_at", "last", "wanted"),
    [
        (before(days=8),               LONG_AGO,         None, None),
        (before(days=7),               LONG_AGO,         None, 168),
        (before(days=7, seconds=1),    LONG_AGO,         None, None),
        (before(days=6),               LONG_AGO,         168,  None),
        (before(days=2),               LONG_AGO,         168,  48),
        (before(days=1),               LONG_AGO,         48,   None),
        (before(hours=6),              LONG_AGO,         48,   6),
        (before(hours=1),              LONG_AGO,         6,    None),
        (before(hours=1),              LONG_AGO,         None, 6),     # the timer had stood still: one, not three
        (before(days=6),               before(days=6.5), None, None),  # begun, and published, after the first mark
        (before(days=2),               before(days=6.5), None, 48),
        (before(hours=5),              before(hours=5.5), None, None),
        (CLOSES + timedelta(seconds=1), LONG_AGO,        None, None),
    ],
)  # fmt: skip
def test_which_reminder_is_due(at, started_at, last, wanted):
    assert due_mark(CLOSES, started_at=started_at, last=last, at=at) == wanted


CALL = next(call for call in plan_of(IN2_FILE.read_text(encoding="utf-8")).calls if call.code == "2026-1")


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (before(hours=24, seconds=1),        None),
        (before(hours=24),                   "24 h 0 min left to submit."),
        (before(hours=2, minutes=5, seconds=59), "2 h 5 min left to submit."),
        (before(minutes=1, seconds=30),      "1 minute left to submit."),
        (before(minutes=2),                  "2 minutes left to submit."),
        (before(seconds=59),                 "Less than a minute left to submit."),
        (CLOSES,                             "Less than a minute left to submit."),
        (CLOSES + timedelta(seconds=1),      None),
    ],
)  # fmt: skip
def test_how_much_time_is_left_is_said_in_the_last_day_only(at, words):
    left = time_left(CALL, at)
    assert (left and str(left.sentence)) == words


@pytest.mark.parametrize(
    ("grace", "late", "is_taken"),
    [
        (0, timedelta(0), True), (0, timedelta(microseconds=999_999), True), (0, timedelta(seconds=1), False),
        (5, timedelta(minutes=5), True), (5, timedelta(minutes=5, seconds=1), False),
    ],
)  # fmt: skip
def test_the_server_decides_to_the_second_with_the_grace_of_the_call(grace, late, is_taken):
    call = replace(CALL, grace_minutes=grace)
    if is_taken:
        ensure_takes_submissions(call, CLOSES + late)
    else:
        with pytest.raises(RuleBroken, match="closed on 31 March 2027, 17:00"):
            ensure_takes_submissions(call, CLOSES + late)
    if late >= timedelta(seconds=1):
        assert closed_sentence(call, CLOSES + late), "no page says that there is a grace"


@pytest.mark.parametrize(
    ("zone", "local", "utc"),
    [
        ("Europe/Brussels", "2027-03-28 01:59:59", "2027-03-28 00:59:59"),  # the last second of winter time
        ("Europe/Brussels", "2027-03-28 03:00:00", "2027-03-28 01:00:00"),  # the next one
        ("Europe/Brussels", "2026-10-25 17:00:00", "2026-10-25 16:00:00"),  # the clocks went back that morning
        ("Europe/London",   "2027-03-28 17:00:00", "2027-03-28 16:00:00"),
    ],
)  # fmt: skip
def test_days_on_which_the_clocks_change(zone, local, utc):
    closes_at = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert closes_at == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    call = replace(CALL, time_zone=zone, closes_at=closes_at)
    ensure_takes_submissions(call, closes_at)
    with pytest.raises(RuleBroken):
        ensure_takes_submissions(call, closes_at + timedelta(seconds=1))
    assert due_mark(closes_at, started_at=LONG_AGO, last=48, at=closes_at - timedelta(hours=6)) == 6
    left = time_left(call, closes_at - timedelta(hours=23, minutes=1))
    assert (str(left.sentence), left.seconds) == ("23 h 1 min left to submit.", (23 * 60 + 1) * 60)
    assert both_zones(closes_at, zone, "Europe/Helsinki").endswith("in Helsinki")


# --- in the office ----------------------------------------------------------------------------------------------------


@pytest.fixture
def office(app: Any, clock: Any) -> None:
    clock.stop(AT)
    in2()


def reminders() -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.occasion == "applications/remind").order_by(Letter.id)))


def test_remind_writers_of_drafts_once_at_each_mark(office: None) -> None:
    draft, submitted, withdrawn = a_complete_draft(), a_submitted_application("MG"), a_draft("INS")
    withdraw_application(withdrawn, "No.", by=owner_of(withdrawn), at=AT)
    closes_at = draft.call.closes_at
    assert closes_at == CLOSES
    for at in (before(days=8), before(days=7), before(days=7), before(days=3), before(days=2), before(days=1),
               before(hours=6), before(hours=5), CLOSES + timedelta(days=1)):  # fmt: skip
        jobs.remind(at=at)
    sent = reminders()
    assert [letter.heading.partition(":")[0] for letter in sent] == ["7 days left", "2 days left", "6 hours left"]
    assert {letter.to_email for letter in sent} == {owner_of(draft).email}
    assert "31 March 2027, 17:00 (Brussels time)" in sent[0].body
    assert submitted.state != draft.state


def test_a_draft_begun_after_a_mark_gets_only_the_later_ones(office: None) -> None:
    a_draft("MG", at=before(days=3))
    for at in (before(days=2, hours=1), before(days=2), before(hours=6)):
        jobs.remind(at=at)
    assert [letter.heading.partition(" ")[0] for letter in reminders()] == ["2", "6"]


def test_only_the_office_reminds(office: None) -> None:
    draft = a_draft("MG")
    with pytest.raises(NotPermitted):
        remind_application(draft, by=owner_of(draft), at=before(hours=6))


def test_the_last_day_is_counted_on_the_pages(office: None, client: Any, clock: Any) -> None:
    draft = a_complete_draft()
    own = f"/applications/{draft.id}"
    pages = (own, f"{own}/check", f"{own}/sections/project")
    writer = signed_in(client, owner_of(draft))
    assert all("data-seconds-left" not in writer.get(page).text for page in pages)
    clock.stop(before(hours=3, minutes=10))
    writer = signed_in(client, owner_of(draft))
    counting = f'<strong data-seconds-left="{3 * 3600 + 600}">3 h 10 min left to submit.</strong>'
    assert all(counting in writer.get(page).text for page in pages)
    assert "5 of 6 parts" in writer.get(own).text or "6 of 6 parts" in writer.get(own).text
    assert get_application(draft.id).state == draft.state
