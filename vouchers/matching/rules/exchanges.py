"""Raising the application that fares worst by exchanges along paths.

It takes a better expert; if that one has no time left, another application gives the expert up for one of its own, and
so on to somebody with time. Nobody on the path falls to where the worst-off stood, so each exchange raises it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from vouchers.matching.rules.problem import Chosen, Ints, Problem, chosen, worth_of
from vouchers.matching.rules.solving import Told

MOST = 3_000
"""Exchanges at most."""


def raise_worst(problem: Problem, pairs: Chosen, before: Ints, factor: Ints, tell: Told) -> Chosen:
    """Exchange until the worst-off cannot be raised by a path; `before` and `factor` as in `fairness.Fares`."""
    state = _State(problem, pairs, before, factor)
    for number in range(MOST):
        if number % 100 == 99:
            tell("fair", 1)
        worst = int(np.argmin(state.fares))
        if not state.improve(worst):
            break
    return chosen([(application, expert) for application, held in enumerate(state.held) for expert in held])


@dataclass(frozen=True)
class _Step:
    """`application` leaves one expert for another; the path goes on with who made room there."""

    application: int
    leaves: int
    takes: int
    before: _Step | None


class _State:
    def __init__(self, problem: Problem, pairs: Chosen, before: Ints, factor: Ints) -> None:
        self.worth, self.factor = problem.worth, factor
        self.held: list[list[int]] = [[] for _application in problem.need]
        self.given: list[list[int]] = [[] for _expert in problem.room]
        for application, expert in pairs.pairs():
            self.held[application].append(expert)
            self.given[expert].append(application)
        self.left = problem.room - np.bincount(pairs.experts, minlength=len(problem.room))
        fares = (before + worth_of(problem, pairs)) * factor
        self.fares = np.where(problem.need > 0, fares, np.iinfo(np.int64).max)

    def improve(self, worst: int) -> bool:
        """Raise this application, or say that no path does."""
        line, seen, moved = deque[_Step](), set[int](), {worst}
        for leaves in sorted(self.held[worst], key=lambda expert: (int(self.worth[worst, expert]), expert)):
            line.extend(self._choices(worst, leaves, int(self.fares[worst]), seen, None))
        while line:
            step = line.popleft()
            if self.left[step.takes] > 0:
                self._apply(step)
                return True
            ways: list[_Step] = []
            for other in self.given[step.takes]:
                if other not in moved:
                    moved.add(other)
                    ways += self._choices(other, step.takes, int(self.fares[worst]), seen, step)
            if ends := [way for way in ways if self.left[way.takes] > 0]:
                self._apply(max(ends, key=self._change))
                return True
            line.extend(ways)
        return False

    def _change(self, step: _Step) -> int:
        """What the step is worth to its application."""
        return int(self.worth[step.application, step.takes]) - int(self.worth[step.application, step.leaves])

    def _choices(self, application: int, leaves: int, floor: int, seen: set[int], path: _Step | None) -> list[_Step]:
        """Whom it could take instead so that it fares above `floor`, the best first."""
        row, factor = self.worth[application], int(self.factor[application])
        least = int(row[leaves]) + (floor - int(self.fares[application])) // factor + 1
        good = np.flatnonzero(row >= max(least, 0))
        good = good[np.argsort(-row[good], kind="stable")]
        found = []
        for expert in good.tolist():
            if expert not in seen and expert not in self.held[application]:
                seen.add(expert)
                found.append(_Step(application, leaves, expert, path))
        return found

    def _apply(self, last: _Step) -> None:
        self.left[last.takes] -= 1
        step: _Step | None = last
        while step is not None:
            one, at = step.application, step
            self.held[one][self.held[one].index(at.leaves)] = at.takes
            self.given[at.takes].append(one)
            self.given[at.leaves].remove(one)
            self.fares[one] += self._change(at) * int(self.factor[one])
            if at.before is None:
                self.left[at.leaves] += 1
            step = at.before
