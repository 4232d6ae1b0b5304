"""The two processes beside the web: the worker runs jobs from Redis, the timer hands promised jobs over to it.

`python -m vouchers.worker` and `python -m vouchers.worker timer`. Both outlive a Redis that is away.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from types import FrameType
from typing import Any

import redis
from flask import Flask
from rq import Queue, Worker
from rq.job import Job

from config import Settings, SettingsFault
from vouchers.core import clock
from vouchers.core.database import db
from vouchers.jobs.actions import enqueue_due_periodic, relay
from vouchers.jobs.queue import LATER, QUEUE

LONGEST_WAIT = 15.0  # seconds between two attempts while Redis is away
RELAY_EVERY = 10.0
PERIODIC_EVERY = 60.0

log = logging.getLogger("vouchers.worker")


class Leaving:
    """Becomes true on SIGTERM or SIGINT; `wait` ends early then."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def listen(self) -> None:
        """(Re-)install the handlers; RQ installs its own while it works."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.now())

    def now(self) -> None:
        self._event.set()

    def wait(self, seconds: float) -> None:
        self._event.wait(seconds)

    def __bool__(self) -> bool:
        return self._event.is_set()


class OfficeWorker(Worker):
    """An RQ worker whose every job gets its own application context and its own database connections."""

    app: Flask
    leaving: Leaving
    max_connection_wait_time = LONGEST_WAIT

    def perform_job(self, job: Job, queue: Queue) -> bool:
        with self.app.app_context():
            for engine in db.engines.values():
                engine.dispose(close=False)  # inherited by the fork; never shared with it
            try:
                return bool(super().perform_job(job, queue))
            finally:
                db.session.remove()

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        self.leaving.now()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]


def run_worker(app: Flask, settings: Settings) -> None:
    """Run jobs until told to stop. Redis away, or lost in the middle: wait (1, 2, 4 ... 15 s) and begin again."""
    leaving, wait = Leaving(), 1.0
    while not leaving:
        leaving.listen()
        began = time.monotonic()
        try:
            worker = _new_worker(app, settings, leaving)
            worker.work(with_scheduler=True, logging_level="WARNING")
            reason = "the worker stopped by itself"
        except redis.exceptions.RedisError as fault:
            reason = f"Redis does not answer ({type(fault).__name__})"
        if leaving:
            return
        log.warning("%s; the next attempt is in %.0f s", reason, wait)
        wait = 1.0 if time.monotonic() - began > 60 else wait
        leaving.wait(wait)
        wait = min(wait * 2, LONGEST_WAIT)


def _new_worker(app: Flask, settings: Settings, leaving: Leaving) -> OfficeWorker:
    connection: Any = redis.Redis.from_url(settings.redis_url, socket_connect_timeout=5, health_check_interval=30)
    connection.ping()
    worker = OfficeWorker([QUEUE, LATER], connection=connection)
    worker.app, worker.leaving = app, leaving
    log.info("the worker listens on the queues %s and %s", QUEUE, LATER)
    return worker


def run_timer(app: Flask, leaving: Leaving | None = None) -> None:
    """Every 10 s hand promised jobs over, every 60 s promise the periodic ones that are due, until told to stop."""
    if leaving is None:
        leaving = Leaving()
        leaving.listen()
    duties: list[tuple[str, float, Callable[[datetime], object]]] = [
        ("periodic jobs", PERIODIC_EVERY, lambda at: enqueue_due_periodic(at=at)),
        ("relay", RELAY_EVERY, lambda at: relay(at=at)),
    ]
    due = {name: 0.0 for name, _, _ in duties}
    log.info("the timer runs")
    while not leaving:
        for name, every, duty in duties:
            if not leaving and time.monotonic() >= due[name]:
                _attempt(app, name, duty)
                due[name] = time.monotonic() + every
        leaving.wait(max(0.05, min(due.values()) - time.monotonic()))


def _attempt(app: Flask, name: str, duty: Callable[[datetime], object]) -> None:
    """Do one duty; whatever goes wrong is logged and tried again at the next turn."""
    try:
        with app.app_context():
            done = duty(clock.now())
        if done:
            log.info("%s: %s", name, done)
    except redis.exceptions.RedisError as fault:
        log.warning("%s: Redis does not answer (%s); tried again later", name, type(fault).__name__)
    except Exception:
        log.exception("%s failed; tried again later", name)


def main() -> None:
    """Start one of the two processes from a command line."""
    gc.disable()  # what is loaded now stays: see wsgi.py
    from vouchers.app import create_app

    what = sys.argv[1] if len(sys.argv) > 1 else "worker"
    if what not in {"worker", "timer"}:
        raise SystemExit("usage: python -m vouchers.worker [worker|timer]")
    try:
        settings = Settings.from_environment(os.environ)
    except SettingsFault as fault:
        raise SystemExit(str(fault)) from None

    logging.basicConfig(level=settings.log_level, format=f"%(asctime)s {what}: %(message)s")
    app = create_app(settings)
    gc.freeze()
    gc.enable()
    if what == "timer":
        run_timer(app)
    else:
        run_worker(app, settings)


if __name__ == "__main__":
    main()
