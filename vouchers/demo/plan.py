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


_MIX: tuple[tuple[str, Goal, int], ...] = (
    # instrument, how far, how many
    ("MG", Goal.PAID, 6),
    ("INS", Goal.PAID, 3),
    ("COL", Goal.PAID, 4),
    ("COL", Goal.AUTHORISED, 2),
    ("MG", Goal.AUTHORISED, 2),
    ("INS", Goal.VERIFIED, 2),
    ("MG", Goal.VERIFIED, 1),
    ("MG", Goal.CLAIMED, 2),
    ("COL", Goal.CLAIMED, 1),
    ("INS", Goal.CLAIMED, 1),
    ("MG", Goal.RETURNED, 1),
    ("INS", Goal.CLAIM_DRAFT, 1),
    ("COL", Goal.ACTIVE, 4),
    ("INS", Goal.ACTIVE, 2),
    ("MG", Goal.ACTIVE, 1),
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


def make_slots(count: int, *, opens_at: datetime, until: datetime, chance: random.Random) -> list[Slot]:
    """`count` applications spread over the time since the call opened; those that get far begin early."""
    mix = [(instrument, goal) for instrument, goal, many in _MIX for _ in range(many)]
    chosen = [mix[number % len(mix)] for number in range(count)] if count >= len(mix) else chance.sample(mix, count)
    span = max(until - opens_at, timedelta(days=1))
    slots = []
    for number, (instrument, goal) in enumerate(chosen):
        share = chance.uniform(0.01, 0.25) if goal in _LONG else chance.uniform(0.05, 0.7)
        if goal in _WAITING:
            share = chance.uniform(0.66, 0.76)
        if goal in (Goal.DRAFT, Goal.SUBMITTED):
            share = chance.uniform(0.7, 0.93)
        slots.append(Slot(number, instrument, goal, opens_at + span * share))
    return slots
