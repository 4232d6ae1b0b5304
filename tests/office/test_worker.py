"""The timer goes on whatever fails, and both processes end when asked to."""

from __future__ import annotations

import threading
import time
from datetime import datetime

import redis

from vouchers import worker


def test_a_redis_that_is_down_never_stops_the_timer(app, monkeypatch):
    turns: list[datetime] = []

    def relay(*, at: datetime) -> int:
        turns.append(at)
        raise redis.exceptions.ConnectionError("down") if len(turns) % 2 else ValueError("a fault of ours")

    monkeypatch.setattr(worker, "relay", relay)
    monkeypatch.setattr(worker, "enqueue_due_periodic", lambda **_: 0)
    monkeypatch.setattr(worker, "RELAY_EVERY", 0.05)
    leaving = worker.Leaving()
    timer = threading.Thread(target=worker.run_timer, args=(app, leaving))

    timer.start()
    _wait_until(lambda: len(turns) >= 4)
    leaving.now()
    timer.join(5)

    assert not timer.is_alive()
    assert all(at.tzinfo is not None for at in turns)


def _wait_until(is_so) -> None:
    until = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.01)
