"""Who holds, disposes and asks. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.users import policy as users
from vouchers.users.states import Role

is_the_office = users.is_the_office
is_self = users.is_self
is_signed_in = users.is_signed_in
_READERS = frozenset({Role.COORDINATOR, Role.AUDITOR})


def is_reader(actor: Any, _subject: Any = None) -> Sentence | None:
    """A coordinator or an auditor of some programme."""
    if actor.id is not None and actor.holds(_READERS):
        return None
    return _("Only coordinators and auditors see how long papers are kept.")


def may_read(actor: Any, subject: Any) -> Sentence | None:
    """A coordinator or an auditor of the whole programme."""
    if actor.id is not None and actor.holds(_READERS, subject.scope):
        return None
    return is_reader(actor) or _("This belongs to another region or programme, so you may not see it.")


def is_coordinator(actor: Any, subject: Any) -> Sentence | None:
    """A coordinator of the programme."""
    if actor.id is not None and actor.holds({Role.COORDINATOR}, subject.scope):
        return None
    return _("Only a coordinator of the programme may do this.")


def is_second_coordinator(actor: Any, disposal: Any) -> Sentence | None:
    """A coordinator of the programme other than the one who proposed the list (two persons, not two roles)."""
    if reason := is_coordinator(actor, disposal):
        return reason
    if actor.id == disposal.proposed_by_id:
        return _("You wrote this proposal, so somebody else must decide it.")
    return None
