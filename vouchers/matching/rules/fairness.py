"""The application that fares worst, raised as far as it goes, and then the highest total that leaves it there.

How an application fares is the worth of its experts, those who were there before included, for each expert that it
asks for (so that one that asks for two is compared fairly with one that asks for three). To make the smallest of sums
as large as possible is NP-hard (Garg et al. 2010, Assigning Papers to Referees); a small problem is solved to its
proven optimum with HiGHS, a large one by exchanges along paths, beside a bound of how much more there could be.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lcm

import numpy as np

from vouchers.matching.rules.exact import FairOptimum, best_fair
from vouchers.matching.rules.exchanges import raise_worst
from vouchers.matching.rules.flows import best_among
from vouchers.matching.rules.pricing import merge
from vouchers.matching.rules.problem import (
    Chosen,
    Ints,
    Problem,
    Solution,
    chosen,
    is_kept,
    total_of,
    without,
    worth_of,
)
from vouchers.matching.rules.solving import Told, nobody_listens

EXACT_UP_TO = 4_000
"""Pairs up to which HiGHS is asked for the proven optimum."""
REPAIRS = 6
"""How often the total is sought again around those that would fall below."""


@dataclass(frozen=True)
class Fares:
    """How applications fare: ``(before + worth of the chosen) x factor``, in millionths times the factor.

    Args:
        before: the worth of the experts who are there already, shape (applications,).
        factor: makes sums over different numbers of experts comparable, shape (applications,).
        whole: the common multiple behind `factor`.
    """

    before: Ints
    factor: Ints
    whole: int = 1

    def of(self, problem: Problem, pairs: Chosen) -> Ints:
        """Each application, shape (applications,)."""
        found: Ints = (self.before + worth_of(problem, pairs)) * self.factor
        return found


def fares_of(wanted: Ints, before: Ints | None = None) -> Fares:
    """The measure for applications that ask for so many experts each; where all ask for as many, the plain sum."""
    numbers = sorted(set(wanted[wanted > 0].tolist())) or [1]
    whole = 1 if len(numbers) == 1 else lcm(*numbers)
    factor = np.full(len(wanted), 1, dtype=np.int64) if whole == 1 else whole // np.maximum(wanted, 1)
    return Fares(np.zeros(len(wanted), dtype=np.int64) if before is None else before, factor, whole)


@dataclass(frozen=True)
class Fair:
    """The choice with the worst-off raised.

    Args:
        worst: how the worst-off fares.
        worst_bound: no choice can raise it above.
        is_proven: whether `worst` is the highest possible, and `total` the highest that leaves it.
    """

    pairs: Chosen
    total: int
    worst: int
    worst_bound: int
    is_proven: bool


def make_fair(problem: Problem, best: Solution, fares: Fares, tell: Told = nobody_listens) -> Fair:
    """Raise the worst-off application of the best choice. Only for a choice without empty places."""
    asked = np.flatnonzero(problem.need > 0)
    if not len(asked):
        return Fair(best.pairs, best.total, 0, 0, True)
    tell("fair", 1)
    bound = int(_alone(problem, fares)[asked].min())
    start = _worst(problem, fares, best.pairs, asked)
    if start >= bound:
        return Fair(best.pairs, best.total, start, bound, best.gap == 0)
    pairs, worst = best.pairs, start
    raised = raise_worst(problem, pairs, fares.before, fares.factor, tell)
    if (found := _worst(problem, fares, raised, asked)) > worst:
        pairs, worst = raised, found
    optimum = FairOptimum(None, None, None)
    if int((problem.worth >= 0).sum()) <= EXACT_UP_TO:
        tell("fair", 2)
        optimum = best_fair(problem, fares.before, fares.factor, least=worst)
        bound = min(bound, optimum.bound) if optimum.bound is not None else bound
    if optimum.pairs is not None and _is_whole(problem, optimum.pairs):
        pairs, worst = optimum.pairs, _worst(problem, fares, optimum.pairs, asked)
        if optimum.is_proven and worst >= bound:
            return Fair(pairs, total_of(problem, pairs), worst, worst, True)
    tell("fair", 3)
    pairs = _seek_total(problem, pairs, best.among, fares, worst)
    total = total_of(problem, pairs)
    return Fair(pairs, total, worst, bound, worst >= bound and total == best.bound)


def _is_whole(problem: Problem, pairs: Chosen) -> bool:
    return is_kept(problem, pairs) and len(pairs) == int(problem.need.sum())


def _worst(problem: Problem, fares: Fares, pairs: Chosen, asked: Ints) -> int:
    return int(fares.of(problem, pairs)[asked].min())


def _alone(problem: Problem, fares: Fares) -> Ints:
    """How each would fare if it alone chose among those with time: none can ever fare better."""
    worth = np.where(problem.room > 0, problem.worth, 0)
    best = np.maximum(worth, 0)
    take = min(int(problem.need.max(initial=0)), best.shape[1])
    if not take:
        return fares.before * fares.factor
    top = -np.partition(-best, range(take), axis=1)[:, :take].astype(np.int64)
    wanted = np.arange(take) < problem.need[:, None]
    found: Ints = (fares.before + np.where(wanted, top, 0).sum(axis=1)) * fares.factor
    return found


def _seek_total(problem: Problem, fair: Chosen, among: Chosen, fares: Fares, worst: int) -> Chosen:
    """The highest total with the experts of whoever would fall below `worst` kept; never below that of `fair`."""
    kept: set[int] = set()
    own, asked = _experts_of(fair), problem.need > 0
    both = (among.applications, among.experts), (fair.applications, fair.experts)
    for _repair in range(REPAIRS):
        pins = chosen([(application, expert) for application in sorted(kept) for expert in own[application]])
        left = without(problem, pins)
        candidates = merge(left, *both)
        taken = best_among(left, candidates)
        pairs = Chosen(candidates.applications[taken], candidates.experts[taken]) + pins
        low = np.flatnonzero(asked & (fares.of(problem, pairs) < worst))
        if not len(low):
            return pairs if total_of(problem, pairs) >= total_of(problem, fair) else fair
        kept.update(low.tolist())
    return fair


def _experts_of(pairs: Chosen) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for application, expert in pairs.pairs():
        found[application] = (*found.get(application, ()), expert)
    return found
