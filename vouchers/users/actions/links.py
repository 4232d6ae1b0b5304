"""Making and using up the links that travel by email. Called inside the step that they belong to."""

from __future__ import annotations

from datetime import datetime

from vouchers.core.database import db
from vouchers.letters.actions import Addressee
from vouchers.users import queries
from vouchers.users.models import OneTimeToken, User
from vouchers.users.rules.links import LASTS, LinkPurpose, ensure_usable
from vouchers.users.secrets import hash_token, new_token


def issue_link(user: User, purpose: LinkPurpose, *, at: datetime) -> str:
    """A new link's token; earlier links for the same purpose stop working."""
    void_links(user, at=at, purpose=purpose)
    token = new_token()
    db.session.add(
        OneTimeToken(user_id=user.id, purpose=purpose, token_hash=hash_token(token), expires_at=at + LASTS[purpose])
    )
    return token


def use_link(link: OneTimeToken, *, at: datetime) -> None:
    """Use a link up. Raises `RuleBroken` if it was used, replaced or is too old."""
    db.session.refresh(link, with_for_update={"of": OneTimeToken})
    ensure_usable(used_at=link.used_at, expires_at=link.expires_at, at=at)
    link.used_at = at


def void_links(user: User, *, at: datetime, purpose: LinkPurpose | None = None) -> None:
    """Stop the person's open links from working: all, or those for one purpose."""
    for link in queries.list_unused_links(user.id):
        if purpose is None or link.purpose == purpose:
            link.used_at = at


def addressee(user: User) -> Addressee:
    """How letters reach a person."""
    return Addressee(user.email, user.name, user.language, user.id)
