"""Which applications the demo holds, and how far each of them gets."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Goal(StrEnum):
    """Where an application of the demo stops; `now` may stop it earlier."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    INELIGIBLE = "ineligible"
    ELIGIBLE = "eligible"
    MARKING = "marking"
    EVALUATED = "evaluated"
    REJECTED = "rejected"
    RESERVED = "reserved"
    AWARDED = "awarded"
    OFFERED = "offered"
    DECLINED = "declined"
    ACTIVE = "active"
    CLAIM_DRAFT = "claim draft"
    CLAIMED = "claimed"
    RETURNED = "returned"
    VERIFIED = "verified"
    AUTHORISED = "authorised"
    PAID = "paid"


class Story(StrEnum):
    """What happens to single vouchers of the first region, so that each page of the finance office shows something."""

    RECOVERY = "a part is claimed back"
    SET_OFF = "what is owed is kept back against it"
    RETURNED = "the bank gives the payment back"
    HELD = "the payment is held back"
    ABROAD = "costs in another currency, one cut and one parked"
    AMENDMENT = "the company asks for more time"
    TERMINATION = "the end is proposed"


STORIES: tuple[tuple[Story, str, Goal, int], ...] = (
    # story, instrument, how far, which company of the region
    (Story.RECOVERY, "COL", Goal.PAID, 0),
    (Story.SET_OFF, "MG", Goal.AUTHORISED, 0),
    (Story.AMENDMENT, "INS", Goal.ACTIVE, 0),
    (Story.RETURNED, "INS", Goal.PAID, 1),
    (Story.HELD, "MG", Goal.AUTHORISED, 1),
    (Story.ABROAD, "COL", Goal.VERIFIED, 1),
    (Story.TERMINATION, "COL", Goal.ACTIVE, 2),
)
_MIX: tuple[tuple[str, Goal, int], ...] = (
    # instrument, how far, how many
    ("MG", Goal.PAID, 6),
    ("INS", Goal.PAID, 2),
    ("COL", Goal.PAID, 3),
    ("COL", Goal.AUTHORISED, 2),
    ("MG", Goal.AUTHORISED, 1),
    ("INS", Goal.VERIFIED, 1),
    ("MG", Goal.VERIFIED, 1),
    ("MG", Goal.CLAIMED, 2),
    ("COL", Goal.CLAIMED, 1),
    ("INS", Goal.CLAIMED, 1),
    ("MG", Goal.RETURNED, 1),
    ("INS", Goal.CLAIM_DRAFT, 1),
    ("COL", Goal.ACTIVE, 3),
    ("INS", Goal.ACTIVE, 1),
    ("COL", Goal.OFFERED, 2),
    ("INS", Goal.OFFERED, 1),
    ("MG", Goal.OFFERED, 1),
    ("COL", Goal.DECLINED, 1),
    ("COL", Goal.AWARDED, 2),
    ("MG", Goal.AWARDED, 1),
    ("COL", Goal.EVALUATED, 3),
    ("INS", Goal.EVALUATED, 1),
    ("COL", Goal.RESERVED, 1),
    ("COL", Goal.REJECTED, 1),
    ("INS", Goal.REJECTED, 1),
    ("COL", Goal.MARKING, 3),
    ("INS", Goal.MARKING, 1),
    ("MG", Goal.ELIGIBLE, 2),
    ("COL", Goal.ELIGIBLE, 1),
    ("INS", Goal.INELIGIBLE, 1),
    ("MG", Goal.INELIGIBLE, 1),
    ("MG", Goal.SUBMITTED, 3),
    ("COL", Goal.SUBMITTED, 2),
    ("INS", Goal.WITHDRAWN, 1),
    ("COL", Goal.DRAFT, 2),
    ("MG", Goal.DRAFT, 1),
    ("INS", Goal.DRAFT, 1),
)
_LONG = {Goal.PAID, Goal.AUTHORISED, Goal.VERIFIED, Goal.CLAIMED, Goal.RETURNED, Goal.CLAIM_DRAFT}
_WAITING = {Goal.OFFERED, Goal.AWARDED, Goal.EVALUATED, Goal.MARKING, Goal.ELIGIBLE}
"""What somebody should still be in time for."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One application to be: its number, instrument, goal, and when its owner sits down to write it."""

    number: int
    instrument: str
    goal: Goal
    begins_at: datetime
    story: Story | None = None
    place: int = 0
    """With a story: which company of the first region it is about."""


def make_slots(count: int, *, opens_at: datetime, until: datetime, chance: random.Random) -> list[Slot]:
    """`count` applications spread over the time since the call opened; those that get far begin early.

    The first ones have a story of their own.
    """
    mix = [(instrument, goal) for instrument, goal, many in _MIX for _ in range(many)]
    rest = max(count - len(STORIES), 0)
    chosen = [mix[number % len(mix)] for number in range(rest)] if rest >= len(mix) else chance.sample(mix, rest)
    span = max(until - opens_at, timedelta(days=1))
    slots = [
        Slot(number, instrument, goal, opens_at + span * 0.008 * (number + 1), story, place)
        for number, (story, instrument, goal, place) in enumerate(STORIES[:count])
    ]
    for number, (instrument, goal) in enumerate(chosen, len(slots)):
        share = chance.uniform(0.01, 0.25) if goal in _LONG else chance.uniform(0.05, 0.7)
        if goal in _WAITING:
            share = chance.uniform(0.66, 0.76)
        if goal in (Goal.DRAFT, Goal.SUBMITTED):
            share = chance.uniform(0.7, 0.93)
        slots.append(Slot(number, instrument, goal, opens_at + span * share))
    return slots
