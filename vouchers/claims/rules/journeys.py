"""The way that a cost paid: when it may be paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _


@dataclass(frozen=True, slots=True)
class Leg:
    """One part of the way."""

    from_place: str
    to_place: str
    leaves_on: date
    arrives_on: date
    traveller: str


def ensure_leg(leg: Any, *, approved_on: date | None, starts_on: date, ends_on: date, today: date) -> None:
    """It lies within the agreement and, where approval must come first, after the day of the approval.

    Args:
        leg: a `Leg`, or a stored journey with the same days.
        approved_on: None where approval need not come first.
    """
    if leg.arrives_on < leg.leaves_on:
        raise RuleBroken(_("The journey arrives before it leaves."), field="arrives_on")
    if leg.arrives_on > today:
        raise RuleBroken(_("This journey lies in the future. Claim it when it is over."), field="arrives_on")
    if approved_on is not None and leg.leaves_on <= approved_on:
        raise RuleBroken(
            _(
                "A journey on %(day)s cannot be paid: your voucher was approved on %(approved)s, and only what takes "
                "place after that day counts.",
                day=leg.leaves_on,
                approved=approved_on,
            ),
            field="leaves_on",
        )
    if leg.leaves_on < starts_on:
        raise RuleBroken(_within(starts_on, ends_on), field="leaves_on")
    if leg.arrives_on > ends_on:
        raise RuleBroken(_within(starts_on, ends_on), field="arrives_on")


def _within(starts_on: date, ends_on: date) -> Sentence:
    return _("The journey must lie within the agreement: from %(start)s to %(end)s.", start=starts_on, end=ends_on)
