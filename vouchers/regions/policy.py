"""Who may do what with a region. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _


def is_the_office(actor: Any, subject: Any) -> Sentence | None:
    """Only as a consequence of another step, of a deadline, or by a command on the server."""
    return None if actor.is_office else _("The office does this by itself; nobody can do it by hand.")
