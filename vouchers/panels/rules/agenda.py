"""The order of a session: as the marks rank, then as carried votes have moved it; and what the panel recommends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from vouchers.panels.rules.voting import Count
from vouchers.panels.states import VoteKind


def order_agenda(scores: Mapping[int, tuple[Fraction, ...]], earliest: Sequence[int]) -> list[int]:
    """The applications, the best first; those without marks last, equals in the order of submission.

    Args:
        scores: application -> what orders it, greater is better.
        earliest: all applications in the order of submission.
    """
    marked = sorted((key for key in earliest if key in scores), key=lambda key: tuple(-one for one in scores[key]))
    return [*marked, *(key for key in earliest if key not in scores)]


def move_in(agenda: Sequence[int], application_id: int, place: int) -> list[int]:
    """The agenda with one application at another place, counted from 1; the others keep their order."""
    rest = [one for one in agenda if one != application_id]
    at = max(0, min(place - 1, len(rest)))
    return [*rest[:at], application_id, *rest[at:]]


@dataclass(frozen=True, slots=True)
class Carried:
    """A vote that was carried, in the order of closing."""

    application_id: int
    kind: VoteKind
    place: int | None
    reason: str
    count: Count


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What the panel says of one application. `verdict` is `FUND`, `REFUSE` or None where it said neither."""

    place: int
    place_by_marks: int
    verdict: VoteKind | None
    votes: tuple[Carried, ...]

    @property
    def is_moved(self) -> bool:
        """Whether the panel gave it another place."""
        return any(one.kind is VoteKind.MOVE for one in self.votes)


def recommend(agenda: Sequence[int], carried: Sequence[Carried]) -> dict[int, Recommendation]:
    """What the panel recommends: the moves one after the other, and the last word on support."""
    order = list(agenda)
    for one in carried:
        if one.kind is VoteKind.MOVE and one.place is not None:
            order = move_in(order, one.application_id, one.place)
    found = {}
    for place, key in enumerate(order, start=1):
        votes = tuple(one for one in carried if one.application_id == key)
        verdicts = [one.kind for one in votes if one.kind in (VoteKind.FUND, VoteKind.REFUSE)]
        found[key] = Recommendation(place, list(agenda).index(key) + 1, verdicts[-1] if verdicts else None, votes)
    return found
