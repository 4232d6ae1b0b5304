"""Jobs are promised with the step that causes them, and kept until they are done."""

from __future__ import annotations

import os
import signal
import threading
from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from sqlalchemy import select

from vouchers.core.database import db, unit_of_work
from vouchers.jobs import actions
from vouchers.jobs.actions import enqueue, enqueue_due_periodic, relay, run_job, use_queue
from vouchers.jobs.models import QueuedJob
from vouchers.jobs.queue import QUEUE, RedisQueue
from vouchers.jobs.registry import JOBS, LIMITS, LONG, PERIODIC
from vouchers.worker import Leaving, _new_worker

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = AT + timedelta(minutes=1)


class Basket:
    """A queue that keeps what it is given, unless it is away."""

    def __init__(self):
        self.given, self.is_away = [], False

    def hand_over(self, job_ids, *, later=False):
        if self.is_away:
            raise ConnectionError
        self.given += job_ids


@pytest.fixture
def basket(app, settings):
    kept = Basket()
    use_queue(kept)
    yield kept
    use_queue(RedisQueue(settings.redis_url))


@pytest.fixture
def ran(monkeypatch):
    """Names and arguments of the jobs that ran; the job `test.note` only notes, `test.fail` fails."""
    noted = []

    def fail(*, at):
        noted.append("failed")
        raise ZeroDivisionError

    monkeypatch.setitem(JOBS, "test.note", lambda *, at, **arguments: noted.append(arguments))
    monkeypatch.setitem(JOBS, "test.fail", fail)
    return noted


def promise(name="test.note", /, *, due_at=None, **arguments):
    with unit_of_work():
        row = enqueue(name, step_id="s", at=AT, due_at=due_at, **arguments)
    return row.id


def job(job_id):
    db.session.rollback()
    return db.session.get(QueuedJob, job_id, populate_existing=True)


def test_a_job_is_offered_after_the_commit_and_not_before(basket, ran):
    with unit_of_work():
        row = enqueue("test.note", step_id="s", at=AT, claim_id=3)
        db.session.flush()
        assert basket.given == []
    assert basket.given == [row.id]
    assert run_job(row.id, at=AT)
    assert ran == [{"claim_id": 3}]


def test_a_job_of_a_step_that_failed_never_was(basket, ran):
    with pytest.raises(LookupError), unit_of_work():
        [enqueue(name, step_id="s", at=AT) for name in ("test.note", "no.such_job")]
    assert basket.given == []
    assert db.session.scalars(select(QueuedJob)).all() == []


def test_a_queue_that_is_away_delays_a_job_and_never_loses_it(basket, ran):
    basket.is_away = True
    job_id = promise()
    with pytest.raises(ConnectionError):
        relay(at=LATER)
    basket.is_away = False
    assert (relay(at=LATER), relay(at=LATER)) == (1, 0)
    assert basket.given == [job_id]


def test_a_job_that_was_lost_with_its_worker_is_handed_over_again(basket, ran):
    job_id = promise()
    relay(at=LATER)
    assert relay(at=LATER + timedelta(minutes=4)) == 0
    assert relay(at=LATER + timedelta(minutes=6)) == 1
    assert basket.given == [job_id] * 3
    run_job(job_id, at=LATER)
    assert relay(at=LATER + timedelta(hours=1)) == 0


def test_a_job_runs_once_however_often_it_is_handed_over(basket, ran):
    job_id = promise()
    assert [run_job(job_id, at=AT) for _ in range(3)] == [True, False, False]
    assert ran == [{}]
    assert not run_job(999, at=AT)


def test_a_job_for_later_is_neither_offered_nor_run_before_its_time(basket, ran):
    due_at = AT + timedelta(days=1)
    job_id = promise(due_at=due_at)
    assert basket.given == []
    assert not run_job(job_id, at=due_at - timedelta(seconds=1))
    assert relay(at=due_at - timedelta(seconds=1)) == 0
    assert relay(at=due_at + timedelta(minutes=1)) == 1
    assert run_job(job_id, at=due_at)


def test_a_failing_job_is_tried_again_with_growing_pauses_and_given_up_at_last(basket, ran):
    job_id, at, pauses = promise("test.fail"), AT, []
    while not job(job_id).given_up_at:
        with pytest.raises(ZeroDivisionError):
            run_job(job_id, at=at)
        assert not run_job(job_id, at=at)  # not before its pause is over
        pauses.append((job(job_id).due_at - at).total_seconds())
        at = job(job_id).due_at
    assert pauses == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600, 3600]
    assert not run_job(job_id, at=at)
    assert relay(at=at + timedelta(days=9)) == 0
    assert len(job(job_id).last_error) == 12


def test_a_failing_job_leaves_no_trace_of_what_it_began(basket, monkeypatch):
    def half(*, at):
        with unit_of_work():
            enqueue("audit.seal", step_id="half", at=at)
            db.session.flush()
            raise ZeroDivisionError

    monkeypatch.setitem(JOBS, "test.half", half)
    with pytest.raises(ZeroDivisionError):
        run_job(promise("test.half"), at=AT)
    assert db.session.scalars(select(QueuedJob).where(QueuedJob.step_id == "half")).all() == []


def test_a_job_that_nobody_knows_cannot_be_promised(app):
    with pytest.raises(LookupError), unit_of_work():
        enqueue("no.such_job", step_id="s", at=AT)


def test_periodic_jobs_are_promised_when_due_and_never_pile_up(basket, monkeypatch, ran):
    for name in list(PERIODIC):
        monkeypatch.delitem(PERIODIC, name)
    monkeypatch.setitem(PERIODIC, "test.note", 60)
    assert enqueue_due_periodic(at=AT) == 1
    assert enqueue_due_periodic(at=AT + timedelta(hours=1)) == 0  # the first still waits
    run_job(basket.given[0], at=AT)
    assert enqueue_due_periodic(at=AT + timedelta(seconds=59)) == 0
    assert enqueue_due_periodic(at=AT + timedelta(seconds=60)) == 1
    run_job(basket.given[1], at=AT + timedelta(seconds=60))
    assert enqueue_due_periodic(at=AT + timedelta(days=3)) == 1
    assert db.session.query(QueuedJob).count() == 1  # what was done is swept up


def test_relays_at_the_same_time_hand_each_job_over_once(basket, ran):
    basket.is_away = True
    with unit_of_work():
        for number in range(actions.BATCH + 50):
            enqueue("test.note", step_id="s", at=AT, number=number)
    basket.is_away = False
    both, problems = threading.Barrier(2), []

    from flask import current_app

    app = current_app._get_current_object()

    def sweep():
        with app.app_context():
            both.wait()
            try:
                relay(at=LATER)
            except Exception as problem:
                problems.append(problem)

    threads = [threading.Thread(target=sweep) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(basket.given) == len(set(basket.given)) == actions.BATCH + 50


# --- the real queue ---------------------------------------------------------------------------------------------------


@pytest.fixture
def work(app, settings, redis_url):
    """Let a worker run all that is in Redis, each job in a child process as in production."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def run():
        db.session.remove()
        worker = _new_worker(app, settings, Leaving())
        worker.work(burst=True, logging_level="CRITICAL")

    yield run
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_a_promised_job_goes_through_redis_and_a_worker(work, clock, monkeypatch, tmp_path):
    clock.stop(AT)
    monkeypatch.setitem(JOBS, "test.file", lambda *, at, name: (tmp_path / name).write_text(at.isoformat()))
    ids = [promise("test.file", name=name) for name in ("one", "two")]
    work()
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == dict.fromkeys(["one", "two"], AT.isoformat())
    assert all(job(job_id).done_at == AT for job_id in ids)


def test_redis_away_then_back(redis_server, work, clock, monkeypatch, tmp_path):
    clock.stop(AT)
    monkeypatch.setitem(JOBS, "test.file", lambda *, at: (tmp_path / "done").touch())
    redis_server.stop()
    job_id = promise("test.file")
    with pytest.raises(RedisError):
        relay(at=LATER)
    redis_server.start()
    clock.stop(LATER)
    assert relay(at=LATER) == 1
    work()
    assert job(job_id).done_at == LATER


def test_a_worker_that_is_killed_in_the_middle_of_a_job_does_it_the_second_time(work, clock, monkeypatch, tmp_path):
    clock.stop(AT)

    def dies_once(*, at):
        if not (tmp_path / "died").exists():
            (tmp_path / "died").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        (tmp_path / "done").touch()

    monkeypatch.setitem(JOBS, "test.dies_once", dies_once)
    job_id = promise("test.dies_once")
    work()
    assert (tmp_path / "died").exists()
    assert job(job_id).done_at is None
    clock.stop(LATER)
    assert relay(at=LATER) == 1
    work()
    assert job(job_id).done_at == LATER
    assert (tmp_path / "done").exists()


def test_a_long_job_that_gives_signs_of_life_is_handed_to_nobody_else(basket, ran, monkeypatch):
    handed_over = []

    def work_for_long(*, at):
        for minutes in (4, 8, 12):
            actions.note_life(at=AT + timedelta(minutes=minutes))
            handed_over.append(relay(at=AT + timedelta(minutes=minutes + 4)))
        handed_over.append(relay(at=AT + timedelta(minutes=18)))

    monkeypatch.setitem(JOBS, "test.long", work_for_long)
    monkeypatch.setitem(LIMITS, "test.long", LONG)
    row = promise("test.long")

    assert run_job(row, at=AT)

    assert handed_over == [0, 0, 0, 1], "only after five minutes without a sign"
    assert relay(at=AT + timedelta(hours=1)) == 0


def test_a_job_has_the_time_that_it_asks_for(redis_url):
    RedisQueue(redis_url).hand_over({1: 600, 2: LONG})

    assert [one.timeout for one in Queue(QUEUE, connection=Redis.from_url(redis_url)).jobs] == [600, LONG]


def test_note_life_outside_of_a_job_does_nothing(app):
    actions.note_life(at=AT)
