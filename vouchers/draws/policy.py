"""Who may freeze, announce, type and run. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.applications.policy import RECUSED
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.users import policy as users


def is_manager(actor: Any, draw: Any) -> Sentence | None:
    """A cluster manager of the region, who belongs to nobody in the pool and has stepped back from nobody in it."""
    if reason := users.is_manager(actor, draw):
        return reason
    tie = draw.find_tie(actor.id)
    if tie is None:
        return None
    return _("%(reference)s: %(reason)s", reference=tie[0], reason=RECUSED if tie[1] else users.NOT_NEUTRAL)
