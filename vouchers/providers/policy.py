"""Who may do what with the register of providers. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.providers.states import LISTED
from vouchers.users import policy as users
from vouchers.users.states import Role

is_the_office = users.is_the_office
_KEEPERS = {Role.CLUSTER_MANAGER, Role.COORDINATOR}
_KEPT_BY = _("Only cluster managers and coordinators of the programme keep its registers.")


def may_keep_register(actor: Any, subject: Any) -> Sentence | None:
    """A cluster manager or coordinator of the programme; its registers are shared by its regions."""
    if actor.is_office or any(
        grant.role in _KEEPERS and grant.programme_code in (None, subject.programme_code) for grant in actor.grants
    ):
        return None
    return _KEPT_BY


def keeps_a_register(actor: Any, _subject: Any = None) -> Sentence | None:
    """A cluster manager or coordinator of any programme."""
    return None if actor.id is not None and actor.holds(_KEEPERS) else _KEPT_BY


def may_see(actor: Any, provider: Any) -> Sentence | None:
    """Everybody while the provider stands in the directory, afterwards staff."""
    return None if provider.state in LISTED else users.is_staff(actor, provider)
