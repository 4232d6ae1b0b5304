"""Two people, one button; and a process that dies with the button half pressed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import pytest
from sqlalchemy import text

from tests.ledger.books import books_are_proved, budget, open_funds
from tests.workflow.desk import AT, a_person, disable, traces
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import Busy, WrongState
from vouchers.users.lifecycle import USER
from vouchers.users.models import User
from vouchers.users.states import UserState
from vouchers.workflow.transition import OFFICE, transition


@pytest.fixture
def funds(app):
    funds = open_funds()
    budget("100", funds)
    return funds


@pytest.fixture
def person(funds):
    return a_person()


class Colleague:
    """Another process of the office."""

    def __init__(self, settings, person, what):
        environ = {
            **os.environ,
            "DATABASE_URL": settings.database_url,
            "DATA_DIR": str(settings.data_dir),
            "REDIS_URL": settings.redis_url,
            "SECRET_KEY": settings.secret_key,
            "FIELD_KEY": settings.field_key,
            "LOG_LEVEL": "ERROR",
        }
        command = [sys.executable, "-m", "tests.workflow.another_process", str(person.id), what]
        self.process = subprocess.Popen(
            command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def says(self):
        return self.process.stdout.readline().strip()

    def go(self):
        self.process.stdin.write("go\n")

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


@pytest.fixture
def colleague(settings, person):
    called = []

    def call(what):
        called.append(Colleague(settings, person, what))
        return called[-1]

    db.session.rollback()
    yield call
    for one in called:
        one.end()


def test_of_two_processes_that_press_the_same_button_one_succeeds(person, colleague):
    before = traces()
    both = [colleague("press"), colleague("press")]
    assert [one.says() for one in both] == ["ready", "ready"]
    for one in both:
        one.go()

    assert sorted(one.says() for one in both) == ["WrongState", "done"]

    after = traces()
    assert after["people"] == [(UserState.DISABLED, 2, "Nobody")]
    assert after["journal"] == before["journal"] + 1
    assert books_are_proved()


def test_a_process_that_dies_in_the_middle_of_a_step_leaves_no_trace_and_gives_its_turn_back(person, funds, colleague):
    before = traces()
    dying = colleague("die")
    assert dying.says() == "ready"
    dying.go()
    assert dying.says() == "in the middle"
    dying.process.wait(10)

    assert dying.process.returncode == -9
    assert traces() == before
    began = time.monotonic()
    disable(person, funds)
    assert time.monotonic() - began < 2
    assert books_are_proved()


def test_a_reader_never_waits_for_a_writer(person, colleague):
    before = traces()
    slow = colleague("hold")
    assert slow.says() == "ready"
    slow.go()
    assert slow.says() == "in the middle"
    began = time.monotonic()
    assert traces() == before
    assert time.monotonic() - began < 1


@pytest.mark.postgres
def test_of_two_people_who_press_the_same_button_at_once_one_succeeds(app, person, funds):
    person_id = person.id
    for _turn in range(8):
        outcomes, both = [], threading.Barrier(2)

        def press(outcomes=outcomes, both=both):
            with app.app_context():
                mine = db.session.get(User, person_id)
                both.wait()
                try:
                    disable(mine, funds, amount="1")
                    outcomes.append("done")
                except WrongState:
                    outcomes.append("someone was faster")

        threads = [threading.Thread(target=press) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["done", "someone was faster"]
        _enable(person)
    assert books_are_proved()


def _enable(person):
    with transition(person, USER.enable, by=OFFICE, at=AT):
        pass


@pytest.mark.postgres
def test_a_deadlock_is_told_as_busy_and_leaves_no_trace(app, person):
    other = a_person("bob@example.org")
    ids = [person.id, other.id]
    db.session.rollback()
    outcomes, first_lock = [], threading.Barrier(2)

    def lock(first, second):
        with app.app_context():
            statement = text("SELECT id FROM user_account WHERE id = :id FOR UPDATE")
            try:
                with unit_of_work():
                    db.session.execute(statement, {"id": first})
                    first_lock.wait()
                    db.session.execute(statement, {"id": second})
                outcomes.append("done")
            except Busy:
                outcomes.append("busy")

    threads = [threading.Thread(target=lock, args=pair) for pair in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["busy", "done"]


@pytest.mark.postgres
def test_a_writer_does_not_wait_for_ever_behind_one_that_hangs(app, person, funds):
    with db.engine.connect() as hanging:
        hanging.execute(text("SELECT 1 FROM user_account FOR UPDATE"))
        assert db.session.scalar(text("SHOW lock_timeout")) == "20s"
        db.session.execute(text("SET lock_timeout = '100ms'"))
        db.session.commit()  # or it would be taken back; the step has the same connection: the pool holds no other
        with pytest.raises(Busy):
            disable(person, funds)
