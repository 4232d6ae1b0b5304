"""Finding the applications whose experts lie too far apart."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from vouchers.applications.models import Application
from vouchers.applications.queries import files as applications
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.evaluation.models import Divergence
from vouchers.evaluation.states import DivergenceState


def find_divergence(application_id: int) -> Divergence | None:
    """What was found of an application, open or not."""
    found = select(Divergence).where(Divergence.application_id == application_id)
    return db.session.scalars(found.options(joinedload(Divergence.application).options(*applications.WHOLE))).first()


def list_open(query: ListQuery, within: ColumnElement[bool]) -> Page:
    """The applications among those of `within` that wait for one more expert, the longest waiting first."""
    found = select(Divergence).join(Divergence.application)
    found = found.where(
        Divergence.state == DivergenceState.OPEN, Application.state == ApplicationState.IN_EVALUATION, within
    )
    whole = joinedload(Divergence.application).options(*applications.WHOLE)
    return paginate(db.session, found.options(whole), query, {"found": Divergence.found_at})
