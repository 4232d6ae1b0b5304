"""Accounts that are known to be one person's, as a consequence of what a coordinator found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.core.database import unit_of_work
from vouchers.users import queries
from vouchers.users.lifecycle import USER
from vouchers.users.models import User
from vouchers.workflow.transition import transition


def join_accounts(one: User, other: User, *, by: Any, at: datetime) -> None:
    """Both are one person's, and so is every account that either was known to share: the oldest stands for all."""
    with unit_of_work():
        alike = queries.list_same_person([one, other])
        for user in alike[1:]:
            _set(user, alike[0].id, USER.join, by=by, at=at)


def part_accounts(one: User, other: User, *, by: Any, at: datetime) -> None:
    """They are two persons after all: the younger account stands for itself again."""
    with unit_of_work():
        younger = max(one, other, key=lambda user: user.id)
        _set(younger, None, USER.part, by=by, at=at)


def _set(user: User, same_as_id: int | None, move: Any, *, by: Any, at: datetime) -> None:
    if user.same_as_id != same_as_id:
        with transition(user, move, by=by, at=at):
            user.same_as_id = same_as_id
