"""The pages on which the books are closed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.builders.programmes import during_call, in2
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.core.database import db
from vouchers.ledger.models import ClosedPeriod
from vouchers.periods.actions import close_period
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

IN2 = "in2lifesciences"
AT = during_call()
LATER = datetime(2027, 1, 12, 9, tzinfo=UTC)
CLOSE = f"/periods/{IN2}/BE-WAL/close"
WHOLE = {
    "first_on-day": "15", "first_on-month": "1", "first_on-year": "2026",
    "through_on-day": "31", "through_on-month": "12", "through_on-year": "2026", "checked": "yes",
}  # fmt: skip


@pytest.fixture
def officer(app, clock):
    in2()
    made = a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL", at=AT)
    clock.stop(LATER)
    return made


def test_periods_shows_how_far_each_region_is_closed(client, officer):
    close_period(IN2, "BE-WAL", date(2026, 11, 30), by=officer, at=LATER)
    page = signed_in(client, officer).get("/periods").text
    assert "30 Nov 2026" in page
    assert "1 Dec 2026 – 31 Dec 2026" in page
    assert f'href="{CLOSE}"' in page
    assert f"/periods/{IN2}/NL-NB" not in page


def test_periods_shows_an_auditor_everything_and_no_button(client, officer):
    close_period(IN2, "-", date(2026, 11, 30), by=OFFICE, at=LATER)
    page = signed_in(client, a_member_of_staff(Role.AUDITOR)).get("/periods").text
    assert "NL-NB" in page
    assert "/close" not in page


def test_close_by_hand(client, officer):
    browser = signed_in(client, officer)
    assert "Close the period" in browser.get(CLOSE).text

    answer = browser.post(CLOSE, data=WHOLE)

    assert answer.status_code == 303
    period = db.session.query(ClosedPeriod).one()
    assert (period.region, period.through_on, period.closed_by_id) == ("BE-WAL", date(2026, 12, 31), officer.id)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"checked": ""}, "Confirm that you have checked the statement"),
        ({"through_on-year": "2027"}, "This day is not over yet"),
        ({"first_on-month": "5"}, "An earlier period is still open"),
        ({"through_on-day": "32"}, "Error"),
        ({"first_on-day": "", "first_on-month": "", "first_on-year": ""}, "Enter the first day of the period"),
    ],
)
def test_close_refused_keeps_what_was_typed(client, officer, changed, sentence):
    answer = signed_in(client, officer).post(CLOSE, data={**WHOLE, **changed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.session.query(ClosedPeriod).count() == 0
    assert f'value="{changed.get("through_on-year", "2026")}"' in answer.text


@pytest.mark.parametrize(
    ("role", "region", "path", "status"),
    [
        (Role.FINANCE_OFFICER, "NL-NB", CLOSE, 403),
        (Role.FINANCE_OFFICER, "BE-WAL", f"/periods/{IN2}/-/close", 403),
        (Role.AUDITOR, None, CLOSE, 403),
        (Role.COORDINATOR, None, f"/periods/{IN2}/-/close", 200),
        (Role.COORDINATOR, None, f"/periods/{IN2}/XX/close", 404),
        (Role.COORDINATOR, None, "/periods/no/-/close", 404),
    ],
)
def test_close_is_for_whose_books_they_are(client, officer, role, region, path, status):
    assert signed_in(client, a_member_of_staff(role, region=region)).get(path).status_code == status
