"""Links that travel by email: what they are for and how long they work."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _

GONE = _("This link has been used already, or it is too old. Ask for a new one.")


class LinkPurpose(StrEnum):
    """What a link lets its reader do."""

    CONFIRM = "confirm"
    INVITATION = "invitation"
    RESET = "reset"


LASTS = {
    LinkPurpose.CONFIRM: timedelta(days=3),
    LinkPurpose.INVITATION: timedelta(days=14),
    LinkPurpose.RESET: timedelta(hours=1),
}


def is_usable(*, used_at: datetime | None, expires_at: datetime, at: datetime) -> bool:
    """Whether a link still works."""
    return used_at is None and at < expires_at


def ensure_usable(*, used_at: datetime | None, expires_at: datetime, at: datetime) -> None:
    """Refuse a link that was used, replaced by a newer one, or is too old."""
    if not is_usable(used_at=used_at, expires_at=expires_at, at=at):
        raise RuleBroken(GONE)
