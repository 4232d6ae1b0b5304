"""The proven optimum of a small problem with HiGHS (scipy): first the worst-off as high as it goes, then the total."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, hstack

from vouchers.matching.rules.pricing import every_pair
from vouchers.matching.rules.problem import Chosen, Ints, Problem, is_kept

SECONDS = 20
"""For each of the two questions."""
SCALE = 1000.0
"""Millionths are handed over as thousandths, so that the solver's tolerance lies far below one of them."""


@dataclass(frozen=True)
class FairOptimum:
    """What was found within the time: nothing (None), or pairs, and a bound of how the worst-off can fare."""

    pairs: Chosen | None
    bound: int | None
    is_proven: bool | None


def best_fair(problem: Problem, before: Ints, factor: Ints, *, least: int) -> FairOptimum:
    """The highest worst-off, and among those choices the highest total.

    Args:
        before, factor: as in `fairness.Fares`.
        least: a worst-off that is known to be possible.
    """
    model = _Model(problem, every_pair(problem), before, factor)
    first = milp(**model.worst_off(least), options={"time_limit": SECONDS, "mip_rel_gap": 0.0})
    if first.x is None:
        return FairOptimum(None, None, None)
    bound = int(np.floor(-first.mip_dual_bound * SCALE + 0.5)) if first.mip_dual_bound is not None else None
    pairs = model.read(first.x)
    if not is_kept(problem, pairs) or len(pairs) < int(problem.need.sum()):
        return FairOptimum(None, bound, None)
    worst = model.worst_of(pairs)
    second = milp(**model.total(worst), options={"time_limit": SECONDS, "mip_rel_gap": 0.0})
    if second.x is not None:
        better = model.read(second.x)
        if is_kept(problem, better) and len(better) == len(pairs) and model.worst_of(better) >= worst:
            return FairOptimum(better, bound, first.status == 0 and second.status == 0)
    return FairOptimum(pairs, bound, False)


class _Model:
    """Columns: one for each pair (0 or 1), one for each application and kind (its bonus, 0 to 1), the worst-off."""

    def __init__(self, problem: Problem, among: Chosen, before: Ints, factor: Ints) -> None:
        self.problem, self.among, self.before, self.factor = problem, among, before, factor
        self.worth = problem.worth[among.applications, among.experts].astype(np.int64)
        self.group = among.applications * problem.kinds + problem.kind[among.experts]
        self.groups = np.unique(self.group) if problem.bonus else np.zeros(0, dtype=np.int64)
        self.asked = np.flatnonzero(problem.need > 0)
        self.pairs, self.firsts = len(among), len(self.groups)

    def worst_off(self, least: int) -> dict[str, Any]:
        """Maximise the worst-off."""
        cost = np.zeros(self.pairs + self.firsts + 1)
        cost[-1] = -1
        return self._asked(cost, lowest=least / SCALE)

    def total(self, worst: int) -> dict[str, Any]:
        """Maximise the total while nobody fares worse than `worst`."""
        firsts = self.problem.firsts.reshape(-1)[self.groups]
        return self._asked(-np.concatenate([self.worth, firsts, [0]]) / SCALE, lowest=worst / SCALE)

    def _asked(self, cost: Ints, *, lowest: float) -> dict[str, Any]:
        columns = self.pairs + self.firsts
        is_whole = np.concatenate([np.ones(self.pairs), np.zeros(self.firsts + 1)])
        low, high = np.zeros(columns + 1), np.ones(columns + 1)
        low[-1], high[-1] = lowest, np.inf
        return {"c": cost, "integrality": is_whole, "bounds": Bounds(low, high), "constraints": self._constraints()}

    def _constraints(self) -> list[LinearConstraint]:
        problem, wide = self.problem, self.firsts + 1
        need = self._sum_by(self.among.applications, len(problem.need), np.ones(self.pairs))
        room = self._sum_by(self.among.experts, len(problem.room), np.ones(self.pairs))
        fares = self._sum_by(self.among.applications, len(problem.need), self.worth / SCALE)[self.asked]
        fares = coo_array(fares.multiply(self.factor[self.asked][:, None]))
        least = -(self.before * self.factor)[self.asked] / SCALE
        found = [
            LinearConstraint(_widened(need, wide), problem.need, problem.need),
            LinearConstraint(_widened(room, wide), -np.inf, problem.room),
            LinearConstraint(hstack([_widened(fares, self.firsts), -np.ones((len(self.asked), 1))]), least, np.inf),
        ]
        if self.firsts:
            filled = self._sum_by(np.searchsorted(self.groups, self.group), self.firsts, np.ones(self.pairs))
            bonus = coo_array((-np.ones(self.firsts), (np.arange(self.firsts), np.arange(self.firsts))))
            found.append(LinearConstraint(hstack([filled, bonus, coo_array((self.firsts, 1))]), 0, np.inf))
        return found

    def _sum_by(self, rows: Ints, count: int, values: Ints) -> Any:
        return coo_array((values, (rows, np.arange(self.pairs))), shape=(count, self.pairs)).tocsr()

    def read(self, found: Ints) -> Chosen:
        """The pairs of a solution."""
        taken = found[: self.pairs] > 0.5
        return Chosen(self.among.applications[taken], self.among.experts[taken])

    def worst_of(self, pairs: Chosen) -> int:
        """How the worst-off fares, exactly."""
        values = self.problem.worth[pairs.applications, pairs.experts].astype(np.int64)
        sums = np.zeros(len(self.problem.need), dtype=np.int64)
        np.add.at(sums, pairs.applications, values)
        return int(((self.before + sums) * self.factor)[self.asked].min())


def _widened(rows: Any, columns: int) -> Any:
    return hstack([rows, coo_array((rows.shape[0], columns))]) if columns else rows
