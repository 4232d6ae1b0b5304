"""How a party accepts: in time, by name, and exactly the text that it has read."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from hmac import compare_digest
from typing import Any

from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.text import say as _
from vouchers.users.rules.signing import is_same_person


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


def ensure_named_contact(name: str, function: str, contact: str) -> None:
    """For a provider signs the contact person whom the agreement names, or another person who says in which function.

    Args:
        contact: as named in the agreement; empty where nobody is.
    """
    if function.strip() or (contact and is_same_person(name, contact)):
        return
    if contact:
        sentence = _(
            "The agreement names %(contact)s. If you are another person, say in which function you sign for the "
            "provider.",
            contact=contact,
        )
    else:
        sentence = _("Say in which function you sign for the provider.")
    raise RuleBroken(sentence, field="function")


def ensure_signed_by_name(name: str) -> None:
    """A name has at least two letters."""
    if sum(letter.isalpha() for letter in name) < 2:
        raise RuleBroken(_("Type your first and last name."), field="name")
