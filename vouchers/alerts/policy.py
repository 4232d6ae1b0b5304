"""Who may do what with alerts. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.core.text import Sentence
from vouchers.users import policy as users

is_anyone = users.is_anyone
is_the_office = users.is_the_office


def has_its_link(actor: Any, subject: Any) -> Sentence | None:
    """Whoever has the link of one of its letters: nobody else finds the alert at all."""
    return None
