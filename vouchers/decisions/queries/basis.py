"""What a decision by marks rests on, gathered at the moment of the decision."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from vouchers.applications.models import Application
from vouchers.decisions.queries.contests import Contest
from vouchers.decisions.rules.basis import SheetUsed, Standing, basis_of
from vouchers.evaluation.queries.assignments import list_submitted
from vouchers.evaluation.queries.consensus import find_agreed
from vouchers.evaluation.queries.corrections import effects_of
from vouchers.evaluation.rules.correcting import weighed
from vouchers.evaluation.rules.scoring import read_sheet


def gather_basis(application: Application, contest: Contest) -> dict[str, Any] | None:
    """What ended before its place (``short_of``, see `rules.shortage`), and where marks rank it what `basis_of` writes;
    None where neither says anything."""
    shortage = contest.find_shortage(application.id)
    found = _gather_marks(application, contest)
    if found is None and shortage is None:
        return None
    return {**(found or {}), "short_of": shortage.value if shortage else None}


def _gather_marks(application: Application, contest: Contest) -> dict[str, Any] | None:
    """As `basis_of` writes it; None where no marks rank the application."""
    result, marking = contest.results.get(application.id), contest.call.plan.marking
    if result is None or marking is None:
        return None
    given = list_submitted(application.id)
    sha256, effects = None, dict[int, Fraction]()
    if result.raw_score is not None:
        sha256, effects = effects_of(contest.call.id, marking, [one.expert_id for one in given])
    weights = {criterion.code: Fraction(criterion.weight) for criterion in marking.criteria}
    sheets = [
        SheetUsed(
            one.id,
            one.version,
            one.expert_id,
            weighed(read_sheet(one.marks, marking.criteria), weights),
            effects.get(one.expert_id),
        )
        for one in given
    ]
    place = contest.find_place(application.id)
    standing = Standing(place.rank, place.is_tied, len(contest.entries)) if place else None
    agreed = find_agreed(application.id)
    found = basis_of(result, marking, contest.call.plan.tie_breaks, sheets, standing, sha256)
    return {**found, "consensus": {"id": agreed.id, "version": agreed.version} if agreed else None}
