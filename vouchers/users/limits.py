"""How often one address on the network may knock at the doors of visitors. Counted in each web process's own memory.

The lock-out of an account (`rules.lockout`) is the real bound on guessing; this slows down who tries many accounts.
"""

from __future__ import annotations

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

SIGN_IN = "60 per minute; 600 per hour"
LETTERS = "20 per minute; 120 per hour"
"""What makes us write letters."""

limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=False)
