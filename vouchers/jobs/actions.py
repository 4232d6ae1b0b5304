"""Promising jobs, handing them to RQ, running them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import uuid4

import structlog
from sqlalchemy import delete, or_, select, update

from vouchers.core.database import after_commit, db, unit_memo, unit_of_work
from vouchers.jobs.models import QueuedJob
from vouchers.jobs.registry import JOBS, LIMITS, PERIODIC, USUAL_LIMIT

log = structlog.get_logger()

HAND_OVER_AGAIN_AFTER = timedelta(minutes=5)
"""Without a sign of life for so long, a job was lost with its worker, or with Redis: it is handed over again."""
OFFER_GRACE = timedelta(seconds=15)
"""The step that promised a job offers it itself; the timer takes up what is still waiting after this."""
GIVE_UP_AFTER = 12
BATCH = 500


class Queue(Protocol):
    """What the outbox needs of RQ: take the ids of jobs, each with its limit in seconds, or raise."""

    def hand_over(self, limits: Mapping[int, int], *, later: bool = False) -> None: ...


class _NoQueue:
    def hand_over(self, limits: Mapping[int, int], *, later: bool = False) -> None:
        raise ConnectionError("no queue is set up")


_queue: Queue = _NoQueue()


def use_queue(queue: Queue) -> None:
    """Set the queue that `relay` hands jobs to (the application shell does)."""
    global _queue
    _queue = queue


@contextmanager
def without_offers() -> Iterator[None]:
    """Leave the jobs that are promised meanwhile to the timer: for building many things at once."""
    global _queue
    kept, _queue = _queue, _NoQueue()
    try:
        yield
    finally:
        _queue = kept


def enqueue(name: str, /, *, step_id: str, at: datetime, due_at: datetime | None = None, **arguments: Any) -> QueuedJob:
    """Promise a job in the open unit of work; if due, it is offered to the queue as soon as that has committed."""
    if name not in JOBS:
        raise LookupError(f"no job is called {name!r}")
    row = QueuedJob(step_id=step_id, name=name, arguments=arguments, due_at=due_at or at)
    db.session.add(row)
    if row.due_at > at:
        return row
    memo = unit_memo()
    if "jobs" not in memo:
        promised: list[QueuedJob] = []
        memo["jobs"] = promised
        after_commit(lambda: _offer(promised))
    memo["jobs"].append(row)
    return row


def _offer(rows: list[QueuedJob]) -> None:
    try:
        _queue.hand_over(_limits_of(rows))
    except Exception:  # the queue is away: the timer hands the jobs over when it is back
        log.debug("queue_away", jobs=len(rows))


def _limits_of(rows: Iterable[QueuedJob]) -> dict[int, int]:
    return {row.id: LIMITS.get(row.name, USUAL_LIMIT) for row in rows}


def relay(*, at: datetime, grace: timedelta = OFFER_GRACE) -> int:
    """Hand over every job that has been due for `grace` and is not done or under way. Returns how many.

    Several relays may run at once: each takes other rows. What the queue refuses stays for the next sweep.
    """
    handed = 0
    while True:
        with unit_of_work():
            rows = list(db.session.scalars(_waiting(at, grace).limit(BATCH).with_for_update(skip_locked=True)))
            if not rows:
                return handed
            _queue.hand_over(_limits_of(rows), later=True)
            for row in rows:
                row.handed_over_at = at
        handed += len(rows)


def _waiting(at: datetime, grace: timedelta) -> Any:
    return (
        select(QueuedJob)
        .where(QueuedJob.done_at.is_(None), QueuedJob.given_up_at.is_(None), QueuedJob.due_at <= at - grace)
        .where(or_(QueuedJob.handed_over_at.is_(None), QueuedJob.handed_over_at < at - HAND_OVER_AGAIN_AFTER))
        .order_by(QueuedJob.id)
    )


def enqueue_due_periodic(*, at: datetime) -> int:
    """Promise each periodic job whose time has come and that is not already waiting. Returns how many were promised."""
    promised = 0
    with unit_of_work():
        for name, seconds in sorted(PERIODIC.items()):
            latest = db.session.scalars(
                select(QueuedJob)
                .where(QueuedJob.name == name, QueuedJob.step_id.like("timer-%"))
                .order_by(QueuedJob.id.desc())
                .limit(1)
            ).first()
            if latest and (
                latest.due_at > at - timedelta(seconds=seconds) or (not latest.done_at and not latest.given_up_at)
            ):
                continue
            enqueue(name, step_id=f"timer-{uuid4().hex}", at=at)
            promised += 1
        db.session.execute(
            delete(QueuedJob).where(QueuedJob.step_id.like("timer-%"), QueuedJob.done_at < at - timedelta(days=1))
        )
    return promised


def run_job(job_id: int, *, at: datetime) -> bool:
    """Run a promised job unless it is done, given up, or put off until later. Returns whether it ran.

    A failing job is tried again later, with growing pauses, and given up after `GIVE_UP_AFTER` attempts (the runbook
    says how to see and revive those).
    """
    row = db.session.get(QueuedJob, job_id, populate_existing=True)
    if row is None or row.done_at or row.given_up_at or row.due_at > at:
        return False
    name, arguments = row.name, dict(row.arguments)
    at_work = _at_work.set(job_id)
    try:
        if LIMITS.get(name, USUAL_LIMIT) > USUAL_LIMIT:
            note_life(at=at)
        JOBS[name](at=at, **arguments)
    except Exception as problem:
        _postpone(job_id, at=at, problem=problem)
        raise
    finally:
        _at_work.reset(at_work)
    with unit_of_work():
        db.session.execute(update(QueuedJob).where(QueuedJob.id == job_id).values(done_at=at, last_error=None))
    return True


_at_work: ContextVar[int | None] = ContextVar("job_at_work", default=None)


def note_life(*, at: datetime) -> None:
    """Tell that the job that runs here is still at work, so that the timer hands it to nobody else. Long jobs call it
    with each note of progress; outside of a job it does nothing."""
    if job_id := _at_work.get():
        with unit_of_work():
            own = (QueuedJob.id == job_id, QueuedJob.done_at.is_(None))
            db.session.execute(update(QueuedJob).where(*own).values(handed_over_at=at))


def _postpone(job_id: int, *, at: datetime, problem: Exception) -> None:
    error_id = uuid4().hex[:12]
    log.error("job_failed", job_id=job_id, error_id=error_id, kind=type(problem).__name__, exc_info=problem)
    db.session.rollback()
    with unit_of_work():
        row = db.session.get(QueuedJob, job_id)
        if row is None:
            return
        row.attempts += 1
        row.last_error = error_id
        row.handed_over_at = None
        row.due_at = at + timedelta(seconds=min(15 * 2**row.attempts, 3600))
        if row.attempts >= GIVE_UP_AFTER:
            row.given_up_at = at
