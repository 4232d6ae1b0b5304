"""Until when something is kept. The longest of the laws wins; while a hold stands nothing may go. Pure.

CPR, Article 82(1): five years from 31 December of the year in which the last payment was made to the beneficiary.
State aid (Regulation (EU) 2023/2831, Article 6; GBER, Article 12): ten years from the grant, here to the end of that year.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from vouchers.core.clock import add_months
from vouchers.retention.states import Law

PAYMENT_YEARS, AID_YEARS, SELECTION_YEARS = 5, 10, 5
DRAFT_MONTHS = 6
"""From the end of the call."""


@dataclass(frozen=True, slots=True)
class Basis:
    """One law and the last day on which it asks to keep."""

    law: Law
    until: date


@dataclass(frozen=True, slots=True)
class Span:
    """A hold, from its first day to the day on which it was lifted; None: it stands."""

    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the law asks about one application."""

    closed_on: date
    """The last day of its call."""
    submitted_on: date | None
    decided_on: date | None
    granted_on: date | None
    """None: no voucher was ever granted on it."""
    last_paid_on: date | None
    is_aid: bool
    is_settled: bool
    """Whether nothing more can come of it: neither decision nor payment."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Until when, by which law, and whether a hold stands; `until` None: nobody can tell yet."""

    until: date | None
    law: Law | None
    is_held: bool

    def is_due(self, today: date) -> bool:
        """Whether it may go today."""
        return not self.is_held and self.until is not None and self.until < today


def keep_payment(last_paid_on: date) -> Basis:
    """Five years from the end of the year of the last payment."""
    return Basis(Law.PAYMENT, date(last_paid_on.year + PAYMENT_YEARS, 12, 31))


def keep_aid(granted_on: date) -> Basis:
    """Ten years from the grant, to the end of the year."""
    return Basis(Law.STATE_AID, date(granted_on.year + AID_YEARS, 12, 31))


def keep_selection(decided_on: date) -> Basis:
    """The file of the selection is a part of the audit trail, also of those who were not chosen."""
    return Basis(Law.SELECTION, date(decided_on.year + SELECTION_YEARS, 12, 31))


def keep_draft(closed_on: date) -> Basis:
    """What was never submitted is nobody's audit trail."""
    return Basis(Law.DRAFT, add_months(closed_on, DRAFT_MONTHS))


def bases_of(facts: Facts) -> list[Basis]:
    """Every law that asks to keep it; none while something may still come of it."""
    if facts.submitted_on is None:
        return [keep_draft(facts.closed_on)]
    if not facts.is_settled:
        return []
    found = [keep_selection(facts.decided_on or facts.submitted_on)]
    if facts.last_paid_on is not None:
        found.append(keep_payment(facts.last_paid_on))
    if facts.granted_on is not None and facts.is_aid:
        found.append(keep_aid(facts.granted_on))
    return found


def keep(bases: Iterable[Basis], holds: Sequence[Span]) -> Kept:
    """The longest wins. What was held when its time ended is kept until the hold was lifted."""
    longest = max(bases, key=lambda one: one.until, default=None)
    is_held = any(hold.last is None for hold in holds)
    if longest is None:
        return Kept(None, None, is_held)
    until = longest.until
    for hold in sorted(holds, key=lambda one: one.first):
        if hold.last is not None and hold.first <= until:
            until = max(until, hold.last)
    return Kept(until, longest.law, is_held)
