"""Wrong tries at addresses that have no account, counted like those of accounts, so that the answer tells nothing.

Kept in this process's memory, bounded; nothing about a stranger's address is stored.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from datetime import datetime
from threading import Lock

from vouchers.users.rules.lockout import lock_after

MOST = 10_000

_tries: OrderedDict[str, tuple[int, datetime | None]] = OrderedDict()
_turn = Lock()


def locked_until(email: str, *, at: datetime) -> datetime | None:
    """Until when the address is treated as closed, if it is."""
    with _turn:
        _count, until = _tries.get(_key(email), (0, None))
    return until if until is not None and until > at else None


def count_attempt(email: str, *, at: datetime) -> datetime | None:
    """Count a wrong try; returns until when the address is treated as closed, if it is."""
    key = _key(email)
    with _turn:
        count, _until = _tries.pop(key, (0, None))
        lasts = lock_after(count + 1)
        until = at + lasts if lasts else None
        _tries[key] = (count + 1, until)
        while len(_tries) > MOST:
            _tries.popitem(last=False)
    return until


def forget() -> None:
    """Begin anew, as a new process does."""
    with _turn:
        _tries.clear()


def _key(email: str) -> str:
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()
