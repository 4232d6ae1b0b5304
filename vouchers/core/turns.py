"""Turns for writers on SQLite.

SQLite lets one writer in at a time and makes the others sleep and try again, each longer than the last, so that one
of eight busy processes was seen to wait four seconds. Here writers queue on a file lock that they ask for every two
milliseconds at the longest, and that the kernel frees when its holder dies; SQLite itself then never has to refuse.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from vouchers.core.errors import Busy
from vouchers.core.text import say as _

LONGEST_WAIT = 20.0
"""Seconds after which a writer is told to try again, rather than wait behind a writer that hangs."""

_threads: dict[str, threading.Lock] = {}
_files: dict[tuple[str, int], int] = {}


@contextmanager
def write_turn(database: str) -> Iterator[None]:
    """Hold the database file's write turn.

    Raises:
        Busy: no turn within `LONGEST_WAIT` seconds.
    """
    if database in ("", ":memory:", "None"):
        yield
        return
    until = time.monotonic() + LONGEST_WAIT
    thread_lock = _threads.setdefault(database, threading.Lock())
    if not thread_lock.acquire(timeout=LONGEST_WAIT):
        raise too_busy()
    try:
        descriptor = _lock_file(database)
        pause = 0.0002
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise too_busy() from None
                time.sleep(pause)
                pause = min(pause * 1.2, 0.002)  # two milliseconds at the most, so nobody falls behind for long
        try:
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        thread_lock.release()


def _lock_file(database: str) -> int:
    key = (database, os.getpid())
    if key not in _files:
        _files[key] = os.open(f"{database}.turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    return _files[key]


def too_busy() -> Busy:
    """What is raised where nothing was saved, and pressing again helps."""
    return Busy(_("Many people are working at this moment. Nothing was saved. Please press the button again."))
