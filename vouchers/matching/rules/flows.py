"""The best choice among candidates, as a minimum-cost flow (OR-Tools, cost scaling; Goldberg and Tarjan 1990).

Source -> application -> (application, kind) -> expert -> sink. The first unit into each kind gains the bonus; an arc
from the application past all experts, at the penalty, stands for places that stay empty.
"""

from __future__ import annotations

import numpy as np
from ortools.graph.python import min_cost_flow

from vouchers.matching.rules.problem import Chosen, Ints, Problem


def best_among(problem: Problem, among: Chosen) -> Ints:
    """Whether each candidate is chosen, as booleans. Deterministic."""
    applications, experts = len(problem.need), len(problem.room)
    sink = applications + experts
    arcs = _Arcs()
    tails, values = _through_kinds(problem, among, arcs, first_node=sink + 1)
    start = arcs.add(tails, applications + among.experts, 1, -values)
    everyone = np.arange(applications)
    arcs.add(everyone, np.full(applications, sink), problem.need, np.full(applications, problem.penalty))
    arcs.add(applications + np.arange(experts), np.full(experts, sink), np.maximum(problem.room, 0), 0)
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(*arcs.columns())
    flow.set_nodes_supplies(everyone, problem.need)
    flow.set_nodes_supplies(np.array([sink]), np.array([-int(problem.need.sum())]))
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"the flow was not solved: {status}")
    found: Ints = flow.flows(np.arange(start, start + len(among), dtype=np.int32)) > 0
    return found


def _through_kinds(problem: Problem, among: Chosen, arcs: _Arcs, *, first_node: int) -> tuple[Ints, Ints]:
    """Where each candidate's arc begins, and what it is worth; arcs into the kinds are added on the way.

    A kind with one candidate of an application, or without a bonus, needs no node of its own.
    """
    values = problem.worth[among.applications, among.experts].astype(np.int64)
    if not problem.bonus:
        return among.applications, values
    group = among.applications * problem.kinds + problem.kind[among.experts]
    size = np.bincount(group, minlength=len(problem.need) * problem.kinds)
    firsts = problem.firsts.reshape(-1)
    is_single, has_node = size[group] == 1, (size > 1) & (firsts > 0)
    values = values + np.where(is_single, firsts[group], 0)
    node = np.cumsum(has_node) - 1 + first_node
    groups = np.flatnonzero(has_node)
    owners = groups // problem.kinds
    arcs.add(owners, node[groups], 1, -firsts[groups])
    arcs.add(owners, node[groups], np.maximum(problem.need[owners] - 1, 0), 0)
    return np.where(has_node[group], node[group], among.applications), values


class _Arcs:
    """Arcs as they are collected: tails, heads, capacities, costs."""

    def __init__(self) -> None:
        self._parts: list[tuple[Ints, Ints, Ints, Ints]] = []
        self._count = 0

    def add(self, tails: Ints, heads: Ints, capacities: Ints | int, costs: Ints | int) -> int:
        """Add arcs; returns the number of the first."""
        shape, start = tails.shape, self._count
        self._parts.append((tails, heads, np.broadcast_to(capacities, shape), np.broadcast_to(costs, shape)))
        self._count += len(tails)
        return start

    def columns(self) -> tuple[Ints, Ints, Ints, Ints]:
        """All of them, in the types that the solver takes."""
        tails, heads, capacities, costs = (np.concatenate(column) for column in zip(*self._parts, strict=True))
        return (tails.astype(np.int32), heads.astype(np.int32), capacities.astype(np.int64), costs.astype(np.int64))
