"""Harsh and mild experts: what an application's marks would be if every expert had the same measure.

The additive main-effects model ``score = mu + effect of the expert + effect of the application + error``, both effects
summing to zero, by least squares with fixed effects (Searle, Linear Models, 1971, chapter 7; for panels: the models
described for JSM 2021, amstat). It is solved over the experts alone, the applications being eliminated from the normal
equations. Because the model is linear, correcting each criterion and weighing, or weighing and correcting, is the same.

What a ranking may look at does not depend on the machine: a solution in floating point is improved in whole numbers of
10**-30 until it moves no more than 10**-24 (iterative refinement; Higham, Accuracy and Stability, 2002, chapter 12).
It is rounded to 10**-20, which gives equal values equal digits, and then, halves to even, to `PLACES` decimals. Values
that agree in all of them are tied. Uncertainties are only shown; they are reckoned in floating point.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from vouchers.evaluation.rules.connections import ensure_connected, find_islands

PLACES = 6
ONE = 10**30
"""What stands for one point while the solution is improved."""
STILL = 10**6
"""A step smaller than this, in 1/`ONE`, ends the improving."""
MOST_STEPS = 60
MOST_DENSE = 4000
"""Experts up to whom the whole matrix of covariances is held: 128 MB at this number."""
AT_ONCE = 512
"""Applications whose uncertainty is reckoned together."""

Score = int | Decimal | Fraction
Mark = tuple[Hashable, Hashable, Score]
"""Expert, application, and the score that one gave to the other."""


@dataclass(frozen=True, slots=True)
class Effect:
    """By how much an expert marks above (or, negative, below) the others."""

    value: Decimal
    error: Decimal | None
    """Standard error; None where it is not known, as of an expert with one sheet."""
    sheets: int


@dataclass(frozen=True, slots=True)
class Adjusted:
    """What an application's marks come to with every expert's effect taken out."""

    value: Decimal
    error: Decimal | None
    """Standard error; None where it is not known, as of an application with one sheet."""
    raw: Fraction
    """The plain mean of its marks."""
    sheets: int


@dataclass(frozen=True, slots=True)
class Correction:
    """The fitted model. `adjusted` is ``mu`` plus the application's effect."""

    mu: Decimal
    experts: Mapping[Any, Effect]
    applications: Mapping[Any, Adjusted]
    variance: Decimal | None
    """Of what the model leaves unexplained; None where it is not known."""
    freedom: int
    """Degrees of freedom: marks beyond those that the model needs."""

    def effect_of(self, application: Hashable) -> Decimal:
        """An application's own effect: how far it stands above or below the mean."""
        return self.applications[application].value - self.mu


def correct(marks: Sequence[Mark], names: Mapping[Any, str] | None = None) -> Correction:
    """Fit the model to at least one mark.

    Raises:
        Unconnected: the marks fall into groups that no expert connects.
    """
    ensure_connected(find_islands((expert, application) for expert, application, _score in marks), names)
    table = _Table(marks)
    solver = _Solver(table)
    effects, adjusted = _refined(table, solver)
    mu = _ratio(sum(adjusted), len(adjusted))
    freedom = len(table.scores) - len(table.experts) - len(table.applications) + 1
    variance = _unexplained(table, effects, adjusted) / freedom if freedom > 0 else None
    errors = solver.errors(variance) if variance is not None else None
    of_experts, of_applications = errors or (None, None)
    return Correction(
        _rounded(mu),
        {
            key: Effect(_rounded(effects[at]), _error(of_experts, at, sheets), len(sheets))
            for (key, at), sheets in zip(table.experts.items(), table.of_expert, strict=True)
        },
        {
            key: Adjusted(_rounded(adjusted[at]), _error(of_applications, at, sheets), table.mean_of(at), len(sheets))
            for (key, at), sheets in zip(table.applications.items(), table.of_application, strict=True)
        },
        None if variance is None else _plain(variance),
        freedom,
    )


def _error(errors: Sequence[Decimal] | None, at: int, sheets: Sequence[int]) -> Decimal | None:
    """One mark alone does not show by how much it may be wrong; it would only borrow from all others."""
    return errors[at] if errors is not None and len(sheets) > 1 else None


def order_by(values: Mapping[Any, Any]) -> list[Any]:
    """The keys, the greatest value first; equals by their names, so that the order is always the same."""
    return sorted(values, key=lambda key: (-values[key], str(key)))


def z_scores(marks: Iterable[Mark]) -> dict[Any, float]:
    """Each application's mean of its marks as each expert's own standard scores, with the population's deviation.

    An expert whose marks are all the same tells nothing: each of those marks counts as 0.
    """
    given = list(marks)
    of_expert: dict[Any, list[Score]] = defaultdict(list)
    for expert, _application, score in given:
        of_expert[expert].append(score)
    measures = {expert: _mean_and_deviation(scores) for expert, scores in of_expert.items()}
    found: dict[Any, list[float]] = defaultdict(list)
    for expert, application, score in given:
        mean, deviation = measures[expert]
        found[application].append(float(Fraction(score) - mean) / deviation if deviation else 0.0)
    return {application: sum(scores) / len(scores) for application, scores in found.items()}


def _mean_and_deviation(scores: Sequence[Score]) -> tuple[Fraction, float]:
    exact = [Fraction(score) for score in scores]
    mean = sum(exact, Fraction()) / len(exact)
    return mean, float(sum((score - mean) ** 2 for score in exact) / len(exact)) ** 0.5


class _Table:
    """The marks by number: who marked what, and scores in whole 1/`ONE`."""

    def __init__(self, marks: Sequence[Mark]):
        self.experts: dict[Any, int] = {}
        self.applications: dict[Any, int] = {}
        whole: dict[Score, int] = {}
        self.rows: list[int] = []
        self.columns: list[int] = []
        self.scores: list[int] = []
        for expert, application, score in marks:
            if score not in whole:
                whole[score] = _whole(Fraction(score))
            self.rows.append(self.applications.setdefault(application, len(self.applications)))
            self.columns.append(self.experts.setdefault(expert, len(self.experts)))
            self.scores.append(whole[score])
        self.of_application: list[list[int]] = [[] for _key in self.applications]
        self.of_expert: list[list[int]] = [[] for _key in self.experts]
        self.sums = [0] * len(self.applications)
        self.sums_given = [0] * len(self.experts)
        for row, column, score in zip(self.rows, self.columns, self.scores, strict=True):
            self.of_application[row].append(column)
            self.of_expert[column].append(row)
            self.sums[row] += score
            self.sums_given[column] += score

    def mean_of(self, application: int) -> Fraction:
        """The plain mean of an application's scores."""
        return Fraction(self.sums[application], ONE * len(self.of_application[application]))


class _Solver:
    """The normal equations over the experts: ``D - N' A^-1 N``, with D the experts' and A the applications' sheets."""

    def __init__(self, table: _Table):
        import numpy as np
        from scipy import sparse
        from scipy.linalg import cho_factor

        self.np = np
        shape = (len(table.applications), len(table.experts))
        self.links = sparse.csr_array((np.ones(len(table.rows)), (table.rows, table.columns)), shape=shape)
        self.sheets = np.array([len(one) for one in table.of_application], dtype=float)
        given = np.array([len(one) for one in table.of_expert], dtype=float)
        shares = sparse.diags_array(1 / self.sheets) @ self.links
        normal = (sparse.diags_array(given) - self.links.T @ shares).tocsc()
        self.count = shape[1]
        self.factor: Any = None
        if self.count <= MOST_DENSE:
            # The constant vector, which the equations leave open, is put in with weight one: effects then sum to zero.
            dense = normal.toarray()
            dense += 1 / self.count
            self.factor = cho_factor(dense, lower=True, overwrite_a=True, check_finite=False)
        else:
            from scipy.sparse.linalg import splu

            self.pinned = splu(normal[1:, 1:].tocsc())

    def solve(self, right: Sequence[int]) -> list[int]:
        """One step towards the effects, in the unit of `right`."""
        from scipy.linalg import cho_solve

        wanted = self.np.array([float(one) for one in right])
        if self.factor is not None:
            found = cho_solve(self.factor, wanted, check_finite=False)
        else:
            found = self.np.concatenate([[0.0], self.pinned.solve(wanted[1:])])
        return [int(one) for one in found]

    def errors(self, variance: float) -> tuple[list[Decimal], list[Decimal]] | None:
        """Standard errors of the experts' effects and of the adjusted means; None for more than `MOST_DENSE`."""
        from scipy.linalg import cho_solve

        np = self.np
        if self.factor is None:
            return None
        spread = np.ascontiguousarray(cho_solve(self.factor, np.eye(self.count), overwrite_b=True, check_finite=False))
        spread -= 1 / self.count
        of_applications = 1 / self.sheets
        for first in range(0, len(self.sheets), AT_ONCE):
            part = self.links[first : first + AT_ONCE]
            common = part.multiply(part @ spread).sum(axis=1)
            of_applications[first : first + AT_ONCE] += common / self.sheets[first : first + AT_ONCE] ** 2
        return (
            [_plain(one) for one in np.sqrt(np.maximum(variance * spread.diagonal(), 0)).tolist()],
            [_plain(one) for one in np.sqrt(np.maximum(variance * of_applications, 0)).tolist()],
        )


def _refined(table: _Table, solver: _Solver) -> tuple[list[int], list[int]]:
    """Effects of the experts, summing to zero, and adjusted means of the applications, in whole 1/`ONE`."""
    effects = [0] * len(table.experts)
    for _step in range(MOST_STEPS):
        adjusted = _adjusted(table, effects)
        gaps = [
            table.sums_given[at] - len(rows) * effects[at] - sum(adjusted[row] for row in rows)
            for at, rows in enumerate(table.of_expert)
        ]
        steps = solver.solve(gaps)
        effects = [effect + step for effect, step in zip(effects, steps, strict=True)]
        if max(abs(step) for step in steps) < STILL:
            break
    else:
        raise ArithmeticError("the effects of the experts did not settle")
    mean = _ratio(sum(effects), len(effects))
    effects = [effect - mean for effect in effects]
    return effects, _adjusted(table, effects)


def _adjusted(table: _Table, effects: Sequence[int]) -> list[int]:
    return [
        _ratio(table.sums[row] - sum(effects[column] for column in columns), len(columns))
        for row, columns in enumerate(table.of_application)
    ]


def _unexplained(table: _Table, effects: Sequence[int], adjusted: Sequence[int]) -> float:
    """The sum of squared residuals, in points."""
    pairs = zip(table.rows, table.columns, table.scores, strict=True)
    squares = sum((score - effects[column] - adjusted[row]) ** 2 for row, column, score in pairs)
    return float(Fraction(squares, ONE * ONE))


def _whole(score: Fraction) -> int:
    return _ratio(score.numerator * ONE, score.denominator)


def _ratio(over: int, under: int) -> int:
    """The quotient as a whole number, halves to even."""
    quotient, rest = divmod(over, under)
    return quotient + (2 * rest > under or (2 * rest == under and quotient % 2))


def _rounded(value: int) -> Decimal:
    """First to 10**-20, which equal values share on every machine, then to `PLACES`."""
    steady = _ratio(value, 10**10)
    return Decimal(_ratio(steady, 10 ** (20 - PLACES))).scaleb(-PLACES)


def _plain(value: float) -> Decimal:
    return round(Decimal(value), PLACES)
