"""How often one address on the network may knock at the doors of visitors. Counted in each web process's own memory.

The lock-out of an account (`rules.lockout`) is the real bound on guessing; this slows down who tries many accounts.
"""

from __future__ import annotations

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse_many

SIGN_IN = "60 per minute; 600 per hour"
LETTERS = "20 per minute; 120 per hour"
"""What makes us write letters."""
HELD = "60 per hour; 200 per day"
"""Pages whose words we hold for who is not known: nobody fills our disk with them."""

limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=False)


def may_hold() -> bool:
    """Whether the words of one more page from this address are held; counts it."""
    return all(limiter.limiter.hit(bound, "held", get_remote_address()) for bound in parse_many(HELD))
