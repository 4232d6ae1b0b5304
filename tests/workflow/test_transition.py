"""One step: everything or nothing, whatever goes wrong and whenever."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from tests.ledger.books import budget, open_funds, shares
from tests.workflow.desk import AT, a_person, disable, everything, traces
from vouchers.audit.models import AuditEvent
from vouchers.core import clock
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.core.lifecycle import ALL_LIFECYCLES
from vouchers.jobs.models import QueuedJob
from vouchers.ledger.models import Journal, JournalLine
from vouchers.ledger.recipes import precommit
from vouchers.letters.actions import Addressee
from vouchers.letters.models import Letter
from vouchers.regions.lifecycle import REGION
from vouchers.regions.models import Region
from vouchers.regions.policy import is_the_office as is_the_office_to_regions
from vouchers.users import policy
from vouchers.users.lifecycle import ROLE, USER
from vouchers.users.models import RoleGrant, User
from vouchers.users.states import Role, UserState
from vouchers.workflow.transition import OFFICE, Visitor, creation, transition


@pytest.fixture
def funds(app):
    funds = open_funds()
    budget("100", funds)
    return funds


@pytest.fixture
def person(funds):
    return a_person()


def test_state_money_record_letter_and_job_are_saved_together_under_one_step(person, funds):
    before = traces()

    disable(person, funds, why="left the firm")

    after = traces()
    assert after["people"] == [(UserState.DISABLED, 2, "Nobody")]
    assert after["available"] == before["available"] - 40_00
    [event] = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == "user.disable"))
    [journal] = db.session.scalars(select(Journal).where(Journal.tag == "user.disable"))
    [letter] = db.session.scalars(select(Letter))
    jobs = db.session.scalars(select(QueuedJob).order_by(QueuedJob.id)).all()
    assert {event.step_id} == {journal.step_id, letter.step_id, *(job.step_id for job in jobs)}
    assert [job.name for job in jobs] == ["letters.send_letter", "audit.seal"]
    assert (event.actor_id, event.subject_kind, event.subject_id, event.scope) == (None, "user", person.id, "-/-")
    assert event.detail.body == {
        "changes": {"name": ["Ann", "Nobody"], "state": ["invited", "disabled"]},
        "why": "left the firm",
        "actor": "The office",
    }
    assert journal.on == AT.date()


def before_the_body(person, funds):
    with transition(person, USER.disable, by=Visitor(), at=AT) as step:
        everything(step, funds)


def already_done(person, funds):
    with transition(person, USER.enable, by=OFFICE, at=AT) as step:
        everything(step, funds)


def an_overtaken_view(person, funds):
    disable(person, funds, version=99)


def in_the_body(person, funds):
    with transition(person, USER.disable, by=OFFICE, at=AT) as step:
        everything(step, funds)
        person.name = "Changed"
        raise ZeroDivisionError


def at_the_second_posting(person, funds):
    with transition(person, USER.disable, by=OFFICE, at=AT) as step:
        everything(step, funds)
        step.post(precommit(shares(funds, "60.01"), voucher="V2", narrative="more than there is"))


def at_a_letter_that_lacks_a_word(person, funds):
    with transition(person, USER.disable, by=OFFICE, at=AT) as step:
        everything(step, funds)
        step.write(Addressee("ann@example.org", "Ann"), "organisations/confirm_bank_account", organisation="Genolab")


def at_a_job_nobody_knows(person, funds):
    with transition(person, USER.disable, by=OFFICE, at=AT) as step:
        everything(step, funds)
        step.enqueue("no.such_job")


def at_the_flush(person, funds):
    with transition(person, USER.disable, by=OFFICE, at=AT) as step:
        everything(step, funds)
        person.email = None


def at_the_record(person, funds):
    with transition(person, USER.disable, by=OFFICE, at=AT) as step:
        everything(step, funds)
        db.session.flush()
        step.id = db.session.scalars(select(AuditEvent.step_id)).first()  # taken already


def at_the_commit(person, funds):
    with transition(person, USER.disable, by=OFFICE, at=AT) as step:
        everything(step, funds)
        line = {"journal_id": 777, "fund_id": funds[0].id, "account": "1000", "cents": 1, "voucher": ""}
        db.session.execute(insert(JournalLine), [line])


def by_a_swallowed_refusal(person, funds):
    with unit_of_work(), suppress(RuleBroken):
        at_the_second_posting(person, funds)


@pytest.mark.parametrize(
    ("attempt", "refusal"),
    [
        (before_the_body, NotPermitted),
        (already_done, WrongState),
        (an_overtaken_view, WrongState),
        (in_the_body, ZeroDivisionError),
        (at_the_second_posting, RuleBroken),
        (at_a_letter_that_lacks_a_word, Exception),
        (at_a_job_nobody_knows, LookupError),
        (at_the_flush, IntegrityError),
        (at_the_record, IntegrityError),
        (at_the_commit, IntegrityError),
        (by_a_swallowed_refusal, RuntimeError),
    ],
    ids=lambda value: value.__name__,
)
def test_a_failure_at_any_point_leaves_no_trace(person, funds, attempt, refusal):
    before = traces()

    with pytest.raises(refusal):
        attempt(person, funds)

    assert traces() == before
    disable(person, funds)  # and the office goes on
    assert traces()["people"] == [(UserState.DISABLED, 2, "Nobody")]


def test_several_steps_in_one_unit_are_saved_together_under_one_mark(person, funds):
    other = a_person("bob@example.org")
    with unit_of_work():
        disable(person, funds, amount="1")
        disable(other, funds, amount="2")
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == "user.disable")).all()
    assert len({event.unit_id for event in events}) == 1
    assert len({event.step_id for event in events}) == 2


def _disable_all(people, funds):
    with unit_of_work():
        for one in people:
            disable(one, funds, amount="1")


def test_several_steps_in_one_unit_fail_together(person, funds):
    other = a_person("bob@example.org")
    before = traces()
    with pytest.raises(WrongState):
        _disable_all([person, other, person], funds)
    assert traces() == before


def test_a_creation_that_fails_leaves_nothing(funds):
    before = traces()
    person = User(email="eve@example.org", name="Eve", created_at=AT)
    with pytest.raises(NotPermitted), creation(person, USER.invite, by=Visitor(), at=AT):
        pass
    with pytest.raises(ZeroDivisionError), creation(person, USER.invite, by=OFFICE, at=AT):
        raise ZeroDivisionError
    with pytest.raises(RuntimeError), creation(person, USER.disable, by=OFFICE, at=AT):
        pass
    assert traces() == before


def test_an_edit_bumps_the_version_and_keeps_the_state(person):
    with transition(person, USER.request_link, by=Visitor(), at=AT):
        person.language = "nl"
    assert traces()["people"] == [(UserState.INVITED, 2, "Ann")]


def test_the_record_never_holds_a_password(person):
    with transition(person, USER.request_link, by=OFFICE, at=AT):
        person.password_hash, person.totp_secret = "hash", "seed"
    last = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert last.detail.body["changes"] == {}


# --- who may ----------------------------------------------------------------------------------------------------------


def holding_every_role(person):
    for role in Role:
        grant = RoleGrant(user_id=person.id, role=role, programme_code=None, region_code=None, granted_at=AT)
        with creation(grant, ROLE.grant, by=OFFICE, at=AT):
            pass
    db.session.expire_all()
    return person


def test_no_person_ever_passes_for_the_office(person):
    mighty = holding_every_role(person)
    assert mighty.holds({Role.ADMINISTRATOR})
    for actor in (mighty, Visitor()):
        assert policy.is_the_office(actor, person) is not None
        assert is_the_office_to_regions(actor, person) is not None
        assert not actor.is_office
    assert policy.is_the_office(OFFICE, person) is None
    assert "is_office" not in User.__table__.columns
    for actor in (mighty, Visitor()):
        with pytest.raises(NotPermitted), creation(Region(code="X"), REGION.add, by=actor, at=AT):
            pass


def test_buttons_come_from_the_table_that_decides(person):
    mighty = holding_every_role(person)
    shown = {row.verb for row in USER.open_to(mighty, person)}
    assert "disable" in shown
    assert {"lock", "enable", "invite"} & shown == set()
    for row in USER.transitions.values():
        assert USER.is_open_to(mighty, person, row.verb) == (row.verb in shown)


def test_a_role_that_was_taken_back_meanwhile_counts_no_more(person, funds):
    """The second unit of a request judges the present, not what the first one had read."""
    clerk = holding_every_role(a_person("clerk@example.org"))
    assert clerk.holds({Role.ADMINISTRATOR})
    with unit_of_work():
        pass
    with db.engine.connect().execution_options(writes=True) as elsewhere:
        elsewhere.execute(update(RoleGrant.__table__).values(state="revoked"))
        elsewhere.commit()
    with pytest.raises(NotPermitted):
        disable(person, funds, by=clerk)


# --- outside a unit ---------------------------------------------------------------------------------------------------


def test_nothing_is_written_outside_a_unit_of_work(person):
    before = traces()
    person.name = "Changed"
    with pytest.raises(RuntimeError, match="outside"):
        db.session.commit()
    db.session.rollback()
    with pytest.raises(RuntimeError, match="outside"):
        db.session.execute(update(User).values(name="Changed"))
    db.session.rollback()
    person.name = "Changed"
    with pytest.raises(RuntimeError, match="outside"), unit_of_work():
        pass
    db.session.rollback()
    assert traces() == before


def test_every_lifecycle_of_the_program_was_found():
    assert {"user", "role", "session", "region", "programme", "call", "envelope", "period"} <= set(ALL_LIFECYCLES)


@pytest.mark.parametrize(
    ("at", "zone", "on"),
    [
        (datetime(2026, 11, 23, 22, 59, tzinfo=UTC), "Europe/Brussels", date(2026, 11, 23)),
        (datetime(2026, 11, 23, 23, 30, tzinfo=UTC), "Europe/Brussels", date(2026, 11, 24)),
        (datetime(2026, 11, 23, 23, 30, tzinfo=UTC), "Europe/Lisbon", date(2026, 11, 23)),
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "Europe/Brussels", date(2026, 7, 2)),
    ],
)
def test_a_step_is_booked_on_the_day_that_it_is_where_the_office_is(person, funds, zone, at, on):
    clock.use_office_zone(zone)
    try:
        disable(person, funds, at=at)
    finally:
        clock.use_office_zone("Europe/Brussels")

    [journal] = db.session.scalars(select(Journal).where(Journal.tag == "user.disable"))
    assert (journal.at, journal.on) == (at, on)
