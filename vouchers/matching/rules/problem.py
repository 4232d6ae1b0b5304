"""The problem in numbers: who may mark what, what each pair is worth, how many are wanted, how many can be taken.

Worth is counted in whole millionths, so that sums are exact and the same on every machine. Beside the worth of its
pairs an application gains a small `bonus` for the first expert of each kind (region, and new or seasoned), so that
its experts are spread. A first-of-its-kind bonus is concave in each kind, so the whole remains a minimum-cost flow with
whole-number solutions (Ahuja, Magnanti, Orlin: Network Flows, 14.3, convex costs).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[Any]
UNIT = 1_000_000
"""Worth 1, in millionths."""
FORBIDDEN = -1
"""Stands in `worth` for a pair that must never be: a conflict, a language, an exclusion, an earlier answer."""


@dataclass(frozen=True)
class Problem:
    """Applications by experts, in the order of their rows.

    Args:
        worth: int32, shape (applications, experts): millionths from 0 on, or `FORBIDDEN`.
        need: how many experts each application still lacks, shape (applications,).
        room: how many applications each expert still takes, shape (experts,).
        kind: the kind of each expert, numbered from 0, shape (experts,).
        bonus: for the first expert of a kind, in millionths.
        settled: (application, kind) that who is there already has filled, so that no bonus is due for it.
    """

    worth: Ints
    need: Ints
    room: Ints
    kind: Ints
    bonus: int = 0
    settled: tuple[tuple[int, int], ...] = ()

    @cached_property
    def kinds(self) -> int:
        """How many kinds of experts there are."""
        return int(self.kind.max()) + 1 if len(self.kind) else 1

    @cached_property
    def firsts(self) -> Ints:
        """The bonus for the first expert of each kind, shape (applications, kinds)."""
        found = np.full((len(self.need), self.kinds), self.bonus, dtype=np.int64)
        for application, kind in self.settled:
            found[application, kind] = 0
        return found

    @cached_property
    def by_kind(self) -> Ints:
        """The experts in the order of their kinds."""
        return np.argsort(self.kind, kind="stable")

    @cached_property
    def penalty(self) -> int:
        """What an empty place costs: more than any rearrangement of all others could gain."""
        most = int(max(self.worth.max(initial=0), 0)) + self.bonus + 1
        return 2 * most * (int(min(self.worth.shape)) + 1)


@dataclass(frozen=True)
class Chosen:
    """Pairs, as two arrays of the same length in the order of the applications."""

    applications: Ints
    experts: Ints

    def __len__(self) -> int:
        return len(self.applications)

    def pairs(self) -> list[tuple[int, int]]:
        """``(application, expert)`` each."""
        return list(zip(self.applications.tolist(), self.experts.tolist(), strict=True))

    def __add__(self, other: Chosen) -> Chosen:
        return chosen([*self.pairs(), *other.pairs()])


def chosen(pairs: Sequence[tuple[int, int]]) -> Chosen:
    """These pairs in their order."""
    ordered = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return Chosen(ordered[:, 0], ordered[:, 1])


@dataclass(frozen=True)
class Solution:
    """Who marks what, and what it is worth.

    Args:
        bound: no choice at all can be worth more, proven by prices of the experts' time (LP duality).
        empty: places that stay empty.
        rounds: how often candidates were added, the first time included.
        among: the candidates of the last round.
    """

    pairs: Chosen
    total: int
    bound: int
    empty: int
    rounds: int = 1
    among: Chosen = field(default_factory=lambda: chosen([]))

    @property
    def gap(self) -> int:
        """What might be missing to the best, in millionths; 0: proven the best."""
        return self.bound - self.total


def worth_of(problem: Problem, pairs: Chosen) -> Ints:
    """What each application's experts are worth to it without bonuses, shape (applications,)."""
    values = problem.worth[pairs.applications, pairs.experts].astype(np.int64)
    return np.bincount(pairs.applications, weights=values, minlength=len(problem.need)).astype(np.int64)


def total_of(problem: Problem, pairs: Chosen) -> int:
    """Worth of all pairs with the bonuses."""
    return int(worth_of(problem, pairs).sum()) + bonuses_of(problem, pairs)


def bonuses_of(problem: Problem, pairs: Chosen) -> int:
    """The bonuses alone."""
    seen = np.unique(pairs.applications * problem.kinds + problem.kind[pairs.experts])
    return int(problem.firsts.reshape(-1)[seen].sum())


def is_kept(problem: Problem, pairs: Chosen) -> bool:
    """Whether nothing forbidden is among the pairs, none is there twice, and no expert or application has too many."""
    ids = pairs.applications * len(problem.room) + pairs.experts
    return bool(
        (problem.worth[pairs.applications, pairs.experts] >= 0).all()
        and len(np.unique(ids)) == len(ids)
        and (np.bincount(pairs.experts, minlength=len(problem.room)) <= problem.room).all()
        and (np.bincount(pairs.applications, minlength=len(problem.need)) <= problem.need).all()
    )


def without(problem: Problem, pins: Chosen) -> Problem:
    """What is left to choose once these pairs are set: less need, less room, never the same pair again."""
    worth = problem.worth.copy()
    worth[pins.applications, pins.experts] = FORBIDDEN
    need = problem.need - np.bincount(pins.applications, minlength=len(problem.need))
    room = problem.room - np.bincount(pins.experts, minlength=len(problem.room))
    filled = zip(pins.applications.tolist(), problem.kind[pins.experts].tolist(), strict=True)
    return Problem(worth, need, room, problem.kind, problem.bonus, (*problem.settled, *filled))
