"""Who may ask for which audit pack, and read it. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.users import policy as users
from vouchers.users.mandate import mandate_of
from vouchers.users.states import Role

is_the_office = users.is_the_office
OUTSIDE = _("An audit pack holds what your mandate as an auditor covers. Only administrators take away more.")


def is_asker(actor: Any, subject: Any = None) -> Sentence | None:
    """An auditor or administrator, or a command on the server."""
    if actor.is_office or (actor.id is not None and actor.holds({Role.AUDITOR, Role.ADMINISTRATOR})):
        return None
    return _("Only auditors and administrators take audit packs away.")


def may_take(actor: Any, pack: Any) -> Sentence | None:
    """Administrators and the server; an auditor whose mandate covers all that is in it."""
    if reason := is_asker(actor):
        return reason
    if actor.is_office or actor.holds({Role.ADMINISTRATOR}):
        return None
    pairs = mandate_of(actor, {Role.AUDITOR}).pairs
    if any(of in (None, pack.programme) and where in (None, pack.region) for of, where in pairs):
        return None
    return OUTSIDE
