"""Who may freeze, announce, type, correct and run. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.applications.policy import RECUSED
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.users import policy as users
from vouchers.users.states import Role

SECOND = frozenset({Role.CLUSTER_MANAGER, Role.COORDINATOR})
"""Who may be the second person."""


def is_manager(actor: Any, draw: Any) -> Sentence | None:
    """A cluster manager of the region, who belongs to nobody in the pool and has stepped back from nobody in it."""
    return users.is_manager(actor, draw) or _is_neutral(actor, draw)


def may_correct(actor: Any, draw: Any) -> Sentence | None:
    """A cluster manager of the region, neutral to everybody in the pool, while the numbers have not been corrected."""
    if draw.is_disputed:
        return _("Other numbers are proposed already. Another person confirms them or keeps the draw.")
    if draw.corrected is not None:
        return _("These numbers were corrected before. They are corrected only once.")
    return is_manager(actor, draw)


def may_check(actor: Any, draw: Any) -> Sentence | None:
    """A cluster manager of the region or a coordinator of the programme, who belongs to nobody in the pool and has
    stepped back from nobody in it."""
    if actor.id is None or not actor.holds(SECOND, draw.scope):
        return _("Only a cluster manager of this region or a coordinator of the programme may do this.")
    return _is_neutral(actor, draw)


def may_run(actor: Any, draw: Any) -> Sentence | None:
    """A cluster manager of the region or a coordinator of the programme, neutral to everybody in the pool; where the
    call asks for two persons, not whoever typed the numbers that count."""
    if reason := may_check(actor, draw):
        return reason
    if draw.call.plan.has_two_persons and actor.id == draw.counted_by_id:
        return _("You entered the numbers, so a second person compares them and runs the draw.")
    return None


def may_confirm(actor: Any, draw: Any) -> Sentence | None:
    """Whoever may check, but never the person who proposed the correction."""
    if reason := may_check(actor, draw):
        return reason
    if actor.id == draw.corrected_by_id:
        return _("You wrote this proposal, so somebody else must decide it.")
    return None


def _is_neutral(actor: Any, draw: Any) -> Sentence | None:
    tie = draw.find_tie(actor.id)
    if tie is None:
        return None
    return _("%(reference)s: %(reason)s", reference=tie[0], reason=RECUSED if tie[1] else users.NOT_NEUTRAL)
