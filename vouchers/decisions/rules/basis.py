"""What a decision by marks rested on, as it is stored with the decision: enough to follow its score and place later.

The corrected score of an application is the mean of its sheets, each less the effect of its expert; so its sheets and
those effects explain it without the marks of anybody else. The fingerprint tells which effects they were among all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from vouchers.evaluation.rules.scoring import Result, score_text
from vouchers.programmes.rules.plan import Marking


@dataclass(frozen=True, slots=True)
class SheetUsed:
    """One submitted sheet: by whom, its score, and the effect that was taken from it (None: none was)."""

    assignment: int
    version: int
    expert: int
    score: Fraction
    effect: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the application stood: its rank, whether others shared it, and among how many."""

    rank: int | None
    is_tied: bool
    among: int


def basis_of(
    result: Result,
    marking: Marking,
    tie_breaks: Sequence[str],
    sheets: Sequence[SheetUsed],
    standing: Standing | None,
    effects_sha256: str | None,
) -> dict[str, Any]:
    """The basis as JSON: ``ranks_by`` is ``raw`` or ``corrected``; scores and marks are decimal text.

    Args:
        tie_breaks: as the call publishes them; none of them are the criteria by their weight.
    """
    is_corrected = result.raw_score is not None
    raw = result.ranking_score if result.raw_score is None else result.raw_score
    by_weight = sorted(marking.criteria, key=lambda criterion: -criterion.weight)
    return {
        "ranks_by": "corrected" if is_corrected else "raw",
        "aggregation": marking.aggregation.value,
        "marks": {code: score_text(mark) for code, mark in result.marks},
        "total": score_text(result.total),
        "below": list(result.below),
        "raw_score": score_text(raw),
        "corrected_score": score_text(result.ranking_score) if is_corrected else None,
        "effects_sha256": effects_sha256 if is_corrected else None,
        "tie_breaks": list(tie_breaks) or [criterion.code for criterion in by_weight],
        "sheets": [_sheet(one) for one in sheets],
        "rank": standing.rank if standing else None,
        "is_tied": standing.is_tied if standing else False,
        "among": standing.among if standing else None,
    }


def _sheet(used: SheetUsed) -> dict[str, Any]:
    effect = None if used.effect is None else score_text(used.effect)
    return {
        "assignment": used.assignment,
        "version": used.version,
        "expert": used.expert,
        "score": score_text(used.score),
        "effect": effect,
    }
