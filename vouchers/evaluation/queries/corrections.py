"""A call's corrected marks: as they are stored or would be reckoned now, and what a ranking takes from them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache, partial
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.core.text import Sentence
from vouchers.evaluation.models import Assignment, CorrectedMark, ExpertEffect, MarkCorrection
from vouchers.evaluation.queries.assignments import map_results_of_call
from vouchers.evaluation.queries.consensus import map_agreed_of_call
from vouchers.evaluation.rules.connections import NAMED, Island, say_unconnected
from vouchers.evaluation.rules.correcting import Fitted, Given, fit, from_millionths, in_millionths
from vouchers.evaluation.rules.scoring import Result, read_bare_marks, read_sheet
from vouchers.evaluation.states import AssignmentState
from vouchers.experts.models import Expert
from vouchers.programmes.models import Call
from vouchers.programmes.rules.plan import Allocation, Criterion, Marking
from vouchers.programmes.rules.selection_plan import FairMarks
from vouchers.users.models import User

OUT = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN, ApplicationState.INELIGIBLE)
"""Applications that have no place in a list; what was marked of them still tells how an expert marks."""
_SUBMITTED = Assignment.state == AssignmentState.SUBMITTED


# What the marks are --------------------------------------------------------------------------------------------------


def list_given(call_id: int, marking: Marking) -> list[Given]:
    """Every submitted sheet of a call in one query that reads the marks alone, always in the same order."""
    found = (
        select(Assignment.expert_id, Assignment.application_id, Assignment.marks_alone)
        .join(Assignment.application)
        .where(Application.call_id == call_id, _SUBMITTED)
        .order_by(Assignment.application_id, Assignment.id)
    )
    read = cache(partial(_read_alone, criteria=marking.criteria))
    return [Given(expert, application, read(marks)) for expert, application, marks in db.session.execute(found)]


def _read_alone(marks: str, criteria: Sequence[Criterion]) -> dict[str, Decimal]:
    return read_sheet(read_bare_marks(marks), criteria)


def find_marks_version(call_id: int, marking: Marking) -> str:
    """What changes whenever a sheet of the call comes in, changes or falls away, or the weights do; "" without any."""
    return map_marks_versions([(call_id, marking)]).get(call_id, "")


def map_marks_versions(calls: Sequence[tuple[int, Marking]]) -> dict[int, str]:
    """The same for several calls that have submitted sheets, in one query."""
    found = (
        select(
            Application.call_id,
            func.count(Assignment.id),
            func.sum(Assignment.id),
            func.sum(Assignment.version),
            func.sum(Assignment.id * Assignment.version),
        )
        .join(Assignment.application)
        .where(Application.call_id.in_([call_id for call_id, _marking in calls]), _SUBMITTED)
        .group_by(Application.call_id)
    )
    sums = {row[0]: "-".join(str(int(one)) for one in row[1:]) for row in db.session.execute(found)}
    return {call_id: f"{sums[call_id]}-{_weights(marking)}" for call_id, marking in calls if call_id in sums}


def _weights(marking: Marking) -> str:
    said = ",".join(f"{one.code}:{one.weight.normalize()}" for one in marking.criteria)
    return hashlib.sha256(f"{marking.aggregation.value};{said}".encode()).hexdigest()[:12]


def list_outdated() -> list[Call]:
    """The calls whose marks have changed since they were corrected, in three queries."""
    stored = {row.call_id: row.marks_version for row in db.session.scalars(select(MarkCorrection))}
    marked = select(Application.call_id).join(Assignment, Assignment.application_id == Application.id).where(_SUBMITTED)
    wanted = or_(Call.id.in_(marked.distinct()), Call.id.in_(list(stored)))
    calls = list(db.session.scalars(select(Call).where(wanted).order_by(Call.id)))
    versions = map_marks_versions([(call.id, call.plan.marking) for call in calls if call.plan.marking is not None])
    return [call for call in calls if call.plan.marking and stored.get(call.id) != versions.get(call.id, "")]


def find_correction(call_id: int) -> MarkCorrection | None:
    """A call's corrected marks as they were reckoned last."""
    return db.session.scalars(select(MarkCorrection).where(MarkCorrection.call_id == call_id)).first()


# What a list takes from them -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Corrected:
    """The corrected scores of some applications, or why they cannot be compared."""

    scores: dict[int, Fraction] = field(default_factory=dict)
    refusal: Sentence | None = None


def get_corrected(call_id: int, marking: Marking, within: Sequence[ColumnElement[bool]]) -> Corrected:
    """The corrected scores of the marked applications that `within` chooses: stored, or reckoned now if they are not
    those of the present marks."""
    stored = find_correction(call_id)
    if stored is not None and stored.marks_version == find_marks_version(call_id, marking):
        rows = db.session.execute(
            select(CorrectedMark.application_id, CorrectedMark.island, CorrectedMark.corrected_millionths)
            .join(CorrectedMark.application)
            .where(CorrectedMark.correction_id == stored.id, Application.state.not_in(OUT), *within)
        ).all()
        found = {key: (island, from_millionths(value)) for key, island, value in rows}
    else:
        found = _reckoned_now(call_id, marking, within)
    if len({island for island, _score in found.values()}) > 1:
        return Corrected(refusal=say_islands({key: island for key, (island, _score) in found.items()}))
    return Corrected({key: score for key, (_island, score) in found.items()})


def _reckoned_now(
    call_id: int, marking: Marking, within: Sequence[ColumnElement[bool]]
) -> dict[int, tuple[int, Fraction]]:
    given = list_given(call_id, marking)
    if not given:
        return {}
    fitted = fit(given, marking)
    chosen = db.session.scalars(
        select(Application.id).where(Application.call_id == call_id, Application.state.not_in(OUT), *within)
    )
    marked = ((key, fitted.applications[key]) for key in chosen if key in fitted.applications)
    return {key: (one.island, Fraction(one.adjusted.value)) for key, one in marked}


def say_islands(island_of: dict[int, int]) -> Sentence:
    """Why these applications cannot be compared: their groups by name, with the experts who marked them."""
    members: dict[int, list[int]] = defaultdict(list)
    for application, island in sorted(island_of.items()):
        members[island].append(application)
    largest = sorted(members, key=lambda island: (-len(members[island]), island))
    shown = [key for island in largest[:2] for key in members[island][:NAMED]]
    experts: dict[int, dict[int, str]] = defaultdict(dict)
    found = (
        select(Assignment.application_id, Assignment.expert_id, User.name)
        .join(Assignment.expert)
        .join(Expert.user)
        .join(Assignment.application)
        .where(_SUBMITTED, Application.id.in_(shown))
        .order_by(Assignment.id)
    )
    for application, expert, name in db.session.execute(found):
        experts[island_of[application]][expert] = name
    references = dict(
        row.tuple()
        for row in db.session.execute(select(Application.id, Application.reference).where(Application.id.in_(shown)))
    )
    islands = [
        Island(tuple(experts[island].values()), tuple(references.get(key, "") for key in members[island]))
        for island in largest
    ]
    return say_unconnected(islands, {})


def ranks_by_corrected(call: Call) -> bool:
    """Whether the call's ranking goes by corrected marks; a draw among all has no ranking."""
    marking = call.plan.marking
    by_marks = call.plan.allocation in {Allocation.RANKING, Allocation.RANKING_LOTTERY}
    return marking is not None and marking.fair_marks is FairMarks.RANKING and by_marks


def map_ranked_results(call: Call, region_id: int, marking: Marking) -> dict[int, tuple[Result, int]]:
    """What the experts' marks make of each application of a region, with the score by which the call ranks.

    Where the call ranks by corrected marks, the ranking score is the corrected one, and the raw one stands beside it;
    where these cannot be compared, every result says why it has no place. What the experts of an application agreed on
    together stands as it is.
    """
    found = map_results_of_call(call.id, region_id, marking)
    if not ranks_by_corrected(call):
        return found
    agreed = set(map_agreed_of_call(call.id, region_id))
    corrected = get_corrected(call.id, marking, [Application.region_id == region_id, Application.id.not_in(agreed)])
    return {
        key: (result if key in agreed else _ranked(result, corrected, key), count)
        for key, (result, count) in found.items()
    }


def _ranked(result: Result, corrected: Corrected, key: int) -> Result:
    if corrected.refusal is not None:
        return replace(result, unranked=corrected.refusal)
    if key not in corrected.scores:  # withdrawn or found ineligible: it stands in no list
        return result
    return replace(result, ranking_score=corrected.scores[key], raw_score=result.ranking_score)


# What is stored ------------------------------------------------------------------------------------------------------


def rows_of(fitted: Fitted, correction_id: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The lines of applications and of experts, as they are stored."""
    applications = [
        {
            "correction_id": correction_id,
            "application_id": key,
            "island": one.island,
            "sheets": one.adjusted.sheets,
            "raw_millionths": in_millionths(one.raw),
            "corrected_millionths": in_millionths(one.adjusted.value),
            "error_millionths": in_millionths(one.adjusted.error),
            "spread_millionths": in_millionths(one.spread),
        }
        for key, one in fitted.applications.items()
    ]
    experts = [
        {
            "correction_id": correction_id,
            "expert_id": key,
            "island": one.island,
            "sheets": one.effect.sheets,
            "effect_millionths": in_millionths(one.effect.value),
            "error_millionths": in_millionths(one.effect.error),
            "box": [in_millionths(value) for value in one.box],
        }
        for key, one in fitted.experts.items()
    ]
    return applications, experts


def effects_of(call_id: int, marking: Marking, expert_ids: Sequence[int]) -> tuple[str, dict[int, Fraction]]:
    """The fingerprint of a call's effects as they are now, and the effects of some experts."""
    stored = find_correction(call_id)
    if stored is not None and stored.marks_version == find_marks_version(call_id, marking):
        rows = db.session.execute(
            select(ExpertEffect.expert_id, ExpertEffect.effect_millionths).where(
                ExpertEffect.correction_id == stored.id, ExpertEffect.expert_id.in_(expert_ids)
            )
        )
        return stored.sha256, {key: from_millionths(value) for key, value in rows}
    fitted = fit(list_given(call_id, marking), marking)
    return fitted.sha256, {key: Fraction(fitted.experts[key].effect.value) for key in expert_ids}
