"""Setting up, replacing and resetting the second factor."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete

from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotPermitted, RuleBroken
from vouchers.core.links import full_url
from vouchers.core.text import say as _
from vouchers.users.actions.links import addressee
from vouchers.users.actions.sessions import end_sessions, open_session
from vouchers.users.lifecycle import USER
from vouchers.users.models import RecoveryCode, User, UserSession
from vouchers.users.secrets import accepted_step, hash_recovery_code, new_recovery_codes, seal_secret
from vouchers.users.states import SessionState
from vouchers.workflow.transition import transition

WRONG_FIRST_CODE = _("The code is not right. Check that your device shows the right time, and enter the newest code")


def set_second_factor(user: User, secret: str, code: str, *, by: User, at: datetime) -> list[str]:
    """Take an authenticator app into use, proven by its first code. Returns ten new recovery codes; older ones end.

    Raises:
        RuleBroken: the code does not fit the secret.
    """
    sealed = seal_secret(secret)
    step_number = accepted_step(sealed, code, unix_time=int(at.timestamp()), last_step=None)
    if step_number is None:
        raise RuleBroken(WRONG_FIRST_CODE, field="code")
    codes = new_recovery_codes()
    with transition(user, USER.set_second_factor, by=by, at=at) as step:
        user.totp_secret, user.totp_last_step = sealed, step_number
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
        db.session.add_all(RecoveryCode(user_id=user.id, code_hash=hash_recovery_code(user.id, one)) for one in codes)
        step.write(addressee(user), "users/set_second_factor", link=full_url("users.account"))
    return codes


def set_first_factor(session: UserSession, secret: str, code: str, *, at: datetime) -> tuple[list[str], str]:
    """Set up the factor that a started session waits for, and open it. Returns the recovery codes and the new token.

    Raises:
        NotPermitted: there is a factor already; a password alone must not replace it.
    """
    user = session.user
    with unit_of_work():
        db.session.refresh(user, with_for_update={"of": User})
        if user.totp_secret is not None or session.state != SessionState.STARTED:
            raise NotPermitted(_("You have a second factor already. Sign in with it, then you can change it."))
        codes = set_second_factor(user, secret, code, by=user, at=at)
        return codes, open_session(session, at=at)


def reset_second_factor(user: User, *, by: Any, at: datetime, why: str | None = None) -> None:
    """Remove a lost factor: the person is signed out everywhere, and staff set up a new one when they sign in."""
    with transition(user, USER.reset_second_factor, by=by, at=at, why=why) as step:
        user.totp_secret, user.totp_last_step = None, None
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
        end_sessions(user, by=by, at=at)
        step.write(addressee(user), "users/reset_second_factor", link=full_url("users.sign_in"))
