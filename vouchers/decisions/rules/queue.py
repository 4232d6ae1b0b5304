"""The queue of a call that gives its money in the order of submission: who gets it, who keeps a place. Pure.

First come means the first *complete, eligible* submission. Until a person has decided on an application that the rules
alone cannot settle, nobody knows whether it was one; so it keeps its place and its money. An award is final, so it is
made only where it would be made however those ahead are decided in the end, and what cannot be said yet waits.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from vouchers.core.lifecycle import State
from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.rules.plan import CutPolicy


class Readiness(Enum):
    """Whether an application could take money now."""

    READY = auto()
    """Eligible: it takes what it is given."""
    OPEN = auto()
    """Not settled yet (a person must look, experts are marking): it keeps its place and its money."""
    OUT = auto()
    """Below a threshold: it takes no money whatever is left."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One application of the queue; the sequence is that of the receipts."""

    key: Hashable
    wants: Money
    readiness: Readiness
    is_sum: bool = False
    """Whether it is given what it wants or nothing: no part of it is offered."""


class Verdict(State):
    """What the money means for a place of the queue."""

    AWARD = "award", _("Gets its money"), "green"
    OFFER = "offer", _("Gets what is left"), "teal"
    KEEPS = "keeps", _("Keeps its place"), "blue"
    BEHIND = "behind", _("Depends on those ahead"), "yellow"
    BEYOND = "beyond", _("Beyond the money"), "orange"
    OUT = "out", _("Below a threshold"), "red"


class Outlook(Enum):
    """What an application can get in the best case, in which none of the open ones ahead takes anything."""

    REACHED = auto()
    """The money may reach it."""
    SHORT = auto()
    """There is money, but less than it asks for, and the call pays no parts."""
    ENDED = auto()
    """No money or no voucher of the quota is left for it, or the line was drawn before it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an application stands: its number from 1, what the money means for it, and what it gets or keeps."""

    entry: Waiting
    number: int
    verdict: Verdict
    amount: Money
    outlook: Outlook

    @property
    def label(self) -> Sentence:
        """The verdict in words, with how much money a kept place keeps."""
        if self.verdict != Verdict.KEEPS or not self.amount.cents:
            return self.verdict.label
        if self.amount < self.entry.wants:
            return _("Keeps its place and a part of its money")
        return _("Keeps its place and its money")


def say_place(place: Place) -> Sentence | None:
    """What an applicant is told of a place, only what is true now; None where there is no place to tell of."""
    number = place.number
    if place.verdict in {Verdict.AWARD, Verdict.OFFER}:
        return _("It is your turn: the money reaches you, and the decision is being written.")
    if place.verdict == Verdict.KEEPS and place.amount == place.entry.wants:
        return _(
            "You are number %(number)s in the queue. The money that is left is enough for those before you and you.",
            number=number,
        )
    if place.verdict == Verdict.KEEPS and place.amount.cents:
        return _(
            "You are number %(number)s in the queue. The money that is left is enough for a part of what you ask for.",
            number=number,
        )
    if place.verdict != Verdict.OUT and place.outlook is Outlook.SHORT:
        return _(
            "You are number %(number)s in the queue. The money of this call is not enough for what you ask for, unless "
            "money comes back.",
            number=number,
        )
    if place.verdict in {Verdict.KEEPS, Verdict.BEHIND} and place.outlook is Outlook.REACHED:
        return _(
            "You are number %(number)s in the queue. The money that is left reaches you only if others before you do "
            "not need all of theirs.",
            number=number,
        )
    if place.verdict != Verdict.OUT:
        return _(
            "You are number %(number)s in the queue. The money has ended before your place. If some comes back, it "
            "goes to those who wait, in order.",
            number=number,
        )
    return None


def say_place_to_staff(place: Place) -> Sentence:
    """The same for those who look after the queue."""
    return _("It is number %(number)s in the queue: %(verdict)s.", number=place.number, verdict=place.label)


def walk(entries: Sequence[Waiting], left: Money, policy: CutPolicy, slots: int | None = None) -> list[Place]:
    """Each application with its verdict.

    Args:
        entries: in the order of their receipts, only those that are not decided.
        left: what is available.
        policy: what the call published for the first one that the money does not cover.
        slots: how many vouchers the quota still allows; None is no quota.
    """
    many = len(entries) if slots is None else slots
    walker = _Walker(policy, sure=left.cents, best=left.cents, sure_slots=many, best_slots=many)
    places = []
    for number, entry in enumerate(entries, start=1):
        walker.policy = CutPolicy.STRICT_STOP if entry.is_sum and policy is CutPolicy.PARTIAL else policy
        outlook = walker.look(entry.wants.cents)
        verdict, cents = walker.meet(entry.wants.cents, entry.readiness)
        places.append(Place(entry, number, verdict, Money(cents, entry.wants.currency), outlook))
    return places


@dataclass(slots=True)
class _Walker:
    """What is left in the worst case (all ahead who are not settled get their money) and in the best (none does)."""

    policy: CutPolicy
    sure: int
    best: int
    sure_slots: int
    best_slots: int
    is_stopped: bool = False
    """In the worst case the line has been reached."""
    is_over: bool = False
    """In every case it has."""

    def look(self, wants: int) -> Outlook:
        """What the best case holds for the next one."""
        if self.is_over or self.best_slots <= 0 or self.best <= 0:
            return Outlook.ENDED
        return Outlook.REACHED if wants <= self.best or self.policy is CutPolicy.PARTIAL else Outlook.SHORT

    def meet(self, wants: int, readiness: Readiness) -> tuple[Verdict, int]:
        if readiness is Readiness.OUT:
            return Verdict.OUT, 0
        fits = not self.is_stopped and wants <= self.sure and self.sure_slots > 0
        if readiness is Readiness.OPEN:
            return Verdict.KEEPS, self._keep(wants, fits=fits)
        if fits:
            self._give(wants)
            return Verdict.AWARD, wants
        return self._short(wants)

    def _give(self, cents: int) -> None:
        self.sure -= cents
        self.best -= cents
        self.sure_slots -= 1
        self.best_slots -= 1

    def _keep(self, wants: int, *, fits: bool) -> int:
        """Money and place of one that is not settled; what of its wish the money covers in the worst case."""
        kept = wants if fits else 0
        if not fits and not self.is_stopped and self.sure_slots > 0 and self.policy is CutPolicy.PARTIAL:
            kept = self.sure
        if self.look(wants) is Outlook.REACHED:
            self.sure = max(self.sure - wants, 0)
            self.sure_slots = max(self.sure_slots - 1, 0)
        if not fits and self.policy is not CutPolicy.SKIP:
            self.is_stopped = True
        return kept

    def _short(self, wants: int) -> tuple[Verdict, int]:
        """One that is settled and not covered for sure."""
        stops = self.policy is not CutPolicy.SKIP
        can_be_reached = self.look(wants) is Outlook.REACHED
        if can_be_reached and self._is_certain() and self.policy is CutPolicy.PARTIAL and self.sure > 0:
            part, self.is_stopped, self.is_over = self.sure, True, True
            self._give(part)
            return Verdict.OFFER, part
        if can_be_reached:
            self.sure = max(self.sure - wants, 0)
            self.sure_slots = max(self.sure_slots - 1, 0)
            self.is_stopped = self.is_stopped or stops
            return Verdict.BEHIND, 0
        self.is_stopped = self.is_stopped or stops
        self.is_over = self.is_over or stops
        return Verdict.BEYOND, 0

    def _is_certain(self) -> bool:
        """Whether nobody ahead is open: worst and best case are one."""
        return not self.is_stopped and (self.sure, self.sure_slots) == (self.best, self.best_slots)
