"""The corrected marks of a whole call: each group of connected marks by itself, with spread and agreement.

What is corrected is the weighed sum of a sheet: since the model is linear, that is the weighed sum of the corrected
criteria. Groups that no expert connects have nothing to do with one another; a list may use corrected marks only while
all its applications lie in the same group. Thresholds and tie-breaks look at the raw marks (docs/decisions/0013).
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from vouchers.evaluation.rules.agreement import Agreed, agreement_of, five_numbers, spread
from vouchers.evaluation.rules.connections import find_islands
from vouchers.evaluation.rules.scoring import TOTAL, Sheet, score
from vouchers.evaluation.rules.severity import Adjusted, Correction, Effect, correct
from vouchers.programmes.rules.plan import Aggregation, Marking

MILLION = 10**6


@dataclass(frozen=True, slots=True)
class Given:
    """One submitted sheet: whose, of what, and the marks."""

    expert: int
    application: int
    marks: Sheet


@dataclass(frozen=True, slots=True)
class MarkedApplication:
    """An application's marks, raw and corrected."""

    island: int
    adjusted: Adjusted
    raw: Fraction
    """The ranking score as the call puts marks together."""
    spread: Fraction


@dataclass(frozen=True, slots=True)
class MarkingExpert:
    """How one expert marks beside the others."""

    island: int
    effect: Effect
    box: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A call's corrected marks. `islands` are numbered from 0, the one with the most applications first."""

    islands: tuple[Correction, ...]
    applications: Mapping[int, MarkedApplication]
    experts: Mapping[int, MarkingExpert]
    agreement: Mapping[str, Agreed]
    """By criterion, and ``total`` for the weighed sum."""
    sheets: int

    @property
    def sha256(self) -> str:
        """Of the effects and corrected values as canonical JSON: what a ranking used can be recognised by it."""
        said = {
            "applications": {str(key): str(one.adjusted.value) for key, one in self.applications.items()},
            "experts": {str(key): str(one.effect.value) for key, one in self.experts.items()},
        }
        text = json.dumps(said, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def fit(given: Sequence[Given], marking: Marking) -> Fitted:
    """Correct the submitted sheets of a call."""
    weights = {criterion.code: Fraction(criterion.weight) for criterion in marking.criteria}
    scores = [weighed(one.marks, weights) for one in given]
    pieces = find_islands((one.expert, one.application) for one in given)
    island_of = {expert: number for number, piece in enumerate(pieces) for expert in piece.experts}
    marks: list[list[Any]] = [[] for _piece in pieces]
    of_application: dict[int, list[int]] = defaultdict(list)
    of_expert: dict[int, list[Fraction]] = defaultdict(list)
    for at, (one, value) in enumerate(zip(given, scores, strict=True)):
        marks[island_of[one.expert]].append((one.expert, one.application, value))
        of_application[one.application].append(at)
        of_expert[one.expert].append(value)
    islands = tuple(correct(part) for part in marks)
    plain = replace(marking, aggregation=_plain_aggregation(marking))
    applications = {}
    for number, island in enumerate(islands):
        for key, adjusted in island.applications.items():
            places = of_application[key]
            raw = score([given[at].marks for at in places], plain).ranking_score
            applications[key] = MarkedApplication(number, adjusted, raw, spread([scores[at] for at in places]))
    experts = {
        key: MarkingExpert(number, effect, five_numbers(of_expert[key]))
        for number, island in enumerate(islands)
        for key, effect in island.experts.items()
    }
    return Fitted(islands, applications, experts, _agreement(given, scores, of_application, list(weights)), len(given))


def weighed(sheet: Sheet, weights: Mapping[str, Fraction]) -> Fraction:
    """What one sheet alone would give as ranking score."""
    return sum((weight * Fraction(sheet[code]) for code, weight in weights.items()), Fraction())


def _plain_aggregation(marking: Marking) -> Aggregation:
    """Marks that a consensus replaces are put together by their mean as long as they stand for themselves."""
    return marking.aggregation if marking.aggregation is Aggregation.MEDIAN else Aggregation.MEAN


def _agreement(
    given: Sequence[Given],
    scores: Sequence[Fraction],
    of_application: Mapping[int, Sequence[int]],
    codes: Sequence[str],
) -> dict[str, Agreed]:
    found = {TOTAL: agreement_of([scores[at] for at in places] for places in of_application.values())}
    for code in codes:
        found[code] = agreement_of([given[at].marks[code] for at in places] for places in of_application.values())
    return found


def in_millionths(value: Fraction | Decimal | None) -> int | None:
    """A value as it is stored, halves to even; None stays None."""
    return None if value is None else round(Fraction(value) * MILLION)


def from_millionths(value: int) -> Fraction:
    """A stored value."""
    return Fraction(value, MILLION)
