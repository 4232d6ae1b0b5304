"""Who notes a likeness, and who looks into it. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.users.mandate import Mandate, mandate_of
from vouchers.users.rules.persons import is_one_of
from vouchers.users.states import Role

READERS = frozenset({Role.COORDINATOR, Role.AUDITOR})


def is_its_actor(actor: Any, likeness: Any) -> Sentence | None:
    """Whoever takes the step, as a part of it."""
    return None if actor.id is not None and actor.id == likeness.actor_id else _("This is noted at the step itself.")


def is_reader(actor: Any, _subject: Any = None) -> Sentence | None:
    """A coordinator or an auditor of some programme."""
    if actor.id is not None and actor.holds(READERS):
        return None
    return _("Only coordinators and auditors see which accounts look like one person’s.")


def may_read(actor: Any, likeness: Any) -> Sentence | None:
    """A coordinator or an auditor whose role covers the step."""
    return is_reader(actor) or _covers(mandate_of(actor, READERS), likeness)


def is_third_person(actor: Any, likeness: Any) -> Sentence | None:
    """A coordinator whose role covers the step, and who is neither of the two."""
    if actor.id is None or not actor.holds({Role.COORDINATOR}):
        return _("Only a coordinator may do this.")
    if reason := _covers(mandate_of(actor, {Role.COORDINATOR}), likeness):
        return reason
    if is_one_of(actor, [likeness.actor, likeness.other]):
        return _("This is about you, so another coordinator must look at it.")
    return None


def _covers(mandate: Mandate, likeness: Any) -> Sentence | None:
    if mandate.covers(likeness.programme_code, likeness.region_code):
        return None
    return _("This belongs to another region or programme, so you may not see it.")
