"""Changing passwords."""

from __future__ import annotations

from datetime import datetime

from vouchers.core.links import full_url
from vouchers.users.actions.links import addressee, use_link, void_links
from vouchers.users.actions.sessions import end_sessions
from vouchers.users.lifecycle import USER
from vouchers.users.models import OneTimeToken, User, UserSession
from vouchers.users.rules.links import LinkPurpose
from vouchers.users.secrets import ChosenPassword
from vouchers.workflow.transition import Step, transition


def set_password(
    user: User, chosen: ChosenPassword, *, by: User, at: datetime, session: UserSession | None = None
) -> None:
    """Change a person's password, ending every session but the one in which it was changed."""
    with transition(user, USER.set_password, by=by, at=at) as step:
        _set(step, user, chosen, but=session)


def reset_password(link: OneTimeToken, chosen: ChosenPassword, *, by: User, at: datetime) -> None:
    """Set a new password through a mailed link: ends all sessions and any lock-out. The second factor stays."""
    user = link.user
    with transition(user, USER.set_password, by=by, at=at) as step:
        use_link(link, at=at)
        user.failed_attempts, user.locked_until = 0, None
        _set(step, user, chosen, but=None)


def _set(step: Step, user: User, chosen: ChosenPassword, *, but: UserSession | None) -> None:
    user.password_hash = chosen.password_hash
    void_links(user, at=step.at, purpose=LinkPurpose.RESET)
    end_sessions(user, by=step.actor, at=step.at, but=but)
    step.write(addressee(user), "users/set_password", link=full_url("users.forgot_password"))
