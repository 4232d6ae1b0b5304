"""Whether two accounts are known to be one person's. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def is_one_person(actor: Any, other: Any) -> bool:
    """Whether both are one account, or accounts that a coordinator found to be one person's. Never of the office."""
    if actor.id is None or other is None:
        return False
    return actor.id == other.id or _person_of(actor) == _person_of(other)


def is_one_of(actor: Any, others: Iterable[Any]) -> bool:
    """Whether the person is one of these, under whichever account."""
    return any(is_one_person(actor, other) for other in others)


def _person_of(user: Any) -> int:
    """The first account of a person stands for all of them."""
    return int(user.same_as_id or user.id)
