"""The answers of the two-minute check, sealed, so that they are carried without being stored: into an application, and
into the same page in another language.

They stand in the address of the next page, where nobody can read them: not in the history of a shared browser, nor in
the server's log.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from vouchers.users.secrets import seal_secret, try_to_open

LASTS = 24 * 3600
"""Seconds."""
MOST_LETTERS = 4000
_KIND = "may-i-apply"
TYPED = "may-i-apply-typed"
"""What stands in the boxes of the check itself, by the names of the boxes."""


def seal_answers(answers: Mapping[str, str], kind: str = _KIND) -> str:
    """The answers as a token for an address."""
    return seal_secret(json.dumps([kind, dict(answers)], separators=(",", ":")))


def open_answers(token: str, kind: str = _KIND) -> dict[str, str]:
    """The answers of a token; none of one that is not ours, was changed, or is too old."""
    if not token or len(token) > MOST_LETTERS:
        return {}
    content = try_to_open(token, lasts=LASTS)
    if content is None or not content.startswith(f'["{kind}",'):
        return {}
    return {str(name): str(value) for name, value in json.loads(content)[1].items()}
