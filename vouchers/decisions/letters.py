"""Letters of a decision, and the feedback that letter and page share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from vouchers.applications.models import Application
from vouchers.applications.queries.files import list_writers
from vouchers.core.links import full_url
from vouchers.decisions.models import Decision
from vouchers.decisions.rules.awards import usual_amount
from vouchers.draws.queries import find_draw_of
from vouchers.evaluation.models import Assignment, Consensus
from vouchers.evaluation.queries.assignments import list_counting, result_of
from vouchers.evaluation.rules.scoring import score_text
from vouchers.letters.queries import find_first_written
from vouchers.programmes.rules.appealing import appeal_until_of, is_suspensive
from vouchers.programmes.rules.plan import Allocation, Marking
from vouchers.users.actions.links import addressee
from vouchers.workflow.transition import Step


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
    return _feedback(marking, sheets, language) if marking is not None and sheets else None


def _feedback(marking: Marking, sheets: Sequence[Assignment | Consensus], language: str) -> Feedback:
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
class Drawn:
    """By which draw an application got its place, or None for a place that the draw did not reach."""

    place: int | None
    count: int
    at: datetime
    zone: str
    link: str


def drawn_of(application: Application) -> Drawn | None:
    """None where no draw that was held here says anything of it."""
    draw = find_draw_of(application)
    if draw is None or draw.result is None or draw.run_at is None:
        return None
    place = draw.places_drawn.get(application.reference)
    link = full_url("draws.show", draw_id=draw.id)
    return Drawn(place, len(draw.references), draw.run_at, draw.call.time_zone, link)


def write_decision(step: Step, application: Application, decision: Decision, occasion: str) -> None:
    """Tell everybody who may act for the applicant."""
    drawn = drawn_of(application)
    for reader in list_writers(application.organisation):
        step.write(
            addressee(reader),
            f"decisions/{occasion}",
            reference=application.reference,
            title=application.title,
            organisation=application.organisation.name,
            instrument=application.instrument.plan.name.in_language(reader.language),
            call=application.call.plan.title.in_language(reader.language),
            amount=decision.amount,
            reason=decision.reason,
            is_lottery=application.call.plan.allocation is Allocation.LOTTERY,
            feedback=feedback_on(application, language=reader.language),
            drawn=drawn,
            accept_days=application.instrument.plan.accept_within_days,
            appeal_until=find_appeal_until(application, decision, step.at),
            waits_for_appeals=is_suspensive(application.call),
            office_zone=application.region.time_zone,
            reader_zone=reader.time_zone,
            appeal_link=full_url("appeals.of_application", application_id=application.id),
            office=application.region.office_name,
            office_email=application.region.email,
            link=full_url("decisions.show", application_id=application.id),
        )


TOLD = ("decisions/award", "decisions/reserve", "decisions/reject")
"""The letters that tell a decision."""


def told_at_of(decision: Decision) -> datetime:
    """When the applicant was told of a decision: the moment of its letter; while there is none, of the decision."""
    return find_first_written("decision", decision.id, TOLD) or decision.decided_at


def find_appeal_until(application: Application, decision: Decision, told_at: datetime | None = None) -> datetime | None:
    """Until when a decision can be appealed against; None where it gives all that was asked for.

    Args:
        told_at: of the letter that is being written; None for the one that was.
    """
    usual = usual_amount(application.requested, application.grant.cap)
    if decision.amount is not None and decision.amount >= usual:
        return None
    return appeal_until_of(application, told_at or told_at_of(decision))
