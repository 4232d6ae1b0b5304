"""Finding people, their roles, sessions and links."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, false, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.users.mandate import Mandate
from vouchers.users.models import OneTimeToken, RecoveryCode, RoleGrant, User, UserSession, is_in_time
from vouchers.users.rules.links import LinkPurpose
from vouchers.users.secrets import hash_token
from vouchers.users.states import GrantState, Role, SessionState, UserState


def find_open_session(token: str, *, at: datetime) -> UserSession | None:
    """The session of a cookie, if it is open, not past its end, and its person's account is active."""
    return _find_session(token, SessionState.OPEN, at=at)


def find_started_session(token: str, *, at: datetime) -> UserSession | None:
    """The session of a cookie whose person has given the password, and not yet the second factor."""
    return _find_session(token, SessionState.STARTED, at=at)


_SESSION = (
    select(UserSession)
    .join(UserSession.user)
    .where(UserSession.token_hash == bindparam("token_hash"), UserSession.state == bindparam("state"))
    .where(UserSession.ends_at > bindparam("at"), User.state == UserState.ACTIVE)
    .options(contains_eager(UserSession.user).joinedload(User.grants))
)
"""Asked by every page, so it is put together once."""


def _find_session(token: str, state: SessionState, *, at: datetime) -> UserSession | None:
    wanted = {"token_hash": hash_token(token), "state": state, "at": at}
    return db.session.scalars(_SESSION, wanted).unique().first()


def get_session(session_id: int) -> UserSession:
    """A session with its person. Raises `NotFound`."""
    wanted = select(UserSession).where(UserSession.id == session_id)
    found = db.session.scalars(wanted.options(joinedload(UserSession.user).selectinload(User.grants))).first()
    if found is None:
        raise NotFound(_("There is no such session."))
    return found


def list_sessions(user_id: int, *, at: datetime) -> list[UserSession]:
    """The sessions in which a person is signed in, newest first."""
    wanted = select(UserSession).where(UserSession.user_id == user_id, UserSession.state == SessionState.OPEN)
    wanted = wanted.where(UserSession.ends_at > at).options(joinedload(UserSession.user).selectinload(User.grants))
    return list(db.session.scalars(wanted.order_by(UserSession.id.desc())))


def list_live_sessions(user_id: int) -> list[UserSession]:
    """Every session that was not ended: those that wait for the second factor too."""
    wanted = select(UserSession).where(UserSession.user_id == user_id, UserSession.state != SessionState.ENDED)
    return list(db.session.scalars(wanted.order_by(UserSession.id)))


def find_user(email: str) -> User | None:
    """A person by email address."""
    wanted = select(User).where(User.email == email.strip().lower()).options(selectinload(User.grants))
    return db.session.scalars(wanted).first()


def get_user(user_id: int) -> User:
    """A person with the roles. Raises `NotFound`."""
    found = db.session.scalars(select(User).where(User.id == user_id).options(selectinload(User.grants))).first()
    if found is None:
        raise NotFound(_("There is no such person."))
    return found


def find_link(token: str, purpose: LinkPurpose) -> OneTimeToken | None:
    """The link that was mailed, used or not, with its person."""
    wanted = select(OneTimeToken).where(OneTimeToken.token_hash == hash_token(token), OneTimeToken.purpose == purpose)
    return db.session.scalars(wanted.options(joinedload(OneTimeToken.user).selectinload(User.grants))).first()


def list_unused_links(user_id: int) -> list[OneTimeToken]:
    """The links of a person that were not used and not replaced."""
    wanted = select(OneTimeToken).where(OneTimeToken.user_id == user_id, OneTimeToken.used_at.is_(None))
    return list(db.session.scalars(wanted))


def list_unused_codes(user_id: int) -> list[RecoveryCode]:
    """The recovery codes that still work."""
    wanted = select(RecoveryCode).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return list(db.session.scalars(wanted))


def get_grant(grant_id: int) -> RoleGrant:
    """A role of a person. Raises `NotFound`."""
    wanted = select(RoleGrant).where(RoleGrant.id == grant_id)
    found = db.session.scalars(wanted.options(joinedload(RoleGrant.user).selectinload(User.grants))).first()
    if found is None:
        raise NotFound(_("There is no such role."))
    return found


def list_given_for(user_id: int, given_for: str) -> list[RoleGrant]:
    """The roles of a person that came with something, such as a mandate, and were not taken back."""
    wanted = select(RoleGrant).where(RoleGrant.user_id == user_id, RoleGrant.given_for == given_for)
    wanted = wanted.where(RoleGrant.state == GrantState.GRANTED).options(joinedload(RoleGrant.user))
    return list(db.session.scalars(wanted.order_by(RoleGrant.id)))


def list_administrators() -> list[RoleGrant]:
    """The roles of administrator of active people, locked, so that two steps cannot take away the last two at once."""
    wanted = (
        select(RoleGrant)
        .join(RoleGrant.user)
        .where(RoleGrant.role == Role.ADMINISTRATOR, RoleGrant.state == GrantState.GRANTED)
        .where(User.state == UserState.ACTIVE)
        .order_by(RoleGrant.id)
        .with_for_update(of=RoleGrant)
    )
    return list(db.session.scalars(wanted))


def list_holders(
    roles: Collection[Role],
    programme: str,
    region: str | None,
    *,
    besides: int | None = None,
    with_roles: bool = False,
) -> list[User]:
    """The active people who hold one of these roles in a programme and, where one is named, in a region.

    Args:
        besides: the id of somebody who is left out.
        with_roles: load all that they hold too, for policies.
    """
    found = (
        select(User)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(User.state == UserState.ACTIVE, RoleGrant.state == GrantState.GRANTED, is_in_time())
        .where(RoleGrant.role.in_(roles))
        .where(User.id != (besides or 0))
        .where(or_(RoleGrant.programme_code.is_(None), RoleGrant.programme_code == programme))
        .order_by(User.id)
    )
    if region is not None:
        found = found.where(or_(RoleGrant.region_code.is_(None), RoleGrant.region_code == region))
    if with_roles:
        found = found.options(selectinload(User.grants))
    return list(db.session.scalars(found).unique())


def list_people(query: ListQuery, *, programmes: set[str] | None) -> Page:
    """People by name: all (None), or those with a role that reaches one of these programmes."""
    statement = select(User).options(selectinload(User.grants))
    if programmes is not None:
        statement = statement.where(
            _has_grant(RoleGrant.programme_code.in_(programmes) | RoleGrant.programme_code.is_(None))
        )
    for name, column in (("role", RoleGrant.role), ("region", RoleGrant.region_code)):
        if chosen := query.filters.get(name):
            statement = statement.where(_has_grant(column == chosen))
    if state := query.filters.get("state"):
        statement = statement.where(User.state == state)
    if query.q:
        like = f"%{query.q.lower().replace('%', '').replace('_', '')}%"
        statement = statement.where(or_(func.lower(User.name).like(like), User.email.like(like)))
    return paginate(db.session, statement, query, {"name": User.name, "email": User.email, "since": User.created_at})


def _has_grant(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return User.id.in_(select(RoleGrant.user_id).where(RoleGrant.state == GrantState.GRANTED, is_in_time(), condition))


_programme_codes: Callable[[], list[str]] = list


def use_programme_codes(list_codes: Callable[[], list[str]]) -> None:
    """Set who knows the programmes (the application shell does): their register stands on a floor above this one."""
    global _programme_codes
    _programme_codes = list_codes


def list_programme_codes() -> list[str]:
    """The codes of the programmes that a role can be given in."""
    return sorted(_programme_codes())


def list_demo_users() -> list[User]:
    """The invented people of a demonstration, staff first by role, then experts, then applicants."""
    rank = case({role: number for number, role in enumerate(Role)}, value=RoleGrant.role, else_=len(Role))
    granted = RoleGrant.state == GrantState.GRANTED
    first = select(func.min(rank)).where(RoleGrant.user_id == User.id, granted).scalar_subquery()
    wanted = (
        select(User)
        .where(User.email.like("%demo.example"), User.state == UserState.ACTIVE)
        .options(selectinload(User.grants))
        .order_by(func.coalesce(first, len(Role)), User.name)
    )
    return list(db.session.scalars(wanted))


def group_demo_users() -> list[tuple[Role | None, list[User]]]:
    """The same by the first of their roles; None for applicants, who have none."""
    groups: dict[Role | None, list[User]] = {}
    for user in list_demo_users():
        held = {grant.role for grant in user.grants}
        groups.setdefault(next((role for role in Role if role in held), None), []).append(user)
    return list(groups.items())


def list_same_person(users: Collection[User]) -> list[User]:
    """Every account that is known to be one person's with one of these, the oldest first; these among them."""
    ids = {key for user in users for key in (user.id, user.same_as_id) if key is not None}
    return list(
        db.session.scalars(select(User).where(or_(User.id.in_(ids), User.same_as_id.in_(ids))).order_by(User.id))
    )


# Mandates ------------------------------------------------------------------------------------------------------------


def covered_by(mandate: Mandate, programme: Any, region: Any) -> ColumnElement[bool]:
    """Whether a row's programme and region columns lie within a mandate."""
    if (None, None) in mandate.pairs:
        return ~false()
    clauses = [
        and_(*(column == code for column, code in ((programme, of), (region, in_region)) if code is not None))
        for of, in_region in sorted(mandate.pairs, key=str)
    ]
    return or_(false(), *clauses)
