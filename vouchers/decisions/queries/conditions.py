"""The conditions of awards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from vouchers.applications.models import Application
from vouchers.applications.queries.files import WHOLE
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.decisions.models import AwardCondition
from vouchers.decisions.states import ConditionState
from vouchers.programmes.models import Call, Programme
from vouchers.regions.models import Region
from vouchers.users.mandate import Mandate
from vouchers.users.queries import covered_by

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


def lock_condition(condition_id: int) -> AwardCondition:
    """The same, held to the end of the step."""
    condition = get_condition(condition_id)
    db.session.refresh(condition, with_for_update={"of": AwardCondition})
    return condition


def list_conditions(application_id: int) -> list[AwardCondition]:
    """The conditions of an award, as they were attached."""
    found = select(AwardCondition).where(AwardCondition.application_id == application_id).order_by(AwardCondition.id)
    return list(db.session.scalars(found))


def list_conditions_over_calls(query: ListQuery, mandate: Mandate) -> Page:
    """The conditions of the awards that a mandate covers, the earliest day first."""
    found = (
        select(AwardCondition)
        .join(AwardCondition.application)
        .join(Application.call)
        .join(Call.programme)
        .join(Application.region)
        .where(covered_by(mandate, Programme.code, Region.code))
        .options(joinedload(AwardCondition.application).options(*WHOLE))
    )
    if state := query.filters.get("state"):
        found = found.where(AwardCondition.state == ConditionState(state))
    orders = {"until": (AwardCondition.until.is_(None), AwardCondition.until, AwardCondition.id)}
    return paginate(db.session, found, query, orders)


def list_unsettled(application_id: int) -> list[AwardCondition]:
    """The conditions of an award that are neither met nor waived."""
    return [condition for condition in list_conditions(application_id) if condition.state in UNSETTLED]


def count_unsettled(application_id: int) -> int:
    """How many conditions are neither met nor waived."""
    return len(list_unsettled(application_id))


def list_with_unsettled(application_ids: Sequence[int]) -> set[int]:
    """Which of these applications have a condition that is neither met nor waived."""
    if not application_ids:
        return set()
    of_these = AwardCondition.application_id.in_(application_ids)
    return set(
        db.session.scalars(select(AwardCondition.application_id).where(of_these, AwardCondition.state.in_(UNSETTLED)))
    )


def list_near(day: date) -> list[AwardCondition]:
    """The conditions of awards that were told, that are not met, and whose last day is this one or an earlier one."""
    found = (
        select(AwardCondition)
        .join(AwardCondition.application)
        .where(AwardCondition.state == ConditionState.OPEN, AwardCondition.until <= day)
        .where(Application.state == ApplicationState.AWARDED, Application.is_told)
        .options(joinedload(AwardCondition.application).options(*WHOLE))
        .order_by(AwardCondition.until, AwardCondition.id)
    )
    return list(db.session.scalars(found))
