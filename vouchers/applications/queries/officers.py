"""Who of the office handles applications, or may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, false, or_, select, true

from vouchers.applications.models import Application
from vouchers.applications.policy import HANDLERS, may_handle
from vouchers.core.database import db
from vouchers.users.mandate import READERS
from vouchers.users.models import RoleGrant, User, is_in_time
from vouchers.users.queries import list_holders
from vouchers.users.states import GrantState, UserState


@dataclass(frozen=True, slots=True)
class Officer:
    """A person of the office as the worklist names them."""

    id: int
    name: str
    is_present: bool
    """Whether the person may still be given applications; who may not is here as long as there are some."""


def list_officers(grants: Sequence[RoleGrant]) -> list[Officer]:
    """Who handles, or may handle, applications within the mandates of a reader with these roles, by name. One query."""
    mandates = [(grant.programme_code, grant.region_code) for grant in grants if grant.role in READERS]
    is_present = and_(User.state == UserState.ACTIVE, RoleGrant.state == GrantState.GRANTED, is_in_time())
    handles = select(Application.id).where(Application.officer_id == User.id).exists()
    found = db.session.execute(
        select(User.id, User.name, case((is_present, 1), else_=0))
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(RoleGrant.role.in_(HANDLERS), _meets(mandates), or_(is_present, handles))
        .order_by(User.name, User.id)
    ).all()
    present = {key for key, _name, is_now in found if is_now}
    return [Officer(key, name, key in present) for key, name in {key: name for key, name, _now in found}.items()]


def _meets(mandates: Sequence[tuple[str | None, str | None]]) -> ColumnElement[bool]:
    """Whether a role reaches into one of these mandates."""
    columns = (RoleGrant.programme_code, RoleGrant.region_code)
    clauses = [
        and_(
            true(), *(or_(column.is_(None), column == code) for column, code in zip(columns, pair, strict=True) if code)
        )
        for pair in mandates
    ]
    return or_(false(), *clauses)


def list_who_may_handle(application: Application) -> list[User]:
    """The people to whom an application can be handed over, by name."""
    found = list_holders(HANDLERS, application.call.programme.code, application.region.code, with_roles=True)
    return sorted((one for one in found if may_handle(one, application) is None), key=lambda one: (one.name, one.id))
