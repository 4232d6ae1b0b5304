"""Closing the books of a programme or of one region; what comes later says which day it corrects."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.builders.programmes import during_call, in2
from tests.builders.users import a_member_of_staff
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db
from vouchers.core.errors import NotFound, NotPermitted, RuleBroken
from vouchers.core.money import EUR
from vouchers.ledger.models import ClosedPeriod, Journal
from vouchers.ledger.proof import find_faults, list_faults
from vouchers.periods.actions import close_period
from vouchers.programmes import actions
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

IN2 = "in2lifesciences"
AT = during_call()
LATER = datetime(2027, 1, 12, 9, tzinfo=UTC)
END = date(2026, 12, 31)


def receive(envelope, *, by, on, at=LATER, as_correction=False, reference="ERDF/1"):
    actions.record_received_funds(
        envelope, "ERDF", EUR("1000"), on=on, reference=reference, as_correction=as_correction, by=by, at=at
    )


@pytest.fixture
def officer(app):
    in2()
    return a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL", at=AT)


@pytest.mark.parametrize(
    ("role", "region", "closes"),
    [
        (Role.FINANCE_OFFICER, "BE-WAL", "BE-WAL"),
        (Role.COORDINATOR, None, "BE-WAL"),
        (Role.COORDINATOR, None, "-"),
    ],
)
def test_close_is_recorded_with_what_the_period_holds(officer, role, region, closes):
    by = a_member_of_staff(role, region=region, at=AT)
    receive(in2().envelope(), by=officer, on=date(2026, 10, 2), at=AT)

    period = close_period(IN2, closes, END, by=by, at=LATER)

    assert (period.through_on, period.first_on, period.closed_by_id) == (END, None, by.id)
    assert period.lines > 2
    event = db.session.query(AuditEvent).filter_by(tag="period.close").one()
    assert event.scope == f"{IN2}/{closes}"
    assert list(list_faults()) == []


@pytest.mark.parametrize(
    ("role", "region", "closes"),
    [
        (Role.FINANCE_OFFICER, "BE-WAL", "-"),
        (Role.FINANCE_OFFICER, "NL-NB", "BE-WAL"),
        (Role.CLUSTER_MANAGER, "BE-WAL", "BE-WAL"),
        (Role.AUDITOR, None, "-"),
    ],
)
def test_close_refused_to_others(officer, role, region, closes):
    with pytest.raises(NotPermitted):
        close_period(IN2, closes, END, by=a_member_of_staff(role, region=region, at=AT), at=LATER)
    assert db.session.query(ClosedPeriod).count() == 0


def test_a_region_that_has_no_books_is_not_closed(officer):
    for programme, region in ((IN2, "XX"), ("no", "-")):
        with pytest.raises(NotFound):
            close_period(programme, region, END, by=OFFICE, at=LATER)


def test_close_period_after_period(officer):
    close_period(IN2, "BE-WAL", date(2026, 10, 31), by=officer, at=LATER)
    with pytest.raises(RuleBroken, match="earlier period is still open"):
        close_period(IN2, "BE-WAL", END, first_on=date(2026, 12, 1), by=officer, at=LATER)

    period = close_period(IN2, "BE-WAL", END, by=officer, at=LATER)

    assert period.first_on == date(2026, 11, 1)
    with pytest.raises(RuleBroken, match="already"):
        close_period(IN2, "BE-WAL", END, by=officer, at=LATER)
    assert close_period(IN2, "NL-NB", END, by=OFFICE, at=LATER).first_on is None


def test_what_is_closed_for_the_programme_is_closed_for_each_region(officer):
    close_period(IN2, "-", END, by=OFFICE, at=LATER)
    with pytest.raises(RuleBroken, match="already"):
        close_period(IN2, "BE-WAL", END, by=officer, at=LATER)
    with pytest.raises(RuleBroken, match="closed through 31 December 2026"):
        receive(in2().envelope("NL-NB"), by=a_member_of_staff(Role.FINANCE_OFFICER, region="NL-NB"), on=END)


def test_a_posting_into_a_closed_period_is_refused_and_names_the_day(officer):
    close_period(IN2, "BE-WAL", END, by=officer, at=LATER)
    before = db.session.query(Journal).count()

    with pytest.raises(RuleBroken, match="closed through 31 December 2026") as refusal:
        receive(in2().envelope(), by=officer, on=END)

    assert refusal.value.field == "on"
    assert db.session.query(Journal).count() == before
    receive(in2().envelope("NL-NB"), by=a_member_of_staff(Role.FINANCE_OFFICER, region="NL-NB"), on=END)
    receive(in2().envelope(), by=officer, on=date(2027, 1, 1), reference="ERDF/2")


def test_a_correction_is_booked_in_the_open_period_and_says_what_it_corrects(officer):
    close_period(IN2, "BE-WAL", END, by=officer, at=LATER)

    receive(in2().envelope(), by=officer, on=date(2026, 12, 28), as_correction=True)

    journal = db.session.query(Journal).order_by(Journal.id.desc()).first()
    assert (journal.on, journal.corrects_on) == (LATER.date(), date(2026, 12, 28))
    assert list(list_faults()) == []


def test_what_is_in_time_is_no_correction(officer):
    receive(in2().envelope(), by=officer, on=date(2026, 12, 28), as_correction=True)
    journal = db.session.query(Journal).order_by(Journal.id.desc()).first()
    assert (journal.on, journal.corrects_on) == (date(2026, 12, 28), None)


def slip_in(officer, is_postgresql):
    """Somebody who may switch the triggers off books into the closed period."""
    from tests.ledger.test_proof import as_owner

    closed = db.session.query(ClosedPeriod).one()
    day = closed.through_on.isoformat()
    newest = db.session.scalar(text("SELECT max(id) FROM journal"))
    as_owner(
        f"UPDATE journal SET booked_on = '{day}' WHERE id = {newest}",
    )
    return newest


def test_what_is_moved_into_a_closed_period_behind_its_back_is_found(officer, is_postgresql):
    close_period(IN2, "BE-WAL", END, by=officer, at=LATER)
    receive(in2().envelope(), by=officer, on=LATER.date(), at=LATER.replace(hour=11))
    moved = slip_in(officer, is_postgresql)

    faults = list(find_faults())

    of_period = [fault for fault in faults if "when it was closed" in str(fault)]
    assert [fault.journal for fault in of_period] == [moved]
    assert any(f"journal {moved}: it is not what event" in str(fault) for fault in faults)


def test_the_database_refuses_a_period_twice_and_a_correction_of_the_future(officer):
    close_period(IN2, "BE-WAL", END, by=officer, at=LATER)
    db.session.rollback()
    again = (
        "INSERT INTO closed_period (programme, region, through_on, closed_at) "
        f"VALUES ('{IN2}', 'BE-WAL', '2026-11-30', '2027-01-01 00:00:00')"
    )
    for statement in (again, again.replace("'BE-WAL'", "'*'")):
        with db.engine.connect().execution_options(writes=True) as connection:
            if "'*'" in statement:
                connection.execute(text(statement))  # the other regions are open still
                connection.rollback()
                continue
            with pytest.raises(DBAPIError, match="closed before"):
                connection.execute(text(statement))
