"""What would change if the cut lay elsewhere: other money, another number of vouchers, another policy. Pure.

Nothing is written, and the rules are those of the real list: only the money, the number and the policy are others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vouchers.core.money import Money, total
from vouchers.decisions.rules.ranking import Entry, Place, Standing, places
from vouchers.programmes.rules.plan import CutPolicy

SERVED = frozenset({Standing.WITHIN, Standing.OFFER})


@dataclass(frozen=True, slots=True)
class Supposed:
    """Where the cut is supposed to lie."""

    left: Money
    slots: int | None
    policy: CutPolicy


@dataclass(frozen=True, slots=True)
class Shift:
    """One place as it is and as it would be."""

    now: Place
    then: Place

    @property
    def comes_in(self) -> bool:
        """Whether the money would reach it, and does not now."""
        return self.then.standing in SERVED and self.now.standing not in SERVED

    @property
    def drops_out(self) -> bool:
        """Whether the money reaches it now, and would not."""
        return self.now.standing in SERVED and self.then.standing not in SERVED

    @property
    def changes(self) -> bool:
        """Whether it would stand otherwise, or be given another amount."""
        return (self.now.standing, self.now.offer) != (self.then.standing, self.then.offer)


def shift(real: Sequence[Place], entries: Sequence[Entry], supposed: Supposed) -> list[Shift]:
    """The whole list, each place as it is and as it would be, best first."""
    then = {place.entry.key: place for place in places(entries, supposed.left, supposed.policy, supposed.slots)}
    return [Shift(place, then[place.entry.key]) for place in real]


def count_served(found: Sequence[Place], currency: str) -> tuple[int, Money]:
    """How many the money reaches, and what they would be given together."""
    served = [place for place in found if place.standing in SERVED]
    return len(served), total([place.offer for place in served if place.offer], currency)
