"""The best choice of all pairs, found among few of them and proven for all.

Few candidates for each application are chosen first; prices tell which of the others would improve the choice; those
are added until none is left (column generation; Dantzig and Wolfe 1960). The proof needs no trust in the search: the
bound is reckoned over all pairs by prices alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from vouchers.matching.rules.flows import best_among
from vouchers.matching.rules.pricing import (
    after_prices,
    blocks,
    bound_of,
    every_pair,
    merge,
    prices_of,
)
from vouchers.matching.rules.problem import Chosen, Ints, Problem, Solution, total_of

FEW = 12
"""Chosen of each application for each expert that it needs, to begin with."""
SMALL = 60_000
"""Up to so many pairs all take part from the beginning."""
SAMPLE, STEPS = 1000, 20
"""Applications and steps from which the first prices are guessed."""
ROUNDS = 25
"""After so many rounds all pairs take part."""

Told = Callable[[str, int], None]
"""Told of each round: its name and its number. What it raises ends the search."""


def nobody_listens(_stage: str, _number: int) -> None:
    """For who needs no progress."""


def maximise(problem: Problem, tell: Told = nobody_listens) -> Solution:
    """The choice of the highest total in which as few places as possible stay empty, with the proof."""
    among = every_pair(problem) if problem.worth.size <= SMALL else _to_begin_with(problem)
    best_bound: int | None = None
    for number in range(1, ROUNDS + 2):
        tell("solve", number)
        if number > ROUNDS:
            among = every_pair(problem)
        taken = best_among(problem, among)
        prices = prices_of(problem, among, taken)
        bound, wanted = bound_of(problem, prices)
        best_bound = bound if best_bound is None else min(bound, best_bound)
        solution = _solution(problem, among, taken, best_bound, number)
        if solution.gap <= 0 or number > ROUNDS or len(among) == int((problem.worth >= 0).sum()):
            return solution
        more = merge(problem, (among.applications, among.experts), wanted, _attractive(problem, prices))
        if len(more) == len(among):
            more = every_pair(problem)
        among = more
    raise AssertionError("the last round has all pairs")


def _solution(problem: Problem, among: Chosen, taken: Ints, bound: int, rounds: int) -> Solution:
    pairs = Chosen(among.applications[taken], among.experts[taken])
    empty = int(problem.need.sum()) - len(pairs)
    total = total_of(problem, pairs)
    return Solution(pairs, total, bound + empty * problem.penalty, empty, rounds, among)


def _to_begin_with(problem: Problem) -> Chosen:
    """The best experts of each application after rough prices, and the best applications of each expert."""
    prices = _rough_prices(problem)
    few = int(problem.need.max(initial=1)) * FEW
    return merge(problem, _best_of(problem, prices, few), _best_for_experts(problem))


def _attractive(problem: Problem, prices: Ints) -> tuple[Ints, Ints]:
    """Some more of each application's best at these prices than it needs."""
    return _best_of(problem, prices, int(problem.need.max(initial=1)) + 3)


def _best_of(problem: Problem, prices: Ints, few: int) -> tuple[Ints, Ints]:
    applications, experts = [], []
    for part in blocks(problem):
        brings = after_prices(problem, part, prices)
        width = brings.shape[1]
        take = min(few, width)
        best = np.argpartition(brings, width - take, axis=1)[:, width - take :]
        applications.append(np.repeat(np.arange(part.start, part.stop), take))
        experts.append(best.reshape(-1))
    return np.concatenate(applications), np.concatenate(experts)


def _best_for_experts(problem: Problem) -> tuple[Ints, Ints]:
    """For each expert as many applications as there is room for, so that nobody is left out of the beginning."""
    take = int(min(max(problem.room.max(initial=1), 1), len(problem.need), 20))
    experts, applications = [], []
    step = max(1, 2_000_000 // max(1, len(problem.need)))
    for start in range(0, len(problem.room), step):
        columns = problem.worth[:, start : start + step].T
        best = np.argpartition(columns, columns.shape[1] - take, axis=1)[:, -take:]
        experts.append(np.repeat(np.arange(start, start + len(columns)), take))
        applications.append(best.reshape(-1))
    return np.concatenate(applications), np.concatenate(experts)


def _rough_prices(problem: Problem) -> Ints:
    """Prices that push the demand away from who is asked for by too many: a few steps of a subgradient on a sample."""
    every = max(1, len(problem.need) // SAMPLE)
    part = slice(0, None, every)
    sample = replace(problem, worth=problem.worth[part], need=problem.need[part], settled=())
    prices = np.zeros(len(problem.room), dtype=np.int64)
    scale = int(max(sample.worth.max(initial=1), 1))
    room = np.maximum(problem.room / every, 1)
    for number in range(STEPS):
        _bound, (_applications, experts) = bound_of(sample, prices)
        asked = np.bincount(experts, minlength=len(room))
        step = scale / (20 * (1 + number / 4))
        prices = np.maximum(prices + (np.clip((asked - room) / room, -1, 2) * step).astype(np.int64), 0)
    return prices
