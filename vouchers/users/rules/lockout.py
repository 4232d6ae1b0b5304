"""How long an account is closed after wrong passwords or codes (NIST SP 800-63B rev 4, section 3.2.2: throttling)."""

from __future__ import annotations

from datetime import timedelta

FREE_TRIES = 5
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(hours=1)


def lock_after(failed_attempts: int) -> timedelta | None:
    """One minute at the fifth wrong try, twice as long at each further one, an hour at the most; None before."""
    if failed_attempts < FREE_TRIES:
        return None
    doublings: int = min(failed_attempts - FREE_TRIES, 10)
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)
