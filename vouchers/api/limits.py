"""How often a finance system may ask. Counted in each web process's own memory."""

from __future__ import annotations

import hashlib

import flask

OF_ONE_KEY = "600 per minute"
PER_ADDRESS = "1200 per minute"
"""Also for those without a token."""


def token_key() -> str:
    """Under which the requests of one token are counted."""
    return hashlib.sha256(flask.request.headers.get("Authorization", "").encode()).hexdigest()
