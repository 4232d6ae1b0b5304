"""Deciding many at once, in a call in which one person decides: each by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial

from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.core.errors import Refused
from vouchers.core.text import say as _
from vouchers.decisions.actions.deciding import award_decision, reject_decision, reserve_decision
from vouchers.decisions.queries.contests import AWARDED
from vouchers.users.models import User


class Outcome(StrEnum):
    """What is decided of many at once."""

    AWARD = "award"
    RESERVE = "reserve"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one row of a list of decisions."""

    reference: str
    organisation: str
    is_done: bool
    sentence: str


DECIDED_ALREADY = {
    Outcome.AWARD: AWARDED,
    Outcome.RESERVE: {ApplicationState.RESERVED},
    Outcome.REJECT: {ApplicationState.REJECTED},
}


def decide_many(
    applications: Sequence[Application], outcome: Outcome, reason: str, *, by: User, at: datetime
) -> list[Told]:
    """Decide each by itself, in this order: what is refused for one leaves the others as they are."""
    return [_decided(application, outcome, reason, by=by, at=at) for application in applications]


def _decided(application: Application, outcome: Outcome, reason: str, *, by: User, at: datetime) -> Told:
    told = partial(Told, application.reference, application.organisation.name)
    if application.state in DECIDED_ALREADY[outcome]:
        return told(is_done=True, sentence=str(_("This was done before.")))
    try:
        if outcome is Outcome.AWARD:
            decision = award_decision(application, None, reason, by=by, at=at)
            return told(is_done=True, sentence=str(_("Awarded: %(amount)s.", amount=decision.amount)))
        if outcome is Outcome.RESERVE:
            reserve_decision(application, reason, by=by, at=at)
            return told(is_done=True, sentence=str(_("Put on the reserve list.")))
        reject_decision(application, reason, by=by, at=at)
        return told(is_done=True, sentence=str(_("Rejected.")))
    except Refused as refused:
        return told(is_done=False, sentence=str(refused))
