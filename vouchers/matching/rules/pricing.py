"""What the experts' time is worth, and the proof by it that no pair was left out wrongly.

For any prices v >= 0 of the experts' places, the total of any choice is at most

    sum over experts of room x v  +  sum over applications of the best that `need` experts bring it after their prices

(weak LP duality). When the prices come from the best choice among the candidates and this sum, taken over *all*
pairs, equals its total, then that choice is the best of all. Else the pairs that bring more than the candidates do are
named, and the choice is made again with them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from vouchers.matching.rules.problem import Chosen, Ints, Problem

BLOCK = 2_000_000
"""Pairs that are looked at together, so that the memory stays small."""
NEVER = -(2**60)
"""What a forbidden pair brings."""
LONGEST = 5_000
"""Steps after which the reckoning of prices stops; a bound by prices that are not final still holds."""


def merge(problem: Problem, *parts: tuple[Ints, Ints]) -> Chosen:
    """All these pairs, each once, without those that are forbidden."""
    experts = len(problem.room)
    keys = np.unique(np.concatenate([applications * experts + expert for applications, expert in parts]))
    found = Chosen(keys // experts, keys % experts)
    allowed = problem.worth[found.applications, found.experts] >= 0
    return Chosen(found.applications[allowed], found.experts[allowed])


def every_pair(problem: Problem) -> Chosen:
    """All that are not forbidden."""
    applications, experts = np.nonzero(problem.worth >= 0)
    return Chosen(applications, experts)


def blocks(problem: Problem) -> Iterator[slice]:
    """The applications in parts."""
    step = max(1, BLOCK // max(1, len(problem.room)))
    for start in range(0, len(problem.need), step):
        yield slice(start, min(start + step, len(problem.need)))


def after_prices(problem: Problem, part: slice, prices: Ints) -> Ints:
    """What each pair brings after its price, with the bonus at the best of each kind; empty places cost the penalty.

    To take the `need` highest of a row is the best choice for that application: of each kind the best comes first.
    """
    worth = problem.worth[part]
    brings = np.where(worth >= 0, worth - prices, NEVER)
    if problem.bonus:
        order = problem.by_kind
        sorted_kinds = problem.kind[order]
        starts = np.flatnonzero(np.r_[True, np.diff(sorted_kinds) > 0])
        ordered = brings[:, order]
        rows = np.arange(len(worth))
        ends = np.r_[starts[1:], len(order)]
        for begin, end in zip(starts.tolist(), ends.tolist(), strict=True):
            best = order[begin + ordered[:, begin:end].argmax(axis=1)]
            brings[rows, best] += problem.firsts[part, problem.kind[best[0]]] if len(rows) else 0
    found: Ints = np.maximum(brings, -problem.penalty)
    return found


def bound_of(problem: Problem, prices: Ints) -> tuple[int, tuple[Ints, Ints]]:
    """The most that any choice can be worth, and the pairs that reach it at these prices.

    Returns:
        the bound in millionths; the best pairs of each application, allowed or not, as two arrays.
    """
    bound = int((problem.room * prices).sum())
    applications, experts = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    most = int(problem.need.max(initial=0))
    for part in blocks(problem):
        brings, need = after_prices(problem, part, prices), problem.need[part]
        width = brings.shape[1]
        take = min(most, width)
        if not take:
            continue
        best = np.argpartition(brings, width - take, axis=1)[:, width - take :]
        values = np.take_along_axis(brings, best, axis=1)
        order = np.argsort(-values, axis=1, kind="stable")
        best, values = np.take_along_axis(best, order, axis=1), np.take_along_axis(values, order, axis=1)
        wanted = np.arange(take) < need[:, None]
        bound += int(np.where(wanted, values, 0).sum()) - problem.penalty * int(np.maximum(need - width, 0).sum())
        rows, columns = np.nonzero(wanted)
        applications.append(rows + part.start)
        experts.append(best[rows, columns])
    return bound, (np.concatenate(applications), np.concatenate(experts))


def prices_of(problem: Problem, among: Chosen, taken: Ints) -> Ints:
    """The lowest prices at which every application is content with its experts, and who has room left is free.

    A longest-path reckoning over the experts: whoever would be better for an application than one it has, after that
    one's price, costs at least the difference. It ends because the choice is the best among the candidates.

    Args:
        taken: whether each candidate is chosen.
    """
    need, kinds = problem.need, problem.kinds
    prices = np.zeros(len(problem.room), dtype=np.int64)
    worth = problem.worth[among.applications, among.experts].astype(np.int64)
    group = among.applications * kinds + problem.kind[among.experts]
    has, others = np.flatnonzero(taken), np.flatnonzero(~taken)
    others = others[np.argsort(among.experts[others], kind="stable")]
    if not len(others):
        return prices
    held = np.bincount(group[has], minlength=len(need) * kinds)
    firsts = problem.firsts.reshape(-1)
    alone = firsts[group[has]] * (held[group[has]] == 1)
    first_of_kind = firsts * (held == 0)
    is_short = np.bincount(among.applications[has], minlength=len(need)) < need
    limit = np.where(is_short, -problem.penalty, np.iinfo(np.int64).max // 4)
    no_limit = np.full(len(need) * kinds, np.iinfo(np.int64).max // 4)
    starts = np.flatnonzero(np.r_[True, np.diff(among.experts[others]) > 0])
    priced = among.experts[others][starts]
    wants, where = worth[others], group[others]
    for _step in range(LONGEST):
        left = worth[has] - prices[among.experts[has]]
        weakest, same = limit.copy(), no_limit.copy()
        np.minimum.at(weakest, among.applications[has], left + alone)
        np.minimum.at(same, group[has], left)
        least = np.minimum(np.repeat(weakest, kinds) - first_of_kind, same)
        asked = np.maximum(np.maximum.reduceat(wants - least[where], starts), prices[priced])
        if (asked == prices[priced]).all():
            break
        prices[priced] = asked
    return prices
