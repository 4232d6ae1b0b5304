"""The pools of draws by lot."""

from __future__ import annotations

from sqlalchemy import select

from vouchers.applications.models import Application
from vouchers.core.database import db
from vouchers.decisions.models import DrawPool
from vouchers.decisions.queries.contests import Contest, get_contest_of
from vouchers.decisions.queries.ranked import list_references
from vouchers.decisions.rules.ranking import Standing
from vouchers.programmes.rules.plan import Allocation


def key_of(contest: Contest) -> dict[str, int | str]:
    """What names the pool of a list."""
    return {
        "call_id": contest.call.id,
        "region_id": contest.region.id,
        "instruments": "+".join(instrument.code for instrument in contest.instruments),
        "round": contest.round.number if contest.round else 0,
    }


def find_pool(contest: Contest) -> DrawPool | None:
    """The frozen pool of a list, if it has been frozen."""
    return db.session.scalars(select(DrawPool).filter_by(**key_of(contest))).first()


def kept_for_draw(application: Application) -> frozenset[str]:
    """What is not offered: no award outside the frozen pool, and no other decision before it is frozen."""
    if application.call.plan.allocation not in {Allocation.LOTTERY, Allocation.RANKING_LOTTERY}:
        return frozenset()
    contest = get_contest_of(application)
    if not contest.is_drawn(application.id):
        return frozenset()
    pool = find_pool(contest)
    if pool is None:
        return frozenset({"award", "reserve", "reject"} if contest.is_drawable(application.id) else {"award"})
    return frozenset() if application.reference in pool.references else frozenset({"award"})


def list_drawable(contest: Contest) -> list[str]:
    """The references of those among whom a lot would be drawn as things are now.

    In a lottery, everybody who is eligible and reaches the thresholds; in a ranking with a lottery at the cut, those
    who are tied where the money ends.
    """
    if contest.call.plan.allocation is Allocation.LOTTERY:
        waiting = [place for place in contest.places if place.rank and place.entry.is_open and place.entry.passes]
    else:
        waiting = [place for place in contest.places if place.standing == Standing.TIED]
    return list_references([place.entry.key for place in waiting]) if waiting else []
