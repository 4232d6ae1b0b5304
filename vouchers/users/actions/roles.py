"""Giving roles and taking them back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.core.database import db
from vouchers.core.errors import RuleBroken
from vouchers.core.links import full_url
from vouchers.core.text import say as _
from vouchers.regions.queries import find_region, list_choices
from vouchers.users import queries
from vouchers.users.actions.links import addressee
from vouchers.users.actions.sessions import end_sessions
from vouchers.users.lifecycle import ROLE
from vouchers.users.models import RoleGrant, User
from vouchers.users.states import Role, UserState
from vouchers.workflow.transition import OFFICE, creation, transition


def grant_role(
    user: User,
    role: Role,
    programme_code: str | None = None,
    region_code: str | None = None,
    *,
    by: Any,
    at: datetime,
    ends_at: datetime | None = None,
    given_for: str = "",
) -> RoleGrant:
    """Give a role for a programme (None: all) and a region (None: all).

    Who becomes staff without a second factor is signed out everywhere, and sets one up when signing in again.

    Args:
        ends_at: it is held until then; None: until it is taken back.
        given_for: what it comes with; nobody but the office then takes it back.

    Raises:
        RuleBroken: a disabled account, an administrator of a part, a region that there is not or that the programme
            does not have, or a role that is held already.
    """
    if user.state == UserState.DISABLED:
        raise RuleBroken(_("This account is disabled. Enable it first."))
    if role == Role.ADMINISTRATOR and (programme_code or region_code):
        raise RuleBroken(
            _("An administrator looks after the whole server: leave programme and region empty."), field="role"
        )
    _ensure_region(programme_code, region_code)
    grant = RoleGrant(user_id=user.id, role=role, programme_code=programme_code, region_code=region_code, granted_at=at)
    grant.granted_by_id, grant.ends_at, grant.given_for = by.id, ends_at, given_for
    with creation(grant, ROLE.grant, by=by, at=at) as step:
        db.session.refresh(user, with_for_update={"of": User})
        db.session.refresh(user, ["grants"])
        same = [held for held in user.grants if held.id != grant.id and _reach(held) == _reach(grant)]
        if same:
            raise RuleBroken(_("%(name)s has this role already.", name=user.name), field="role")
        if role != Role.EXPERT and user.totp_secret is None:
            end_sessions(user, by=OFFICE, at=at)
        if user.state == UserState.ACTIVE and not given_for:
            step.write(addressee(user), "users/grant_role", role=role.label, link=full_url("web.first_page"))
    db.session.refresh(user, ["grants"])
    return grant


def revoke_role(grant: RoleGrant, *, by: Any, at: datetime, why: str | None = None) -> None:
    """Take a role back at once: policies ask for it at each step. The office keeps an administrator."""
    with transition(grant, ROLE.revoke, by=by, at=at, why=why):
        if grant.role == Role.ADMINISTRATOR:
            ensure_administrator_left(without_user_id=grant.user_id)


def _ensure_region(programme_code: str | None, region_code: str | None) -> None:
    if not region_code:
        return
    if find_region(region_code) is None:
        raise RuleBroken(_("There is no region with the code %(code)s.", code=region_code), field="region_code")
    regions = list_choices({programme_code} if programme_code else None)
    if region_code not in dict(regions):
        raise RuleBroken(
            _(
                "%(programme)s has no region %(code)s. Its regions: %(regions)s.",
                programme=programme_code,
                code=region_code,
                regions=", ".join(f"{name} ({code})" for code, name in regions),
            ),
            field="region_code",
        )


def ensure_administrator_left(*, without_user_id: int) -> None:
    """Refuse to take away the last administrator."""
    if all(grant.user_id == without_user_id for grant in queries.list_administrators()):
        raise RuleBroken(_("The office needs an administrator. Make someone else an administrator first."))


def _reach(grant: RoleGrant) -> tuple[Role, str | None, str | None, str]:
    return grant.role, grant.programme_code, grant.region_code, grant.given_for
