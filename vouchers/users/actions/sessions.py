"""Signing in and out. A session is started with the password and opened with the rest, each time with a new token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.core.formatting import moment
from vouchers.core.links import full_url
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.users import decoys, queries
from vouchers.users.actions.links import addressee
from vouchers.users.lifecycle import SESSION, USER
from vouchers.users.models import User, UserSession
from vouchers.users.rules.lockout import lock_after
from vouchers.users.secrets import accepted_step, hash_recovery_code, hash_token, is_password, new_token
from vouchers.users.states import SessionState, UserState
from vouchers.workflow.transition import OFFICE, creation, transition

STARTED_LASTS = timedelta(minutes=30)
"""To find the phone, or to set up the second factor."""
OPEN_LASTS = timedelta(hours=12)
CLOCK_OF_MESSAGES = "Europe/Brussels"
"""Not the person's own zone: the answer must not tell whether there is an account."""

WRONG_PASSWORD = _("The email address or the password is not right. Please try again")
WRONG_CODE = _("The code is not right, or it was used already. Wait for the next one and try again")


@dataclass(frozen=True, slots=True)
class SignIn:
    """A session and the token that its browser must show from now on."""

    session: UserSession
    token: str

    @property
    def is_open(self) -> bool:
        """Whether nothing more is needed."""
        return self.session.state == SessionState.OPEN


def check_password(email: str, password: str, *, at: datetime) -> User:
    """Whose password this is. Every wrong answer counts, and reads the same for a stranger's address.

    Raises:
        RuleBroken: wrong, or too many wrong answers before; then a right one is refused as well.
    """
    user = queries.find_user(email)
    if user is None or user.state in (UserState.DISABLED, UserState.INVITED):
        if until := decoys.locked_until(email, at=at):
            raise _wrong(until, WRONG_PASSWORD)
        is_password(None, password)
        raise _wrong(decoys.count_attempt(email, at=at), WRONG_PASSWORD)
    _ensure_not_locked(user, at=at)
    if not is_password(user.password_hash, password):
        raise _wrong(record_failed_attempt(user, at=at), WRONG_PASSWORD)
    if user.state == UserState.UNCONFIRMED:
        raise RuleBroken(
            _("Your email address is not confirmed yet. Open the link in the letter that we sent you, or sign up.")
        )
    return user


def record_failed_attempt(user: User, *, at: datetime) -> datetime | None:
    """Count a wrong password or code. From the fifth on the account is closed for a while; returns until when."""
    with unit_of_work():
        db.session.refresh(user, with_for_update={"of": User})
        if _is_locked(user, at=at):
            return user.locked_until
        user.failed_attempts += 1
        lasts = lock_after(user.failed_attempts)
        if lasts is None:
            return None
        failed = user.failed_attempts
        with transition(user, USER.lock, by=OFFICE, at=at) as step:
            user.failed_attempts, user.locked_until = failed, at + lasts
            if user.state == UserState.ACTIVE:
                until = moment(user.locked_until, user.time_zone)
                step.write(addressee(user), "users/lock", until=until, link=full_url("users.forgot_password"))
        return user.locked_until


def start_session(user: User, *, device: str, at: datetime) -> SignIn:
    """Begin a session for a person whose password was checked; open it if no second factor is needed."""
    with unit_of_work():
        db.session.refresh(user, with_for_update={"of": User})
        _ensure_not_locked(user, at=at)
        if user.state != UserState.ACTIVE:
            raise RuleBroken(WRONG_PASSWORD)
        session = UserSession(user_id=user.id, user=user, device=device, started_at=at, ends_at=at + STARTED_LASTS)
        token = new_token()
        session.token_hash = hash_token(token)
        with creation(session, SESSION.start, by=user, at=at):
            pass
        if user.totp_secret is None and not user.is_staff:
            token = open_session(session, at=at)
        return SignIn(session, token)


def open_session(session: UserSession, *, at: datetime) -> str:
    """Sign the person in; returns the new token. Whoever calls it has checked the second factor."""
    token = new_token()
    user = session.user
    with transition(session, SESSION.open, by=user, at=at):
        session.token_hash = hash_token(token)
        session.opened_at, session.ends_at = at, at + OPEN_LASTS
        user.failed_attempts, user.locked_until = 0, None
    return token


def open_with_code(session: UserSession, code: str, *, at: datetime) -> str:
    """Sign in with a code of the authenticator app, or with a recovery code; returns the new token.

    Raises:
        RuleBroken: the code is wrong or was used, or there were too many wrong ones.
        WrongState: the session was opened already, or waited too long.
    """
    user = session.user
    with unit_of_work():
        db.session.refresh(user, with_for_update={"of": User})
        db.session.refresh(session)
        if session.state != SessionState.STARTED or session.ends_at <= at:
            raise WrongState(_("That took too long, or it was done already. Please sign in again."))
        _ensure_not_locked(user, at=at, field="code")
        if _takes_code(user, code, at=at):
            return open_session(session, at=at)
    raise _wrong(record_failed_attempt(user, at=at), WRONG_CODE, field="code")


def _takes_code(user: User, code: str, *, at: datetime) -> bool:
    """Use a code up, if it is right. The person's row is locked, so one code cannot open two sessions."""
    if user.totp_secret is None:
        return False
    step = accepted_step(user.totp_secret, code, unix_time=int(at.timestamp()), last_step=user.totp_last_step)
    if step is not None:
        user.totp_last_step = step
        return True
    wanted = hash_recovery_code(user.id, code)
    for kept in queries.list_unused_codes(user.id):
        if kept.code_hash == wanted:
            kept.used_at = at
            return True
    return False


def open_demo_session(user: User, *, device: str, at: datetime, is_demo: bool) -> str:
    """Sign in as one of the invented people of a demonstration, without password and second factor; returns the token.

    Raises:
        NotPermitted: this is not a demonstration, or the person is not one of its people.
    """
    if not is_demo or not user.email.endswith("demo.example"):
        raise NotPermitted(_("Signing in without a password exists only in a demonstration."))
    with unit_of_work():
        begun = start_session(user, device=device, at=at)
        return begun.token if begun.is_open else open_session(begun.session, at=at)


def end_session(session: UserSession, *, by: Any, at: datetime) -> None:
    """End a session at once: its cookie opens nothing any more."""
    with transition(session, SESSION.end, by=by, at=at):
        pass


def end_sessions(user: User, *, by: Any, at: datetime, but: UserSession | None = None) -> int:
    """End every session of a person, but perhaps one. Returns how many were ended."""
    with unit_of_work():
        kept = but.id if but is not None else None
        ending = [session for session in queries.list_live_sessions(user.id) if session.id != kept]
        for session in ending:
            end_session(session, by=by, at=at)
        return len(ending)


def end_other_sessions(session: UserSession, *, by: User, at: datetime) -> int:
    """End all of the person's sessions but this one. Returns how many were ended."""
    return end_sessions(session.user, by=by, at=at, but=session)


def ensure_own_password(user: User, password: str, *, at: datetime, field: str) -> None:
    """Ask a signed-in person for the password again, before something that a borrowed screen must not do."""
    _ensure_not_locked(user, at=at, field=field)
    if not is_password(user.password_hash, password):
        raise _wrong(record_failed_attempt(user, at=at), _("The password is not right"), field=field)


def _is_locked(user: User, *, at: datetime) -> bool:
    return user.locked_until is not None and user.locked_until > at


def _ensure_not_locked(user: User, *, at: datetime, field: str | None = None) -> None:
    if _is_locked(user, at=at):
        raise _wrong(user.locked_until, WRONG_PASSWORD, field=field)


def _wrong(until: datetime | None, sentence: Sentence, *, field: str | None = None) -> RuleBroken:
    if until is not None:
        sentence = too_many_tries(until)
    return RuleBroken(sentence, field=field)


def too_many_tries(until: datetime) -> Sentence:
    """Until when an account is closed."""
    return _(
        "There were too many wrong tries. To protect the account, nobody can sign in to it until %(until)s",
        until=moment(until, CLOCK_OF_MESSAGES),
    )
