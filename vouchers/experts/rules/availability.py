"""Whether an expert may be given something new on a day. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.experts.states import ContractState, ExpertState

MOST_DAYS = 730

SUSPENDED = _("This expert is suspended.")


@dataclass(frozen=True, slots=True)
class Stretch:
    """The first and the last day of an absence."""

    from_on: date
    until_on: date


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether an expert may be asked."""

    state: ExpertState
    admitted_until: date | None = None
    interests_due_on: date | None = None
    contract: ContractState | None = None
    """The state of the newest contract; None: the office never issued one."""
    absences: tuple[Stretch, ...] = ()
    has_declared: bool = True
    """Whether interests were ever declared."""


def ensure_stretch(from_on: date, until_on: date, today: date) -> None:
    """An absence ends after it begins, not in the past, and within two years.

    Raises:
        RuleBroken: field ``until_on`` or ``from_on``.
    """
    if until_on < from_on:
        raise RuleBroken(_("The last day lies before the first one."), field="until_on")
    if until_on < today:
        raise RuleBroken(_("This absence has passed already."), field="until_on")
    if (until_on - today).days > MOST_DAYS:
        raise RuleBroken(_("Enter an absence within the next two years."), field="until_on")


def find_absence(absences: Iterable[Stretch], today: date, due_on: date | None = None) -> Stretch | None:
    """The absence that covers the day of asking, or the day on which the marks are due."""
    days = [today] if due_on is None else [today, due_on]
    return next((one for one in absences if any(one.from_on <= day <= one.until_on for day in days)), None)


def obstacle_of(standing: Standing, today: date, due_on: date | None = None) -> Sentence | None:
    """Why nothing new may be given to this expert; None: it may."""
    if standing.state == ExpertState.SUSPENDED:
        return SUSPENDED
    has_passed = standing.admitted_until is not None and standing.admitted_until < today
    if standing.state == ExpertState.EXPIRED or has_passed:
        return _("The admission of this expert has ended. Renew it first.")
    if absence := find_absence(standing.absences, today, due_on):
        return _("This expert is away from %(first)s to %(last)s.", first=absence.from_on, last=absence.until_on)
    if standing.contract is not None and standing.contract != ContractState.IN_FORCE:
        return _NO_CONTRACT[standing.contract]
    if not standing.has_declared:
        return _("This expert has not declared the interests yet.")
    if standing.interests_due_on is not None and standing.interests_due_on < today:
        return _("The yearly declaration of interests of this expert is overdue.")
    return None


_NO_CONTRACT = {
    ContractState.ISSUED: _("This expert has not accepted the contract yet."),
    ContractState.ACCEPTED: _("The contract of this expert is not signed by the office yet."),
    ContractState.ENDED: _("The contract of this expert has ended."),
}
