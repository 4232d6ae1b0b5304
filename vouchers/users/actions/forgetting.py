"""A person is forgotten: a number takes the place of the name, and the account is closed for good."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, update

from vouchers.core.database import db, unit_of_work
from vouchers.users.actions.sessions import end_sessions
from vouchers.users.lifecycle import USER
from vouchers.users.models import OneTimeToken, RecoveryCode, User, UserSession
from vouchers.users.rules.pseudonyms import address_of, pseudonym_of
from vouchers.workflow.transition import transition


def forget_user(user: User, why: str, *, by: Any, at: datetime) -> None:
    """Replace who it was by a number, in every row that names the account. It is never opened again.

    The words go first, so that the record of this step does not tell them again.
    """
    with unit_of_work():
        end_sessions(user, by=by, at=at)
        for table in (OneTimeToken, RecoveryCode):
            _run(delete(table).where(table.user_id == user.id))
        _run(update(UserSession).where(UserSession.user_id == user.id).values(device=""))
        nobody = {
            "name": pseudonym_of(user.id),
            "email": address_of(user.id),
            "password_hash": None,
            "totp_secret": None,
            "totp_last_step": None,
        }
        _run(update(User).where(User.id == user.id).values(**nobody))
        with transition(user, USER.forget, by=by, at=at, why=why):
            user.forgotten_at = at


def _run(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))
