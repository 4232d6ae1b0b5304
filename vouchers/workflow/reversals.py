"""Who hears of it when a journal is reversed: whatever stands on a journal does not go on as if it held."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Follower(Protocol):
    """An action of a floor above the one that reverses."""

    def __call__(self, journal_id: int, *, why: str, at: datetime) -> None:
        """The journal is reversed, in the unit of work that is open."""


_FOLLOWERS: list[Follower] = []


def when_reversed(follower: Follower) -> None:
    """Let an action hear of each journal that is reversed."""
    if follower not in _FOLLOWERS:
        _FOLLOWERS.append(follower)


def tell_reversed(journal_id: int, *, why: str, at: datetime) -> None:
    """A journal is reversed: in the same unit of work all that stands on it follows."""
    for follower in _FOLLOWERS:
        follower(journal_id, why=why, at=at)
