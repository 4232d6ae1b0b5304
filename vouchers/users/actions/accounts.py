"""How accounts begin, change and end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy.exc import IntegrityError

from vouchers.core.database import unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.links import full_url
from vouchers.core.text import say as _
from vouchers.users import queries
from vouchers.users.actions.links import addressee, issue_link, use_link, void_links
from vouchers.users.actions.roles import ensure_administrator_left, grant_role
from vouchers.users.actions.sessions import end_sessions
from vouchers.users.lifecycle import USER
from vouchers.users.models import OneTimeToken, User
from vouchers.users.rules.addresses import ensure_email
from vouchers.users.rules.links import LinkPurpose
from vouchers.users.secrets import ChosenPassword
from vouchers.users.states import Role, UserState
from vouchers.workflow.transition import Step, creation, transition

Onward = Mapping[str, str]
"""What an address carries of the page to go on to (`next`); pages ask anew whether it is one of ours."""
NOWHERE: Onward = MappingProxyType({})


def sign_up_user(
    name: str,
    email: str,
    chosen: ChosenPassword,
    *,
    by: Any,
    at: datetime,
    language: str = "en",
    onward: Onward = NOWHERE,
) -> None:
    """Open an account that waits for its address to be confirmed.

    The caller learns nothing about whether the address had an account: its owner does, by letter. A second sign-up for
    an unconfirmed address forgets both passwords; whoever opens the letter chooses a new one. So nobody can prepare an
    account for somebody else's address and wait for its owner to confirm it.

    Args:
        onward: what the links of the letter carry, so that they lead to where the person wanted to go.
    """
    email = ensure_email(email)
    try:
        _sign_up(name, email, chosen, language, onward, by=by, at=at)
    except IntegrityError:  # signed up twice in the same moment: the second one finds the account now
        _sign_up(name, email, chosen, language, onward, by=by, at=at)


def _sign_up(
    name: str, email: str, chosen: ChosenPassword, language: str, onward: Onward, *, by: Any, at: datetime
) -> None:
    with unit_of_work():
        user = queries.find_user(email)
        if user is None:
            user = User(email=email, name=name, password_hash=chosen.password_hash, language=language, created_at=at)
            with creation(user, USER.sign_up, by=by, at=at) as step:
                _write_confirmation(step, user, onward)
        elif user.state == UserState.DISABLED:
            return
        else:
            with transition(user, USER.request_link, by=by, at=at) as step:
                _remind(step, user, onward)


def _remind(step: Step, user: User, onward: Onward = NOWHERE) -> None:
    """The letter that fits an account that is there already."""
    if user.state == UserState.UNCONFIRMED:
        user.password_hash = None
        _write_confirmation(step, user, onward)
    elif user.state == UserState.INVITED:
        _write_invitation(step, user, onward)
    else:
        sign_in, forgot = full_url("users.sign_in", **onward), full_url("users.forgot_password", **onward)
        step.write(addressee(user), "users/already_registered", sign_in=sign_in, forgot=forgot)


def confirm_user(link: OneTimeToken, chosen: ChosenPassword | None = None, *, by: User, at: datetime) -> None:
    """The address is its owner's: the account may be used. A password is needed where sign-up has not settled one."""
    user = link.user
    with transition(user, USER.confirm, by=by, at=at):
        use_link(link, at=at)
        if user.password_hash is None and chosen is None:
            raise RuleBroken(_("Choose a password"), field="password")
        if user.password_hash is None and chosen is not None:
            user.password_hash = chosen.password_hash


@dataclass(frozen=True, slots=True)
class Invitation:
    """A person who was invited, and the link that was mailed; none where the account was there already."""

    user: User
    link: str | None


def invite_user(
    email: str,
    name: str,
    role: Role,
    programme_code: str | None = None,
    region_code: str | None = None,
    *,
    by: Any,
    at: datetime,
) -> Invitation:
    """Give somebody a role, and an account to use it with if there is none. Inviting again renews the letter."""
    with unit_of_work():
        invited = open_account(email, name, by=by, at=at)
        user, same = invited.user, (role, programme_code, region_code)
        if not any((held.role, held.programme_code, held.region_code) == same for held in user.grants):
            grant_role(user, role, programme_code, region_code, by=by, at=at)
        return invited


def open_account(email: str, name: str, *, by: Any, at: datetime) -> Invitation:
    """The account of an address, made where there is none; who has not come in yet is written to again."""
    email = ensure_email(email)
    with unit_of_work():
        user = queries.find_user(email)
        link = None
        if user is None:
            user = User(email=email, name=name, created_at=at)
            with creation(user, USER.invite, by=by, at=at) as step:
                link = _write_invitation(step, user)
        elif user.state == UserState.DISABLED:
            raise RuleBroken(_("The account of %(email)s is disabled. Enable it first.", email=email), field="email")
        elif user.state != UserState.ACTIVE:
            with transition(user, USER.request_link, by=by, at=at) as step:
                if user.state == UserState.UNCONFIRMED:
                    _remind(step, user)
                else:
                    link = _write_invitation(step, user)
        return Invitation(user, link)


def accept_invitation(link: OneTimeToken, chosen: ChosenPassword, *, by: User, at: datetime) -> None:
    """The invited person chooses a password; the account may be used."""
    user = link.user
    with transition(user, USER.accept_invitation, by=by, at=at):
        use_link(link, at=at)
        user.password_hash = chosen.password_hash


def request_password_reset(email: str, *, by: Any, at: datetime, onward: Onward = NOWHERE) -> None:
    """Mail a link, if the address has an account; the caller is told the same either way."""
    user = queries.find_user(ensure_email(email))
    if user is None or user.state == UserState.DISABLED:
        return
    with transition(user, USER.request_link, by=by, at=at) as step:
        if user.state == UserState.ACTIVE:
            token = issue_link(user, LinkPurpose.RESET, at=at)
            link = full_url("users.reset_password", token=token, **onward)
            step.write(addressee(user), "users/reset_password", link=link)
        else:
            _remind(step, user, onward)


def edit_profile(user: User, *, name: str, language: str, time_zone: str, by: User, at: datetime) -> None:
    """Change how a person is called, and in which language and time zone they read."""
    with transition(user, USER.edit_profile, by=by, at=at):
        user.name, user.language, user.time_zone = name, language, time_zone


def disable_user(user: User, *, by: Any, at: datetime, why: str | None = None) -> None:
    """Close an account at once: its sessions and links end. An address that was never proven must be proven anew."""
    with transition(user, USER.disable, by=by, at=at, why=why):
        if by.id is not None and by.id == user.id:
            raise RuleBroken(_("You cannot disable your own account. Ask another administrator."))
        if user.holds({Role.ADMINISTRATOR}):
            ensure_administrator_left(without_user_id=user.id)
        if user.state == UserState.UNCONFIRMED:
            user.password_hash = None
        void_links(user, at=at)
        end_sessions(user, by=by, at=at)


def enable_user(user: User, *, by: Any, at: datetime) -> None:
    """Open a closed account again. Who never had a password asks for one on the sign-in page."""
    with transition(user, USER.enable, by=by, at=at):
        user.failed_attempts, user.locked_until = 0, None


def _write_confirmation(step: Step, user: User, onward: Onward) -> None:
    token = issue_link(user, LinkPurpose.CONFIRM, at=step.at)
    step.write(addressee(user), "users/confirm", link=full_url("users.confirm", token=token, **onward))


def _write_invitation(step: Step, user: User, onward: Onward = NOWHERE) -> str:
    token = issue_link(user, LinkPurpose.INVITATION, at=step.at)
    link = full_url("users.accept_invitation", token=token, **onward)
    inviter = "" if step.actor.id is None or step.actor.id == user.id else step.actor.name
    step.write(addressee(user), "users/invite", link=link, inviter=inviter)
    return link
