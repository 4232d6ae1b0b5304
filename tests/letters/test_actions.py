"""Letters: worded in the step, sent after it, once."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.workflow.desk import a_person
from vouchers.core.database import db
from vouchers.core.errors import Busy
from vouchers.jobs.actions import run_job
from vouchers.jobs.models import QueuedJob
from vouchers.letters import actions
from vouchers.letters.actions import Addressee, send_letter
from vouchers.letters.models import Letter
from vouchers.letters.queries import list_letters_of
from vouchers.users.lifecycle import USER
from vouchers.workflow.transition import OFFICE, transition

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


def write(person, *, fail=False):
    with transition(person, USER.request_link, by=OFFICE, at=AT) as step:
        to = Addressee(person.email, person.name, user_id=person.id)
        letter_id = step.write(
            to, "organisations/confirm_bank_account", organisation="Génolab & <Co>", iban="BE68 5390 0754 7034"
        )
        if fail:
            raise ZeroDivisionError
    return letter_id


@pytest.fixture
def person(app):
    return a_person()


def letter(letter_id):
    db.session.rollback()
    return db.session.get(Letter, letter_id, populate_existing=True)


def test_a_letter_is_sent_once_however_often_its_job_runs(person, mailbox):
    letter_id = write(person)
    for minutes in (0, 1, 10):
        send_letter(letter_id, at=AT + timedelta(minutes=minutes))
    [message] = mailbox.messages
    assert message["To"] == "ann@example.org"
    assert message["Subject"] == "The bank account of Génolab & <Co> is confirmed"
    assert message["Message-ID"] == letter(letter_id).message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().startswith("Hello Ann,")
    assert letter(letter_id).sent_at == AT


def test_a_letter_of_a_step_that_failed_is_never_sent(person, mailbox):
    with pytest.raises(ZeroDivisionError):
        write(person, fail=True)
    assert db.session.scalars(select(Letter)).all() == []
    assert db.session.scalars(select(QueuedJob)).all() == []


def test_a_letter_says_what_was_true_when_it_was_written(person, mailbox):
    letter_id = write(person)
    with transition(person, USER.request_link, by=OFFICE, at=AT):
        person.name, person.email = "Someone else", "else@example.org"
    send_letter(letter_id, at=AT)
    [message] = mailbox.messages
    assert message["To"] == "ann@example.org"
    assert "Hello Ann," in message.get_content()


def test_a_mail_server_that_refuses_delays_a_letter(person, mailbox):
    write(person)
    [job_id] = db.session.scalars(select(QueuedJob.id))
    mailbox.refuse = "451 Later"
    with pytest.raises(Exception, match="451"):
        run_job(job_id, at=AT)
    mailbox.refuse = None
    assert mailbox.messages == []
    assert not run_job(job_id, at=AT)
    assert run_job(job_id, at=AT + timedelta(seconds=30))
    assert len(mailbox.messages) == 1


def test_two_workers_do_not_send_the_same_letter(person, mailbox):
    letter_id = write(person)
    with transition(person, USER.request_link, by=OFFICE, at=AT):
        letter(letter_id).sending_at = AT  # another worker speaks to the mail server at this moment
    with pytest.raises(Busy):
        send_letter(letter_id, at=AT + timedelta(seconds=30))
    assert mailbox.messages == []


def test_a_worker_killed_before_the_mail_server_said_yes(app, person, mailbox, monkeypatch):
    letter_id = write(person)
    db.session.remove()
    child = os.fork()
    if child == 0:
        for engine in db.engines.values():
            engine.dispose(close=False)
        actions.send_message = lambda *_given, **_named: os.kill(os.getpid(), signal.SIGKILL)
        with app.app_context():
            send_letter(letter_id, at=AT)
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL

    with pytest.raises(Busy):
        send_letter(letter_id, at=AT + timedelta(minutes=1))
    send_letter(letter_id, at=AT + timedelta(minutes=3))
    send_letter(letter_id, at=AT + timedelta(minutes=9))
    assert len(mailbox.messages) == 1


def test_the_letters_about_a_subject_are_found(person):
    letter_id = write(person)
    assert [one.id for one in list_letters_of([("user", person.id), ("claim", 1)])] == [letter_id]
    assert list_letters_of([]) == []
