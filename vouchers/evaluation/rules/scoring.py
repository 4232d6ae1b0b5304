"""Marks from 0 to 5 in half points: read, put together, compared with the thresholds, weighed for the ranking.

Exact throughout: a mark is a Decimal, what several experts' marks make together is a Fraction. Thresholds look at the
plain marks; weights count for the ranking score alone (as in Horizon Europe's evaluation forms, general annex D).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.rules.plan import Aggregation, Criterion, Marking

HIGHEST = Decimal(5)
HALF = Decimal("0.5")
PLACES = 6
"""Decimals of a score that is shown or stored; comparisons use the exact fraction."""

WHOLE_HALVES = _("Marks are from 0 to 5 in half points, such as 3 or 3.5.")


_MARK = re.compile(r"-?[0-9]{1,6}(\.[0-9]{0,6})?", re.ASCII)


@lru_cache(maxsize=1024)
def read_mark(typed: str) -> Decimal:
    """The mark that was typed, with a point or a comma.

    Raises:
        RuleBroken: no number, outside 0 to 5, or not in half points (4.25).
    """
    text = typed.strip().replace(",", ".")
    try:
        mark = Decimal(text) if _MARK.fullmatch(text) else Decimal("NaN")
    except InvalidOperation:
        mark = Decimal("NaN")
    if not mark.is_finite() or not 0 <= mark <= HIGHEST or mark % HALF:
        raise RuleBroken(WHOLE_HALVES)
    return mark.quantize(HALF) + 0


@lru_cache(maxsize=65536)
def together(marks: tuple[Decimal, ...], aggregation: Aggregation) -> Fraction:
    """What several experts' marks for one criterion make together: their mean, or their median."""
    if not marks:
        raise ValueError("no marks")
    exact = sorted(Fraction(mark) for mark in marks)
    if aggregation is Aggregation.MEAN:
        return sum(exact, Fraction()) / len(exact)
    middle = len(exact) // 2
    return exact[middle] if len(exact) % 2 else (exact[middle - 1] + exact[middle]) / 2


@dataclass(frozen=True, slots=True)
class Result:
    """What the experts' marks make of one application."""

    marks: tuple[tuple[str, Fraction], ...]
    """Criterion code and the marks together, in the order of the call."""
    total: Fraction
    """The plain sum, which the total threshold looks at."""
    ranking_score: Fraction
    """The weighed sum, which orders the ranking; the corrected one where the call ranks by corrected marks."""
    below: tuple[str, ...]
    """Codes of the criteria below their threshold; ``total`` for the sum."""
    tie_break: tuple[Fraction, ...]
    """The marks by weight, the heaviest first; equal weights in the order of the call."""
    raw_score: Fraction | None = None
    """The weighed sum as it was marked, where `ranking_score` is a corrected one."""
    unranked: Sentence | None = None
    """Why it has no place in a ranking, though it was marked."""

    @property
    def passes(self) -> bool:
        """Whether every threshold is reached."""
        return not self.below

    @property
    def order(self) -> tuple[Fraction, ...] | None:
        """Greater is better; equal for those who stay tied; None for those without a place."""
        return None if self.unranked else (self.ranking_score, *self.tie_break)


Sheet = Mapping[str, Decimal]
"""Criterion code -> mark of one expert."""


def score(sheets: Sequence[Sheet], marking: Marking) -> Result:
    """Put the complete sheets of one application together."""
    columns = tuple(tuple(sheet[criterion.code] for sheet in sheets) for criterion in marking.criteria)
    return _scored(columns, marking)


@lru_cache(maxsize=65536)
def _scored(columns: tuple[tuple[Decimal, ...], ...], marking: Marking) -> Result:
    marks = [together(tuple(sorted(column)), marking.aggregation) for column in columns]
    pairs = list(zip(marking.criteria, marks, strict=True))
    total = sum(marks, Fraction())
    below = [criterion.code for criterion, mark in pairs if mark < Fraction(criterion.threshold)]
    if total < Fraction(marking.total_threshold):
        below.append(TOTAL)
    by_weight = sorted(range(len(pairs)), key=lambda at: (-pairs[at][0].weight, at))
    return Result(
        marks=tuple((criterion.code, mark) for criterion, mark in pairs),
        total=total,
        ranking_score=sum((Fraction(criterion.weight) * mark for criterion, mark in pairs), Fraction()),
        below=tuple(below),
        tie_break=tuple(marks[at] for at in by_weight),
    )


TOTAL = "total"


def score_text(value: Fraction, *, places: int = PLACES) -> str:
    """``14.625``, ``11.333333``: at most six decimals, or `places`; none that say nothing."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return format(round(exact, places).normalize() + 0, "f")


def say_below(result: Result, marking: Marking) -> list[Sentence]:
    """Which thresholds were not reached, in words."""
    criteria = {criterion.code: criterion for criterion in marking.criteria}
    marks = dict(result.marks)
    return [
        _(
            "The sum of the marks is %(mark)s; at least %(threshold)s is needed.",
            mark=score_text(result.total),
            threshold=_plain(marking.total_threshold),
        )
        if code == TOTAL
        else _(
            "%(criterion)s: %(mark)s; at least %(threshold)s is needed.",
            criterion=str(criteria[code].name),
            mark=score_text(marks[code]),
            threshold=_plain(criteria[code].threshold),
        )
        for code in result.below
    ]


def read_sheet(marks: Mapping[str, Mapping[str, str | None]], criteria: Sequence[Criterion]) -> dict[str, Decimal]:
    """The stored marks of a submitted sheet. Raises `KeyError` or `RuleBroken` if it is not complete."""
    return {criterion.code: read_mark(str(marks[criterion.code]["mark"])) for criterion in criteria}


def bare_marks(marks: Mapping[str, Mapping[str, str | None]]) -> str:
    """The marks of a sheet alone, without the comments that are a hundred times as long: ``{"quality":"3.5"}``."""
    alone = {code: given.get("mark") for code, given in sorted(marks.items())}
    return json.dumps(alone, separators=(",", ":"))


@lru_cache(maxsize=65536)
def read_bare_marks(bare: str) -> Mapping[str, Mapping[str, str | None]]:
    """The marks that `bare_marks` wrote, as a sheet keeps them; not to be changed."""
    return {code: {"mark": mark} for code, mark in json.loads(bare).items()}


def _plain(value: Decimal) -> str:
    return format(value.normalize() + 0, "f")
