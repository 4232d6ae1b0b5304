"""The applications that experts may be given now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select

from vouchers.applications.models import Application, Submission
from vouchers.applications.rules.content import read_content
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.programmes.models import Call, Instrument
from vouchers.programmes.rules.instrument_plan import Evaluator
from vouchers.regions.models import Region

STATES = frozenset({ApplicationState.ELIGIBLE, ApplicationState.IN_EVALUATION})


def waiting(call_id: int, region: Region | None = None) -> Select[Any]:
    """Checked and not marked to the end, of a call (and region), in the order of their numbers."""
    found = select(Application).where(Application.call_id == call_id, Application.state.in_(STATES))
    if region is not None:
        found = found.where(Application.region_id == region.id)
    return found.order_by(Application.id)


def marked_instruments(call: Call) -> dict[int, Instrument]:
    """The call's instruments that experts mark, by id."""
    return {
        one.id: one
        for one in call.programme.instruments
        if one.code in call.plan.instruments
        and one.plan.evaluation is Evaluator.EXPERTS
        and one.plan.experts_per_application > 0
    }


def map_answers(application_ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    """What was submitted last, by application."""
    newest = (
        select(func.max(Submission.id))
        .where(Submission.application_id.in_(application_ids))
        .group_by(Submission.application_id)
    )
    found = select(Submission.application_id, Submission.content).where(Submission.id.in_(newest))
    return {row.application_id: read_content(row.content).answers for row in db.session.execute(found)}
