"""What can be done of many at once: formal checks, and more time for experts."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from vouchers.applications.models import Application
from vouchers.applications.queries.files import WHOLE as WHOLE_APPLICATION
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.core.tables import Filled, ListQuery, Page, paginate
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.queries.assignments import OPEN, WHOLE
from vouchers.evaluation.queries.workload import IN_MARKING
from vouchers.programmes.models import Call, Programme
from vouchers.regions.models import Region
from vouchers.users.mandate import Mandate
from vouchers.users.queries import covered_by


def _within(statement: Any, mandate: Mandate) -> Any:
    return (
        statement.join(Application.region)
        .join(Application.call)
        .join(Call.programme)
        .where(covered_by(mandate, Programme.code, Region.code))
    )


def _to_check(mandate: Mandate) -> Any:
    found = select(Application).where(Application.state == ApplicationState.SUBMITTED)
    return _within(found, mandate).options(*WHOLE_APPLICATION)


def list_to_check(query: ListQuery, mandate: Mandate) -> Page:
    """The applications of a mandate that wait for their formal check, the oldest first."""
    return paginate(db.session, _to_check(mandate), query, {"submitted": Filled(Application.submitted_at)})


def list_picked_to_check(ids: Collection[int], mandate: Mandate) -> list[Application]:
    """Of these, those that still wait."""
    found = _to_check(mandate).where(Application.id.in_(ids)).order_by(Application.submitted_at, Application.id)
    return list(db.session.scalars(found))


def _tasks(mandate: Mandate) -> Any:
    found = (
        select(Assignment)
        .join(Assignment.application)
        .where(Assignment.state.in_(OPEN), Application.state.in_(IN_MARKING))
    )
    return _within(found, mandate).options(*WHOLE, joinedload(Assignment.application).joinedload(Application.call))


def list_tasks(query: ListQuery, mandate: Mandate) -> Page:
    """The unfinished tasks of experts in a mandate, those due first first."""
    return paginate(db.session, _tasks(mandate), query, {"due": Filled(Assignment.due_at)})


def list_picked_tasks(ids: Collection[int], mandate: Mandate) -> list[Assignment]:
    """Of these, those that are still unfinished."""
    found = _tasks(mandate).where(Assignment.id.in_(ids)).order_by(Assignment.due_at, Assignment.id)
    return list(db.session.scalars(found))
