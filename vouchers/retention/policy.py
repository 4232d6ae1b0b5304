"""Who holds, proposes and approves. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.users import policy as users
from vouchers.users.rules.persons import is_one_person
from vouchers.users.states import Role

is_the_office = users.is_the_office
KEEPERS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
READERS = frozenset({*KEEPERS, Role.AUDITOR})


class _WholeOffice:
    scope = "-/-"


_OFFICE = _WholeOffice()


def _covers(actor: Any, subject: Any, roles: frozenset[Role]) -> bool:
    """Whether one of the roles reaches the whole of the subject; of the whole office only roles everywhere do."""
    if actor.id is None:
        return False
    if subject.scope == "-/-":
        return any(actor.holds_everywhere(role) for role in roles)
    return bool(actor.holds(roles, subject.scope))


def is_reader(actor: Any, subject: Any = None) -> Sentence | None:
    """A coordinator, an administrator or an auditor of any programme."""
    if actor.id is not None and actor.holds(READERS):
        return None
    return _("Only coordinators, administrators and auditors see how long papers are kept.")


def may_read(actor: Any, subject: Any) -> Sentence | None:
    """A coordinator or an auditor of the whole programme, or an administrator."""
    if _covers(actor, subject, READERS):
        return None
    return is_reader(actor) or _("This belongs to another region or programme, so you may not see it.")


def is_keeper(actor: Any, subject: Any) -> Sentence | None:
    """A coordinator of the programme, or an administrator."""
    if _covers(actor, subject, KEEPERS):
        return None
    return _("Only a coordinator of the programme, or an administrator, may do this.")


def may_see_persons(actor: Any, subject: Any = None) -> Sentence | None:
    """An administrator, coordinator or auditor of the whole office."""
    return may_read(actor, _OFFICE)


def may_forget(actor: Any, subject: Any = None) -> Sentence | None:
    """An administrator, or a coordinator of all programmes."""
    return is_keeper(actor, _OFFICE)


def is_second_to_lift(actor: Any, hold: Any) -> Sentence | None:
    """A coordinator of the programme or an administrator, but not the person who set the hold."""
    if reason := is_keeper(actor, hold):
        return reason
    if is_one_person(actor, hold.set_by):
        return _("You set this hold, so somebody else must lift it.")
    return None


def is_second_to_approve(actor: Any, disposal: Any) -> Sentence | None:
    """A coordinator of the programme or an administrator, but not the person who proposed the list."""
    if reason := is_keeper(actor, disposal):
        return reason
    if is_one_person(actor, disposal.proposed_by):
        return _("You proposed this list, so somebody else must approve it.")
    return None


def is_signed_in(actor: Any, subject: Any = None) -> Sentence | None:
    """Any person with an account, for what is their own."""
    return users.is_signed_in(actor, subject)


def may_ask_for_person(actor: Any, subject: Any = None) -> Sentence | None:
    """An administrator, or a coordinator of all programmes: a copy tells of all of them."""
    return is_keeper(actor, _OFFICE)


def may_ask_copy(actor: Any, subject: Any) -> Sentence | None:
    """The person; on request whoever may do so for others, and a command on the server."""
    if actor.is_office or users.is_self(actor, subject) is None:
        return None
    return may_ask_for_person(actor)


def may_fetch_copy(actor: Any, copy: Any) -> Sentence | None:
    """The person, and who asked for it on the person's request while still allowed to; nobody else."""
    if users.is_self(actor, copy) is None:
        return None
    if actor.id is None or actor.id != copy.asked_by_id:
        return users.NOT_YOURS
    return may_ask_for_person(actor)
