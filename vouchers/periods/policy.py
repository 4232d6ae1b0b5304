"""Who closes the books, and who reads how far they are closed. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.policy import READERS
from vouchers.users.states import Role

_OF_REGION = frozenset({Role.FINANCE_OFFICER, Role.COORDINATOR})


def may_close(actor: Any, subject: Any) -> Sentence | None:
    """A command on the server, a coordinator of the programme, or the finance officer of the region that it is for."""
    if actor.is_office or actor.holds(_OF_REGION, subject.scope):
        return None
    return _("Only a coordinator of the programme, or the finance officer of the region, may close its books.")


def may_read(actor: Any, subject: Any = None) -> Sentence | None:
    """Staff who answer for money, for cases or for the audit; the page shows what their mandates cover."""
    if actor.id is not None and actor.holds(READERS):
        return None
    return _("The books are for the staff of the regions and the programme.")
