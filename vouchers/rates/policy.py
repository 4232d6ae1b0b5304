"""Who may load rates, and who reads them. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.users import policy as users
from vouchers.users.states import Role

KEEPERS = frozenset({Role.COORDINATOR, Role.FINANCE_OFFICER})
is_reader = users.is_staff


def keeps_rates(actor: Any, _subject: Any = None) -> Sentence | None:
    """A coordinator or finance officer of any programme, or a command on the server: the rates are the same for all."""
    if actor.is_office or (actor.id is not None and actor.holds(KEEPERS)):
        return None
    return _("Only a coordinator or a finance officer loads the monthly rates.")


def may_read(actor: Any, kept: Any) -> Sentence | None:
    """Staff; a file that is not loaded yet, those who may load it."""
    return users.is_staff(actor, kept)
