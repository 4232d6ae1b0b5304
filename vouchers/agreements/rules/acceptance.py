"""How a party accepts: in time, by name, and exactly the text that it has read."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from hmac import compare_digest
from typing import Any

from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.text import say as _


def fingerprint_of(terms: dict[str, Any]) -> str:
    """SHA-256, in hex, of the canonical JSON of the terms: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(terms, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def ensure_in_time(at: datetime, accept_by: datetime) -> None:
    """An offer can be accepted up to its last second, also where nobody has marked it as expired yet."""
    if at > accept_by:
        raise RuleBroken(
            _(
                "The time to accept this agreement has passed, so it is no longer valid. "
                "Write to the office of the region."
            )
        )


def ensure_same_text(posted: str, sha256: str) -> None:
    """What is accepted is what was shown."""
    if not compare_digest(posted.encode(), sha256.encode()):
        raise RuleBroken(
            _("The agreement on your screen is not the one that is offered. Open the page again and read it.")
        )


def ensure_not_accepted(accepted_at: datetime | None) -> None:
    """A party accepts once."""
    if accepted_at is not None:
        raise WrongState(_("This party has accepted already. Nothing more is needed from it."))


def ensure_signed_by_name(name: str) -> None:
    """A name has at least two letters."""
    if sum(letter.isalpha() for letter in name) < 2:
        raise RuleBroken(_("Type your first and last name."), field="name")
