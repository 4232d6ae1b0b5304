"""Keeping a call's corrected marks. It decides nothing: whoever needs present figures finds them without it too."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert

from vouchers.core.database import db, unit_of_work
from vouchers.evaluation.lifecycle import MARK_CORRECTION
from vouchers.evaluation.models import CorrectedMark, ExpertEffect, MarkCorrection
from vouchers.evaluation.queries import corrections as queries
from vouchers.evaluation.rules.correcting import Fitted, fit
from vouchers.evaluation.rules.scoring import score_text
from vouchers.programmes.models import Call
from vouchers.workflow.transition import creation, transition


def reckon_marks(call: Call, *, by: Any, at: datetime) -> MarkCorrection | None:
    """Correct every submitted sheet of a call and keep the result in place of the last one; None where none ever was.

    The reckoning itself holds no lock: marks that come in meanwhile make the result outdated, and it is reckoned again.
    """
    marking = call.plan.marking
    if marking is None:
        return None
    version = queries.find_marks_version(call.id, marking)
    given = queries.list_given(call.id, marking)
    if not given and queries.find_correction(call.id) is None:
        return None
    fitted = fit(given, marking)
    with unit_of_work():
        db.session.refresh(call, with_for_update={"of": Call})
        correction = queries.find_correction(call.id)
        if correction is None:
            correction = MarkCorrection(call=call, **_columns(fitted, version, at))
            with creation(correction, MARK_CORRECTION.reckon, by=by, at=at):
                _write_lines(correction, fitted)
            return correction
        with transition(correction, MARK_CORRECTION.reckon_again, by=by, at=at):
            for name, value in _columns(fitted, version, at).items():
                setattr(correction, name, value)
            _write_lines(correction, fitted)
        return correction


def _columns(fitted: Fitted, version: str, at: datetime) -> dict[str, Any]:
    return {
        "marks_version": version,
        "sha256": fitted.sha256,
        "sheets": fitted.sheets,
        "reckoned_at": at,
        "islands": [
            {
                "mu": str(one.mu),
                "variance": None if one.variance is None else str(one.variance),
                "freedom": one.freedom,
                "experts": len(one.experts),
                "applications": len(one.applications),
            }
            for one in fitted.islands
        ],
        "agreement": [
            {
                "on": on,
                "alpha": None if found.alpha.value is None else score_text(found.alpha.value),
                "icc": None if found.intraclass is None else score_text(found.intraclass),
                "applications": found.alpha.applications,
                "marks": found.alpha.marks,
            }
            for on, found in fitted.agreement.items()
        ],
    }


def _write_lines(correction: MarkCorrection, fitted: Fitted) -> None:
    applications, experts = queries.rows_of(fitted, correction.id)
    db.session.execute(delete(CorrectedMark).where(CorrectedMark.correction_id == correction.id))
    if applications:
        db.session.execute(insert(CorrectedMark), applications)
    db.session.execute(delete(ExpertEffect).where(ExpertEffect.correction_id == correction.id))
    if experts:
        db.session.execute(insert(ExpertEffect), experts)
