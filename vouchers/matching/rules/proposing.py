"""From inputs to a proposal: weigh, choose, make fair, compare; or say what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vouchers.matching.rules.affinity import Matched, match
from vouchers.matching.rules.explaining import Lack, count_lack, find_bad_pins
from vouchers.matching.rules.fairness import Fair, Fares, fares_of, make_fair
from vouchers.matching.rules.greedy import choose_greedily
from vouchers.matching.rules.inputs import Inputs, Pair
from vouchers.matching.rules.problem import UNIT, Chosen, Problem, Solution, total_of, without
from vouchers.matching.rules.shortages import find_shortages
from vouchers.matching.rules.solving import Told, maximise, nobody_listens
from vouchers.matching.rules.spreading import find_earners, spread_of


@dataclass(frozen=True)
class ProposedPair:
    """One pair of the proposal: its worth in millionths, and why, as `reasons.say_reasons` reads it."""

    pair: Pair
    worth: int
    reason: dict[str, Any]


@dataclass(frozen=True)
class Proposal:
    """What a run ends in: pairs with figures, or what is missing.

    Args:
        figures: totals and how the worst-off fares, in millionths, as they are stored and shown.
    """

    pairs: tuple[ProposedPair, ...]
    figures: dict[str, Any]
    lacks: tuple[Lack, ...] = ()


def propose(inputs: Inputs, tell: Told = nobody_listens) -> Proposal:
    """The best choice with the worst-off raised. Deterministic: the same inputs give the same proposal."""
    if not inputs.cases or not inputs.people:
        return Proposal((), {}, (Lack("pool" if inputs.cases else "nothing", (), {}),))
    if bad := find_bad_pins(inputs):
        return Proposal((), {}, tuple(bad))
    matched = match(inputs, tell)
    pins = matched.pins
    problem = without(matched.problem, pins) if len(pins) else matched.problem
    best = maximise(problem, tell)
    if best.empty:
        tell("explain", 1)
        return Proposal((), {}, tuple(_lacks(matched, problem)))
    fares = _fares(matched, pins)
    fair = make_fair(problem, best, fares, tell)
    tell("compare", 1)
    pairs, bonus = fair.pairs + pins, find_earners(problem, fair.pairs)
    rows = [
        ProposedPair(
            (inputs.cases[row].id, inputs.people[column].id),
            int(matched.problem.worth[row, column]),
            matched.reason_of(row, column, bonus=bonus.get((row, column), 0)),
        )
        for row, column in pairs.pairs()
    ]
    return Proposal(
        tuple(rows), _figures(matched, problem, best, fair, fares) | {"spread": spread_of(inputs.people, pairs)}
    )


def _fares(matched: Matched, pins: Chosen) -> Fares:
    before = matched.before.copy()
    for row, column in pins.pairs():
        before[row] += int(matched.problem.worth[row, column])
    return fares_of(matched.wanted, before)


def _figures(matched: Matched, problem: Problem, best: Solution, fair: Fair, fares: Fares) -> dict[str, Any]:
    greedy = choose_greedily(problem)
    asked = problem.need > 0
    fared = fares.of(problem, fair.pairs)
    worst = int(fared[asked].argmin()) if asked.any() else None
    rows = [row for row, is_asked in enumerate(asked.tolist()) if is_asked]
    per = fares.whole or 1
    return {
        "unit": UNIT,
        "applications": len(matched.inputs.cases),
        "experts": len(matched.inputs.people),
        "places": int(problem.need.sum()),
        "pins": len(matched.pins),
        "best_total": best.total,
        "bound": best.bound,
        "total": fair.total,
        "worst": fair.worst / per if per > 1 else fair.worst,
        "worst_before": _least(fares, problem, best.pairs) / per if per > 1 else _least(fares, problem, best.pairs),
        "worst_bound": fair.worst_bound / per if per > 1 else fair.worst_bound,
        "is_each": per > 1,
        "is_worst_proven": fair.worst >= fair.worst_bound,
        "is_total_proven": fair.is_proven,
        "worst_case": matched.inputs.cases[rows[worst]].id if worst is not None else None,
        "greedy_total": total_of(problem, greedy),
        "greedy_empty": int(problem.need.sum()) - len(greedy),
        "greedy_worst": _least(fares, problem, greedy) / per if per > 1 else _least(fares, problem, greedy),
        "rounds": best.rounds,
        "candidates": len(best.among),
    }


def _least(fares: Fares, problem: Problem, pairs: Chosen) -> int:
    asked = problem.need > 0
    return int(fares.of(problem, pairs)[asked].min()) if asked.any() else 0


def _lacks(matched: Matched, problem: Problem) -> list[Lack]:
    cases, found = matched.inputs.cases, []
    for short in find_shortages(problem):
        if len(short.applications) == 1 and len(short.experts) < short.asked:
            found.append(count_lack(matched.inputs, cases[short.applications[0]]))
        else:
            counts = {"asked": short.asked, "possible": short.possible, "experts": len(short.experts)}
            names = tuple(cases[row].reference for row in short.applications)
            found.append(Lack("together", names, counts))
    return found
