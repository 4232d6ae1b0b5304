"""People for tests, made by the steps that make them in the office."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pyotp
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.builders.kept import Numbers, hold, kept, known, read_something_random
from vouchers.core import clock
from vouchers.core.database import db
from vouchers.letters.models import Letter
from vouchers.users import queries
from vouchers.users.actions import accounts, second_factor, sessions
from vouchers.users.models import User
from vouchers.users.rules.links import LinkPurpose
from vouchers.users.secrets import ChosenPassword, choose_password, open_secret
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE, Visitor

PASSWORD = "pebble-orchard-violin-43"
"""Everybody's."""

_numbers = Numbers()


@cache
def chosen_password() -> ChosenPassword:
    """Hashing costs 18 ms, so it is done once per process."""
    return choose_password(PASSWORD, about=[])


@kept
def an_applicant(email: str | None = None, *, name: str = "Ada Applicant", at: datetime | None = None) -> User:
    """An active person without a role: signed up, address confirmed."""
    at = at or clock.now()
    email = email or f"applicant{next(_numbers)}@sme.example"
    accounts.sign_up_user(name, email, chosen_password(), by=Visitor(), at=at)
    link = queries.find_link(mailed_token(email), LinkPurpose.CONFIRM)
    assert link is not None
    accounts.confirm_user(link, by=link.user, at=at)
    return queries.get_user(link.user_id)


@kept
def a_member_of_staff(
    role: Role = Role.CLUSTER_MANAGER,
    programme: str | None = None,
    region: str | None = None,
    *,
    email: str | None = None,
    name: str | None = None,
    at: datetime | None = None,
    with_factor: bool = True,
) -> User:
    """An active person with a role and a second factor. The region must be in the register."""
    at = at or clock.now()
    number = next(_numbers)
    email = email or f"{role.value}{number}@office.example"
    user = _invited(email, name or f"{role.label!s} {number}", role, programme, region, at)
    if with_factor:
        give_factor(user, at=at)
    return queries.get_user(user.id)


@known
def an_administrator(email: str | None = None, *, at: datetime | None = None) -> User:
    """An active administrator with a second factor; the first one is invited by a command on the server."""
    return a_member_of_staff(Role.ADMINISTRATOR, email=email, at=at)


@kept
def an_expert_user(
    programme: str | None = None, *, email: str | None = None, name: str | None = None, at: datetime | None = None
) -> User:
    """An active person with the role of expert, without a second factor."""
    number = next(_numbers)
    email = email or f"expert{number}@pool.example"
    return _invited(email, name or f"Expert {number}", Role.EXPERT, programme, None, at or clock.now())


def _invited(email: str, name: str, role: Role, programme: str | None, region: str | None, at: datetime) -> User:
    invited = accounts.invite_user(email, name, role, programme, region, by=OFFICE, at=at)
    assert invited.link is not None
    link = queries.find_link(invited.link.rpartition("/")[2], LinkPurpose.INVITATION)
    assert link is not None
    accounts.accept_invitation(link, chosen_password(), by=link.user, at=at)
    return queries.get_user(invited.user.id)


@known
def give_factor(user: User, *, at: datetime | None = None) -> list[str]:
    """Set up an authenticator app; returns the recovery codes.

    Whoever has the same address has the same secret: a test that read it holds the right one also after a state was
    put back that an earlier test had made (see `tests.builders.kept`)."""
    at = at or clock.now()
    secret = base64.b32encode(hashlib.sha1(user.email.encode()).digest()).decode()
    earlier = at - timedelta(seconds=30)  # so that the code of this moment is still unused
    return second_factor.set_second_factor(user, secret, pyotp.TOTP(secret).at(earlier), by=user, at=at)


def code_of(user: User, *, at: datetime | None = None) -> str:
    """What the person's authenticator app shows."""
    read_something_random()
    assert user.totp_secret is not None
    return pyotp.TOTP(open_secret(user.totp_secret)).at(at or clock.now())


def mailed_link(email: str) -> str:
    """The first address in the newest letter to somebody."""
    read_something_random()
    newest = select(Letter).where(Letter.to_email == email).order_by(Letter.id.desc()).limit(1)
    letter = db.session.scalars(newest).one()
    return next(line for line in letter.body.splitlines() if line.startswith("http"))


def mailed_token(email: str) -> str:
    """The token of the newest letter's link."""
    return mailed_link(email).rpartition("/")[2]


# --- over HTTP --------------------------------------------------------------------------------------------------------


def sign_in(client: FlaskClient, user: User) -> Any:
    """Sign in over HTTP, with the password and, where there is one, the second factor. Returns the last answer."""
    answer = client.post("/sign-in", data={"email": user.email, "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    if user.totp_secret is not None:
        answer = client.post(answer.location, data={"code": code_of(user)})
        assert answer.status_code == 303, answer.text
    return answer


@known
def signed_in(client: FlaskClient, user: User) -> FlaskClient:
    """The same browser, signed in the fast way: a session made by the actions, put into the cookie."""
    at = clock.now()
    begun = sessions.start_session(user, device="", at=at)
    token = begun.token if begun.is_open else sessions.open_session(begun.session, at=at)
    with client.session_transaction() as cookie:
        cookie.clear()
        cookie["session"] = token
    hold(token, lambda old, new: _exchange_session(client, old, new))
    return client


def _exchange_session(client: FlaskClient, old: str, new: str) -> None:
    with client.session_transaction() as cookie:
        if cookie.get("session") == old:
            cookie["session"] = new
