"""Why places stay empty: who lacks experts alone, and which applications together ask for more than theirs can take.

The second is Hall's condition: where the greatest flow leaves places empty, the least cut names a group of applications
and the experts that they depend on (Ford and Fulkerson 1956). It is found among few candidates first, and pairs that
cross the cut are added until the cut holds over all pairs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from ortools.graph.python import max_flow
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from vouchers.matching.rules.pricing import blocks, every_pair, merge
from vouchers.matching.rules.problem import Chosen, Ints, Problem
from vouchers.matching.rules.solving import SMALL

FEW = 20
TOO_MANY = 1_000_000
"""Pairs of a cut above which it is told as one."""


@dataclass(frozen=True)
class Shortage:
    """Applications (one: by itself) that ask for more places than they can be given.

    Args:
        applications: their rows, in order.
        experts: who could take any of their places.
        asked, possible: places.
    """

    applications: tuple[int, ...]
    experts: tuple[int, ...]
    asked: int
    possible: int


def find_shortages(problem: Problem) -> list[Shortage]:
    """All that lack experts by themselves, then the groups that lack them together; empty: everything can be filled."""
    can = (problem.worth >= 0) & (problem.room > 0)
    possible = can.sum(axis=1)
    alone = np.flatnonzero(possible < problem.need)
    found = [
        Shortage((row,), tuple(np.flatnonzero(can[row]).tolist()), int(problem.need[row]), int(possible[row]))
        for row in alone.tolist()
    ]
    return found + _groups(replace(problem, need=np.minimum(problem.need, possible)))


def _groups(problem: Problem) -> list[Shortage]:
    among = every_pair(problem) if problem.worth.size <= SMALL else _some(problem)
    while True:
        applications, experts = _cut(problem, among)
        if not applications.any():
            return []
        across = _across(problem, among, applications, experts)
        more = merge(problem, (among.applications, among.experts), *across)
        if len(more) == len(among):
            return _parts(problem, applications, experts)
        among = more


def _across(problem: Problem, among: Chosen, applications: Ints, experts: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Pairs that cross the cut and are no candidates yet, a few of each application."""
    places = np.searchsorted(among.applications, np.arange(len(problem.need) + 1))
    outside = ~experts & (problem.room > 0)
    for part in blocks(problem):
        crossing = (problem.worth[part] >= 0) & applications[part, None] & outside[None, :]
        known = slice(int(places[part.start]), int(places[part.stop]))
        crossing[among.applications[known] - part.start, among.experts[known]] = False
        rows, columns = np.nonzero(crossing)
        few = np.arange(len(rows)) - np.searchsorted(rows, rows) < FEW
        yield rows[few] + part.start, columns[few]


def _some(problem: Problem) -> Chosen:
    worth = np.where(problem.room > 0, problem.worth, -1)
    take = min(FEW * int(problem.need.max(initial=1)), worth.shape[1])
    best = np.argpartition(worth, worth.shape[1] - take, axis=1)[:, -take:]
    return merge(problem, (np.repeat(np.arange(len(worth)), take), best.reshape(-1)))


def _cut(problem: Problem, among: Chosen) -> tuple[Ints, Ints]:
    """Which applications and experts stand on the source's side of the least cut; none: all places can be filled."""
    applications, experts = len(problem.need), len(problem.room)
    source, sink = applications + experts, applications + experts + 1
    rows, columns = np.arange(applications), np.arange(experts)
    tails = np.concatenate([np.full(applications, source), among.applications, applications + columns])
    heads = np.concatenate([rows, applications + among.experts, np.full(experts, sink)])
    capacities = np.concatenate([problem.need, np.ones(len(among)), np.maximum(problem.room, 0)])
    flow = max_flow.SimpleMaxFlow()
    flow.add_arcs_with_capacity(tails.astype(np.int32), heads.astype(np.int32), capacities.astype(np.int64))
    if flow.solve(source, sink) != flow.OPTIMAL:
        raise RuntimeError("the greatest flow was not found")
    side = np.zeros(sink + 1, dtype=bool)
    if flow.optimal_flow() < int(problem.need.sum()):
        side[np.array(flow.get_source_side_min_cut())] = True
    return side[:applications] & (problem.need > 0), side[applications : applications + experts]


def _parts(problem: Problem, applications: Ints, experts: Ints) -> list[Shortage]:
    """The cut in parts that share no expert, the greatest lack first."""
    rows, columns = np.flatnonzero(applications), np.flatnonzero(experts)
    can = (problem.worth[rows] >= 0) & (problem.room > 0)
    beside = (can & ~experts).sum(axis=1)
    if len(rows) * len(columns) > TOO_MANY:
        possible = int(problem.room[columns].sum() + beside.sum())
        everyone = tuple(np.flatnonzero(can.any(axis=0)).tolist())
        return [Shortage(tuple(rows.tolist()), everyone, int(problem.need[rows].sum()), possible)]
    allowed = problem.worth[np.ix_(rows, columns)] >= 0
    ones, others = np.nonzero(allowed)
    nodes = len(rows) + len(columns)
    links = coo_array((np.ones(len(ones)), (ones, others + len(rows))), shape=(nodes, nodes))
    count, part = connected_components(links, directed=False)
    found = []
    for number in range(count):
        own, theirs = np.flatnonzero(part[: len(rows)] == number), np.flatnonzero(part[len(rows) :] == number)
        asked = int(problem.need[rows[own]].sum())
        possible = int(problem.room[columns[theirs]].sum() + beside[own].sum())
        if possible < asked:
            together = np.flatnonzero(can[own].any(axis=0))
            found.append(Shortage(tuple(rows[own].tolist()), tuple(together.tolist()), asked, possible))
    return sorted(found, key=lambda one: (one.possible - one.asked, one.applications))
