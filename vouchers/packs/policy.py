"""Who may ask for which audit pack, and take it away. Each answers None (yes) or the reason why not.

A pack holds what one mandate covers and is its auditor's, as long as the mandate is in force: that is asked when the
pack is asked for, when its page is opened, and again when the file is taken. What a command on the server wrote stays
there.
"""

from __future__ import annotations

from typing import Any

from vouchers.audits import policy as audits
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.users import policy as users
from vouchers.users.states import Role

is_the_office = users.is_the_office


def is_mandated(actor: Any, subject: Any = None) -> Sentence | None:
    """An auditor who holds a mandate that is in force."""
    grants = actor.grants if actor.id is not None else ()
    if any(grant.role is Role.AUDITOR and grant.given_for for grant in grants):
        return None
    return _("Audit packs are for auditors with a mandate that is in force.")


def may_ask(actor: Any, pack: Any) -> Sentence | None:
    """The mandate's auditor, of what the mandate covers; of anything, an administrator at the server's terminal."""
    return None if actor.is_office else may_take(actor, pack)


def may_take(actor: Any, pack: Any) -> Sentence | None:
    """The mandate's auditor, while it is in force."""
    if pack.mandate is None:
        return _("This pack was written at the server, and is not handed out here.")
    return audits.is_auditor(actor, pack.mandate)
