"""What the experts' sheets say to the applicant, without their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vouchers.applications.models import Application
from vouchers.core.text import say as _
from vouchers.decisions.models import Decision
from vouchers.evaluation.models import Assignment, Consensus
from vouchers.evaluation.queries.assignments import list_counting, result_of
from vouchers.evaluation.rules.scoring import score_text
from vouchers.programmes.rules.plan import Marking


@dataclass(frozen=True, slots=True)
class CriterionFeedback:
    """One criterion: what the marks make together, what was needed, and what the experts wrote, without their names."""

    name: str
    mark: str
    threshold: str
    is_below: bool
    comments: Sequence[str]


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the experts' marks and comments say to the applicant."""

    criteria: Sequence[CriterionFeedback]
    total: str
    total_threshold: str
    score: str
    is_total_below: bool
    comments: Sequence[str]


def feedback_on(application: Application, *, language: str = "en") -> Feedback | None:
    """None for an application that no expert has marked."""
    marking, sheets = application.call.plan.marking, list_counting(application.id)
    return make_feedback(marking, sheets, language) if marking is not None and sheets else None


def make_feedback(marking: Marking, sheets: Sequence[Assignment | Consensus], language: str) -> Feedback:
    """What these sheets say, in a language."""
    result = result_of([sheet.marks for sheet in sheets], marking)
    marks = dict(result.marks)
    return Feedback(
        criteria=[
            CriterionFeedback(
                name=criterion.name.in_language(language),
                mark=score_text(marks[criterion.code]),
                threshold=format(criterion.threshold.normalize() + 0, "f"),
                is_below=criterion.code in result.below,
                comments=[str(sheet.marks[criterion.code]["comment"]) for sheet in sheets],
            )
            for criterion in marking.criteria
        ],
        total=score_text(result.total),
        total_threshold=format(marking.total_threshold.normalize() + 0, "f"),
        score=score_text(result.ranking_score),
        is_total_below="total" in result.below,
        comments=[sheet.overall_comment for sheet in sheets],
    )


@dataclass(frozen=True, slots=True)
class FairScore:
    """The score before and after the correction, where the corrected one decided the place in the ranking."""

    raw: str
    corrected: str


def find_fair_score(decision: Decision | None) -> FairScore | None:
    """As the decision keeps it; None where raw marks, or what the experts agreed on together, decided."""
    basis = (decision.basis if decision else None) or {}
    if basis.get("ranks_by") != "corrected" or not basis.get("corrected_score"):
        return None
    return FairScore(basis["raw_score"], basis["corrected_score"])


FAIR = _(
    "The corrected score decided the place in the ranking: where an expert marks more harshly or more mildly than "
    "others, that difference is taken out."
)
