"""Freezing the pool of a draw by lot, and what keeps its run from being set aside."""

from __future__ import annotations

from datetime import datetime

from vouchers.core.database import unit_of_work
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.text import say as _
from vouchers.decisions.actions.deciding import lock_money
from vouchers.decisions.queries.contests import Contest, list_groups
from vouchers.decisions.queries.drawn import key_of
from vouchers.decisions.queries.entries import get_contest
from vouchers.decisions.queries.pools import find_pool, list_drawable
from vouchers.decisions.queries.sessions import is_proposed_on
from vouchers.draws.actions import freeze_draw
from vouchers.draws.models import Draw
from vouchers.draws.queries import GUARDS
from vouchers.draws.rules.pool import ensure_may_freeze
from vouchers.users.models import User


def freeze_pool(contest: Contest, *, by: User, at: datetime) -> Draw:
    """Write down and hash who will be drawn among; from now on nobody joins or leaves the pool.

    Raises:
        RuleBroken: applications are still taken, or somebody is not checked or marked yet, or nobody is to be drawn.
        WrongState: it was frozen before.
    """
    with unit_of_work():
        lock_money(contest)
        part, code = contest.round, contest.instruments[0].code
        contest = get_contest(contest.call, contest.region, code, part=part)
        if find_pool(contest) is not None:
            raise WrongState(_("This pool was frozen before. It stays as it is."))
        references = list_drawable(contest)
        last = part.cut_off if part else contest.call.closes_at
        ensure_may_freeze(references, contest.under_way, last, at, contest.call.time_zone)
        key = key_of(contest)
        return freeze_draw(
            contest.call,
            contest.region,
            references,
            instruments=key["instruments"],
            round=key["round"],
            by=by,
            at=at,
        )


def ensure_no_proposal(draw: Draw) -> None:
    """Nobody proposes decisions on a draw while its run is set aside: its money is held.

    Raises:
        RuleBroken: a session that waits for its second person, or is being decided, rests on it.
    """
    for group in list_groups(draw.call, draw.region):
        if key_of(group)["instruments"] == draw.instruments:
            lock_money(group)
    if is_proposed_on(draw):
        raise RuleBroken(_("Decisions are proposed on this draw. Have them sent back or discarded first."))


GUARDS.append(ensure_no_proposal)
