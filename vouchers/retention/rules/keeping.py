"""Until when something is kept. The longest of the laws wins; while a hold stands nothing may go. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from vouchers.core.clock import add_months
from vouchers.documents.classes import Law
from vouchers.retention.rules.classes import ACCOUNT_MONTHS, AID_YEARS, DRAFT_MONTHS, PAYMENT_YEARS, SELECTION_YEARS


@dataclass(frozen=True, slots=True)
class Terms:
    """What a programme says itself."""

    selection_years: int = SELECTION_YEARS
    draft_months: int = DRAFT_MONTHS


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
    reason: str = ""


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
    """Whether its decision is made and its voucher over: until then nobody can tell when the time begins."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Until when, by which law, and what keeps it whatever the day; `until` None: nobody can tell yet."""

    until: date | None
    law: Law | None
    is_held: bool
    is_open: bool = False
    """Whether something still goes on with it: an audit, an appeal, money on its way."""

    def is_due(self, today: date) -> bool:
        """Whether it may go today."""
        return not self.is_held and not self.is_open and self.until is not None and self.until < today


def keep_payment(last_paid_on: date) -> Basis:
    """Five years from the end of the year of the last payment."""
    return Basis(Law.PAYMENT, date(last_paid_on.year + PAYMENT_YEARS, 12, 31))


def keep_aid(granted_on: date) -> Basis:
    """Ten years from the grant, to the end of the year."""
    return Basis(Law.STATE_AID, date(granted_on.year + AID_YEARS, 12, 31))


def keep_selection(decided_on: date, years: int = SELECTION_YEARS) -> Basis:
    """The file of the selection is a part of the audit trail, also of those who were not chosen."""
    return Basis(Law.SELECTION, date(decided_on.year + years, 12, 31))


def keep_draft(closed_on: date, months: int = DRAFT_MONTHS) -> Basis:
    """What was never submitted is nobody's audit trail."""
    return Basis(Law.DRAFT, add_months(closed_on, months))


def keep_account(last_used_on: date) -> Basis:
    """An account that nobody has used for so long, and whose person stands in no papers that are kept."""
    return Basis(Law.ACCOUNT, add_months(last_used_on, ACCOUNT_MONTHS))


def bases_of(facts: Facts, terms: Terms = Terms()) -> list[Basis]:  # noqa: B008 - it is frozen
    """Every law that asks to keep it; none while nobody can tell when its time begins."""
    if not facts.is_settled:
        return []
    if facts.submitted_on is None:
        return [keep_draft(facts.closed_on, terms.draft_months)]
    found = [keep_selection(facts.decided_on or facts.submitted_on, terms.selection_years)]
    if facts.last_paid_on is not None:
        found.append(keep_payment(facts.last_paid_on))
    if facts.granted_on is not None and facts.is_aid:
        found.append(keep_aid(facts.granted_on))
    return found


def keep(bases: Iterable[Basis], holds: Sequence[Span], *, is_open: bool = False) -> Kept:
    """The longest wins. What was on hold when its time ended, or after that, is kept through the day of the lifting.

    A hold that stands, and what is still open, keep it beyond that day and do not change it.
    """
    longest = max(bases, key=lambda one: one.until, default=None)
    is_held = any(hold.last is None for hold in holds)
    if longest is None:
        return Kept(None, None, is_held, is_open)
    lifted = [hold.last for hold in holds if hold.last is not None]
    return Kept(max([longest.until, *lifted]), longest.law, is_held, is_open)


def last_day_gone(today: date, months: int) -> date:
    """The last day that lies more than so many months back: a draft of a call that closed on it, or before, may go."""
    day = add_months(today, -months)
    while keep_draft(day, months).until < today:
        day += timedelta(days=1)
    while keep_draft(day, months).until >= today:
        day -= timedelta(days=1)
    return day
