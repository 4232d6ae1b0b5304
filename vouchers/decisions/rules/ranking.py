"""The ranking of one list: places with ties, and the line at which the money ends.

The policy at the cut is the call's: a strict stop never lets a lower place pass a higher one; skip goes on to the next
that can be paid; partial offers the rest to the first that cannot. Those who stay tied after the published tie-breaks
share a place; where the cut runs through them, nobody of them and nobody after them is sure, and the page says so.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, groupby
from math import lcm
from operator import itemgetter
from typing import Any

from vouchers.core.lifecycle import State
from vouchers.core.money import Money, total
from vouchers.core.text import say as _
from vouchers.programmes.rules.plan import CutPolicy


class Standing(State):
    """What the remaining money means for a place."""

    WITHIN = "within", _("Within the money"), "green"
    OFFER = "offer", _("Part of the amount"), "teal"
    TIED = "tied", _("Tied at the cut"), "orange"
    BEYOND = "beyond", _("Beyond the money"), "yellow"
    BELOW = "below", _("Below a threshold"), "red"
    DECIDED = "decided", _("Decided"), "grey"
    UNRANKED = "unranked", _("Marks missing"), "grey"


@dataclass(frozen=True, slots=True)
class Entry:
    """One application as the ranking sees it. `order`: greater is better, equal is tied; None has no place yet."""

    key: Hashable
    order: tuple[Any, ...] | None
    wants: Money
    passes: bool = True
    is_open: bool = True
    """Whether it still waits for money; a decided one keeps its place and takes none."""
    is_sum: bool = False
    """Whether it is given what it wants or nothing: no part of it is offered."""
    is_reserved: bool = False
    """Whether it stands on the reserve list; it still waits for money."""
    stands_first: bool = False
    """Whether an upheld appeal put it ahead of all others who wait."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: its rank (shared by the tied), and what the money means for it."""

    entry: Entry
    rank: int | None
    is_tied: bool
    standing: Standing
    offer: Money | None = None
    """What the remaining money would give it."""


def rank(entries: Sequence[Entry]) -> list[tuple[Entry, int | None, bool]]:
    """Entry, rank and whether it is shared, best first; those without a place last. Equals keep their sequence.

    Those whom an upheld appeal puts first stand before the first who still waits for money: the places of those who
    have theirs do not change.
    """
    ordered = [entry for entry in entries if entry.order is not None]
    groups = _grouped([entry for entry in ordered if not entry.stands_first])
    if firsts := _grouped([entry for entry in ordered if entry.stands_first]):
        waits = (number for number, tied in enumerate(groups) if any(one.is_open and one.passes for one in tied))
        at = next(waits, len(groups))
        groups[at:at] = firsts
    answer: list[tuple[Entry, int | None, bool]] = []
    for tied in groups:
        first = len(answer) + 1
        answer.extend((entry, first, len(tied) > 1) for entry in tied)
    return answer + [(entry, None, False) for entry in entries if entry.order is None]


def _grouped(entries: Sequence[Entry]) -> list[list[Entry]]:
    """The tied together, best first."""
    placed = sorted(_comparable(entries), key=itemgetter(0), reverse=True)
    return [[entry for _same, entry in group] for _order, group in groupby(placed, key=itemgetter(0))]


def _comparable(entries: Sequence[Entry]) -> list[tuple[tuple[Any, ...], Entry]]:
    """Each entry with what it is ordered by, all fractions over one denominator: whole numbers compare far faster."""
    scale = lcm(*{part.denominator for entry in entries for part in entry.order or () if type(part) is Fraction})
    return [
        (
            tuple(
                part.numerator * (scale // part.denominator) if type(part) is Fraction else _whole(part, scale)
                for part in entry.order or ()
            ),
            entry,
        )
        for entry in entries
    ]


def _whole(part: Any, scale: int) -> Any:
    return part * scale if type(part) is int else part


def places(entries: Sequence[Entry], left: Money, policy: CutPolicy, slots: int | None = None) -> list[Place]:
    """The whole list with the cut drawn against what is left.

    Args:
        entries: in the order in which equals are shown.
        slots: how many vouchers the quota still allows; None is no quota.
    """
    ranked = rank(entries)
    answer: list[Place] = []
    ended = False
    for _place, group in groupby(ranked, key=lambda one: one[1]):
        tied = list(group)
        waiting = [entry for entry, place, _shared in tied if place is not None and entry.is_open and entry.passes]
        keys = {entry.key for entry in waiting}
        wanted = sum(entry.wants.cents for entry in waiting)
        cut = _Cut(left, policy, ended or slots == 0, slots)
        is_short = wanted > left.cents or (slots is not None and len(waiting) > slots)
        split = not cut.ended and len(waiting) > 1 and is_short
        for entry, place, shared in tied:
            if entry.key not in keys:
                standing = (
                    Standing.UNRANKED if place is None else Standing.BELOW if not entry.passes else Standing.DECIDED
                )
                answer.append(Place(entry, place, shared, standing if entry.is_open else Standing.DECIDED))
            elif split:
                answer.append(Place(entry, place, shared, Standing.TIED))
            else:
                standing, offer = cut.take(entry.wants, is_sum=entry.is_sum)
                answer.append(Place(entry, place, shared, standing, offer))
        left, slots, ended = cut.left, cut.slots, cut.ended or split
    return answer


@dataclass(slots=True)
class _Cut:
    """What is left while the list is walked."""

    left: Money
    policy: CutPolicy
    ended: bool
    slots: int | None

    def take(self, wants: Money, *, is_sum: bool) -> tuple[Standing, Money | None]:
        """Give what can be given, and remember whether the line is reached."""
        if self.ended or self.slots == 0:
            return Standing.BEYOND, None
        if wants <= self.left:
            self.left = self.left - wants
            self.slots = None if self.slots is None else self.slots - 1
            return Standing.WITHIN, wants
        if self.policy is CutPolicy.SKIP:
            return Standing.BEYOND, None
        self.ended = True
        if self.policy is CutPolicy.PARTIAL and self.left.cents and not is_sum:
            offer, self.left = self.left, Money(0, self.left.currency)
            return Standing.OFFER, offer
        return Standing.BEYOND, None


def left_at(listed: Sequence[Place], key: Hashable, left: Money, slots: int | None) -> tuple[Money, int | None]:
    """What money and vouchers are left before a place, once those above it have theirs."""
    above = listed[: next((number for number, place in enumerate(listed) if place.entry.key == key), len(listed))]
    offers = [place.offer for place in above if place.offer]
    return left - total(offers, left.currency), None if slots is None else slots - len(offers)


def count_payable(listed: Sequence[Place], left: Money, slots: int | None) -> tuple[int, int, int]:
    """Of those tied at the cut: how many can be paid if the dearest are drawn first, if the cheapest are, and how many
    there are.

    Args:
        left: what those above them leave; `slots` likewise.
    """
    wishes = sorted(place.entry.wants.cents for place in listed if place.standing == Standing.TIED)
    counts = []
    for ordered in (reversed(wishes), wishes):
        fitting = sum(1 for sum_ in accumulate(ordered) if sum_ <= left.cents)
        counts.append(fitting if slots is None else min(fitting, slots))
    return counts[0], counts[1], len(wishes)


def list_skipped(
    listed: Sequence[Place], key: Hashable, policy: CutPolicy, settled: Collection[Hashable]
) -> list[Place]:
    """Better places that an award to `key` leaves without money: all that wait where the call stops strictly, else
    those that the money reaches.

    Args:
        settled: the keys of those who are awarded in the same step.
    """
    reached = {Standing.WITHIN, Standing.OFFER}
    skipped = list_passed_over(listed, key)
    if policy is not CutPolicy.STRICT_STOP:
        skipped = [place for place in skipped if place.standing in reached]
    return [place for place in skipped if place.entry.key not in settled]


def list_passed_over(ranked: Sequence[Place], key: Hashable) -> list[Place]:
    """Those who wait for money on a better place than `key` and pass the thresholds: an award to `key` skips them."""
    own = next((place.rank for place in ranked if place.entry.key == key), None)
    if own is None:
        return []
    return [
        place
        for place in ranked
        if place.rank is not None and place.rank < own and place.entry.is_open and place.entry.passes
    ]
