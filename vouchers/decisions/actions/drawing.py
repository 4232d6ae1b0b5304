"""Freezing the pool of a draw by lot."""

from __future__ import annotations

from datetime import datetime

from vouchers.core.database import unit_of_work
from vouchers.core.errors import WrongState
from vouchers.core.text import say as _
from vouchers.decisions.actions.deciding import lock_money
from vouchers.decisions.lifecycle import DRAW_POOL
from vouchers.decisions.models import DrawPool
from vouchers.decisions.queries.contests import Contest, get_contest
from vouchers.decisions.queries.pools import find_pool, key_of, list_drawable
from vouchers.decisions.rules.pools import ensure_may_freeze, pool_sha256
from vouchers.users.models import User
from vouchers.workflow.transition import creation


def freeze_pool(contest: Contest, *, by: User, at: datetime) -> DrawPool:
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
        pool = DrawPool(
            **key_of(contest),
            call=contest.call,
            region=contest.region,
            references=references,
            sha256=pool_sha256(references),
            frozen_at=at,
            frozen_by_id=by.id,
        )
        with creation(pool, DRAW_POOL.freeze, by=by, at=at):
            return pool
