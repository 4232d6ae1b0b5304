"""The pool of a draw by lot: who is in it, written down and hashed before anybody draws. Pure.

Nobody is added to this list or taken from it afterwards, and anyone can compute its hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Instant, say_count
from vouchers.core.text import say as _
from vouchers.draws.rules.lots import ensure_drawable


def pool_text(references: Collection[str]) -> str:
    """One reference on each line, in the order of the alphabet, each line ended: the bytes that are hashed (UTF-8)."""
    return "".join(f"{reference}\n" for reference in sorted(references))


def pool_sha256(references: Collection[str]) -> str:
    """SHA-256 of `pool_text`, in hex."""
    return hashlib.sha256(pool_text(references).encode()).hexdigest()


def ensure_may_freeze(references: Sequence[str], under_way: int, last: datetime, at: datetime, zone: str) -> None:
    """Nobody can join any more, everybody is checked and marked, and there is somebody to draw."""
    if at < last + timedelta(seconds=1):
        moment = Instant(last, zone)
        raise RuleBroken(_("Applications are taken until %(moment)s; the pool is frozen after that.", moment=moment))
    if under_way:
        raise RuleBroken(
            say_count(
                "%(count)s application is not checked or marked yet: the pool is frozen when all are.",
                "%(count)s applications are not checked or marked yet: the pool is frozen when all are.",
                under_way,
            )
        )
    if not references:
        raise RuleBroken(_("There is nobody to draw among."))
    ensure_drawable(len(references))
