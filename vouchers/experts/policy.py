"""Who may do what with the register of experts. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.users import policy as users
from vouchers.users.states import Role


def may_keep_register(actor: Any, expert: Any) -> Sentence | None:
    """A cluster manager or coordinator of the programme; the pool is shared by its regions."""
    if actor.is_office or any(
        grant.role in {Role.CLUSTER_MANAGER, Role.COORDINATOR} and grant.programme_code in (None, expert.programme_code)
        for grant in actor.grants
    ):
        return None
    return _("Only cluster managers and coordinators of the programme keep the register of experts.")


def may_read(actor: Any, expert: Any) -> Sentence | None:
    """Staff of the programme, or the expert."""
    return None if users.is_self(actor, expert) is None else users.is_staff(actor, expert)


def is_that_expert(actor: Any, expert: Any) -> Sentence | None:
    """The expert's own entry."""
    return users.is_self(actor, expert)


def keeps_a_register(actor: Any, _subject: Any = None) -> Sentence | None:
    """A cluster manager or coordinator of any programme."""
    if actor.id is not None and actor.holds({Role.CLUSTER_MANAGER, Role.COORDINATOR}):
        return None
    return _("Only cluster managers and coordinators of the programme keep the register of experts.")
