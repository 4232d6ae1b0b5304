"""Finding experts."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.experts.models import Expert
from vouchers.experts.states import ExpertState
from vouchers.users.models import User

WHOLE = (joinedload(Expert.user).selectinload(User.grants),)
"""What policies and pages need of an expert."""


def get_expert(expert_id: int) -> Expert:
    """An expert with the account. Raises `NotFound`."""
    found = db.session.scalars(select(Expert).where(Expert.id == expert_id).options(*WHOLE)).first()
    if found is None:
        raise NotFound(_("There is no such expert."))
    return found


def find_expert_of(programme_code: str, user_id: int) -> Expert | None:
    """A person's entry in a programme's register."""
    found = select(Expert).where(Expert.programme_code == programme_code, Expert.user_id == user_id)
    return db.session.scalars(found.options(*WHOLE)).first()


def list_of_user(user_id: int) -> list[Expert]:
    """A person's entries, one for each programme."""
    return list(db.session.scalars(select(Expert).where(Expert.user_id == user_id).order_by(Expert.programme_code)))


def list_register(query: ListQuery, *, programmes: Collection[str] | None) -> Page:
    """The experts of these programmes (None: all)."""
    statement = _searched(query)
    if programmes is not None:
        statement = statement.where(Expert.programme_code.in_(programmes))
    if state := query.filters.get("state"):
        statement = statement.where(Expert.state == ExpertState(state))
    return paginate(db.session, statement, query, ORDERS)


def list_admitted(query: ListQuery, *, programme: str) -> Page:
    """The experts of a programme who may be asked."""
    admitted = _searched(query).where(Expert.programme_code == programme, Expert.state == ExpertState.ADMITTED)
    return paginate(db.session, admitted, query, ORDERS)


ORDERS = {"name": User.name, "employer": Expert.employer, "region": Expert.region_code, "since": Expert.admitted_at}


def _searched(query: ListQuery) -> Select[Any]:
    statement = select(Expert).join(Expert.user).options(*WHOLE)
    if region := query.filters.get("region"):
        statement = statement.where(Expert.region_code == region)
    if query.q:
        wanted = (
            column.icontains(query.q, autoescape=True)
            for column in (User.name, User.email, Expert.employer, Expert.expertise)
        )
        statement = statement.where(or_(*wanted))
    return statement
