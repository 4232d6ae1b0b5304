"""The conditions of awards."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from vouchers.applications.queries.files import WHOLE
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.text import say as _
from vouchers.decisions.models import AwardCondition
from vouchers.decisions.states import ConditionState

UNSETTLED = (ConditionState.OPEN, ConditionState.WAIVER_ASKED)


def get_condition(condition_id: int) -> AwardCondition:
    """A condition with its application. Raises `NotFound`."""
    found = db.session.scalars(
        select(AwardCondition)
        .where(AwardCondition.id == condition_id)
        .options(joinedload(AwardCondition.application).options(*WHOLE))
    ).first()
    if found is None:
        raise NotFound(_("There is no such condition."))
    return found


def list_conditions(application_id: int) -> list[AwardCondition]:
    """The conditions of an award, as they were attached."""
    found = select(AwardCondition).where(AwardCondition.application_id == application_id).order_by(AwardCondition.id)
    return list(db.session.scalars(found))


def count_unsettled(application_id: int) -> int:
    """How many conditions are neither met nor waived."""
    return sum(condition.state in UNSETTLED for condition in list_conditions(application_id))
