"""Who may move money between envelopes. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.policy import MAY_MOVE_MONEY
from vouchers.users import policy as users
from vouchers.users.rules.persons import is_one_person


def may_give(actor: Any, envelope: Any) -> Sentence | None:
    """A cluster manager of the region whose money it is, or a coordinator of the programme."""
    if actor.id is not None and actor.holds(MAY_MOVE_MONEY, envelope.scope):
        return None
    return _("Only a cluster manager of the region that gives, or a coordinator, may propose this.")


def is_giver(actor: Any, transfer: Any) -> Sentence | None:
    """A cluster manager of the region that gives, or a coordinator of the programme."""
    return may_give(actor, transfer.source)


def is_second_person(actor: Any, transfer: Any) -> Sentence | None:
    """A cluster manager of the region that receives, or a coordinator; never the person who proposed it."""
    if actor.id is None or not actor.holds(MAY_MOVE_MONEY, transfer.target.scope):
        return _("Only a cluster manager of the region that receives, or a coordinator, may decide this.")
    if is_one_person(actor, transfer.proposed_by):
        return _("You proposed this transfer, so somebody else must decide it.")
    return None


def is_proposer(actor: Any, transfer: Any) -> Sentence | None:
    """The person who proposed it."""
    if actor.id is not None and actor.id == transfer.proposed_by_id:
        return None
    return _("Only the person who proposed this transfer may take it back.")


def may_read(actor: Any, transfer: Any) -> Sentence | None:
    """Staff of either region, coordinators and auditors of the programme."""
    reason = users.may_oversee(actor, transfer.source)
    return None if reason is None else users.may_oversee(actor, transfer.target)
