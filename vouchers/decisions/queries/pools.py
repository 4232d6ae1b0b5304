"""The draws by lot, as decisions see them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from vouchers.applications.models import Application
from vouchers.decisions.queries.contests import Contest, get_group_of
from vouchers.decisions.queries.drawn import key_of
from vouchers.decisions.queries.entries import get_contest, get_contest_of
from vouchers.decisions.queries.ranked import list_references
from vouchers.decisions.rules.pools import list_ahead
from vouchers.decisions.rules.ranking import Standing
from vouchers.decisions.rules.what_if import SERVED
from vouchers.draws.models import Draw
from vouchers.draws.queries import LATE, find_draw
from vouchers.programmes.rules.plan import Allocation
from vouchers.programmes.rules.rounds import round_of, rounds_of

_ALL = frozenset({"award", "reserve", "reject"})
_AWARD = frozenset({"award"})


def find_pool(contest: Contest) -> Draw | None:
    """The draw of a list as it is now, once its pool is frozen."""
    return find_draw(**key_of(contest))


def kept_for_draw(application: Application) -> frozenset[str]:
    """What is not offered: no award but to those who were drawn, and no other decision before the lots are drawn."""
    if application.call.plan.allocation not in {Allocation.LOTTERY, Allocation.RANKING_LOTTERY}:
        return frozenset()
    contest = get_contest_of(application)
    draw, reference = contest.draw, application.reference
    if not contest.is_drawn(application.id):
        return frozenset()
    if draw is None:
        return _ALL if contest.is_drawable(application.id) else _AWARD
    if draw.is_held_elsewhere:
        return frozenset() if reference in draw.references else _AWARD
    if draw.result is None or draw.is_disputed:
        return _ALL if reference in draw.references else _AWARD
    return frozenset() if reference in draw.result or reference in contest.late else _AWARD


def turn_of(contest: Contest, key: int, together: Collection[Any] = ()) -> tuple[Draw | None, list[str], bool]:
    """The draw, who was drawn before and waits for money that there is, and whether the money reaches this one.

    Args:
        together: the keys of those who are awarded in the same step.
    """
    ahead = list_ahead(contest.places, key) if contest.draw and contest.draw.result else []
    ahead = [one for one in ahead if one.entry.key not in together]
    place = contest.find_place(key)
    reaches = place is None or place.standing != Standing.BEYOND
    return contest.draw, list_references([one.entry.key for one in ahead]) if ahead else [], reaches


def is_reached_by_lot(application: Application) -> bool | None:
    """Whether the money reaches the place of its lot, taken as if it waited; None where no lot was drawn about it."""
    contest = get_contest_of(application)
    if not contest.is_by_lot or not contest.was_drawn(application.id):
        return None
    entries = tuple(replace(one, is_open=True) if one.key == application.id else one for one in contest.entries)
    place = replace(contest, entries=entries).find_place(application.id)
    return place is not None and place.standing in SERVED


def find_draw_missed(application: Application) -> Draw | None:
    """The draw of a lottery that was held without an application of its list; None where there is none."""
    if application.call.plan.allocation is not Allocation.LOTTERY or application.submitted_at is None:
        return None
    part = round_of(application.call.plan, application.submitted_at)
    draw = find_pool(replace(get_group_of(application), round=part))
    return draw if draw is not None and draw.place_of_late(application.reference) else None


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


def map_late(draw: Draw) -> Mapping[str, int]:
    """Who came to the list of a draw later, by reference, with the place that the draw gives it."""
    part = next((one for one in rounds_of(draw.call.plan) if one.number == draw.round), None)
    return get_contest(draw.call, draw.region, draw.instruments.split("+")[0], part=part).late


LATE.append(map_late)
