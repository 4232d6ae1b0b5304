"""The time to decision against its target, with the clock stopped while the applicant is asked to clarify.

The target is the instrument's own (``decide_within_working_days``). Where it has none: 10 working days where approval
must come before the activity, else 6 weeks, 42 days of the calendar. The day of the submission does not count
(Regulation 1182/71, Article 3(1)). Of a question, its own day is still the office's, and the days after it up to and
with that of the answer do not count. Working days are those of the region's country.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from vouchers.core.lifecycle import State
from vouchers.core.text import Sentence, say_count
from vouchers.core.text import say as _
from vouchers.core.working_days import add_working_days, count_working_days

PRIOR_APPROVAL_DAYS = 10
CALENDAR_DAYS = 42


@dataclass(frozen=True, slots=True)
class Target:
    """So many days: working days, or days of the calendar."""

    days: int
    is_working: bool

    def count(self, first: date, last: date, country: str) -> int:
        """How many days lie behind `first`, up to and with `last`."""
        return count_working_days(first, last, country) if self.is_working else max((last - first).days, 0)

    def after(self, day: date, days: int, country: str) -> date:
        """So many days later."""
        return add_working_days(day, days, country) if self.is_working else day + timedelta(days=days)

    @property
    def label(self) -> Sentence:
        """``10 working days``."""
        if self.is_working:
            return say_count("%(count)s working day", "%(count)s working days", self.days)
        return say_count("%(count)s day", "%(count)s days", self.days)


def target_of(instrument: Any) -> Target:
    """The target of an instrument's plan."""
    if instrument.decide_within_working_days:
        return Target(instrument.decide_within_working_days, is_working=True)
    if instrument.prior_approval:
        return Target(PRIOR_APPROVAL_DAYS, is_working=True)
    return Target(CALENDAR_DAYS, is_working=False)


Stop = tuple[date, date]
"""The day on which the applicant was asked, and the day of the answer (of today, while there is none)."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long one application has taken, in the days of its target."""

    target: Target
    taken: int
    stopped: int
    """Days that do not count, because the applicant was asked."""
    due_on: date
    is_decided: bool

    @property
    def left(self) -> int:
        """Days of the target that are left; below zero it is late."""
        return self.target.days - self.taken

    @property
    def is_late(self) -> bool:
        """Whether it took, or is taking, longer than the target."""
        return self.left < 0


def pace_of(
    target: Target, submitted_on: date, until: date, stops: Iterable[Stop], country: str, *, is_decided: bool
) -> Pace:
    """The time from the submission to the decision (or to today), less the stops.

    Args:
        until: the day of the decision, or today.
        stops: in any order; they may overlap, and what lies outside of the time is cut off.
    """
    inside = [(max(first, submitted_on), min(last, until)) for first, last in stops]
    stopped = sum(target.count(first, last, country) for first, last in _merged(inside))
    taken = target.count(submitted_on, until, country) - stopped
    return Pace(target, taken, stopped, target.after(submitted_on, target.days + stopped, country), is_decided)


def _merged(stops: Iterable[Stop]) -> list[Stop]:
    """The same days as spans that do not overlap; empty ones are left out."""
    merged: list[Stop] = []
    for first, last in sorted(stop for stop in stops if stop[0] < stop[1]):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


class Span(State):
    """Into which part of the distribution an application falls."""

    HALF = "half", _("decided within half of the time"), "green"
    IN_TIME = "in_time", _("decided in time"), "teal"
    LATE = "late", _("decided late"), "orange"
    DOUBLE = "double", _("decided after more than double the time"), "red"
    OPEN = "open", _("not decided, still in time"), "blue"
    OPEN_LATE = "open_late", _("not decided, and late"), "red"


def span_of(pace: Pace) -> Span:
    """Where a pace falls."""
    if not pace.is_decided:
        return Span.OPEN_LATE if pace.is_late else Span.OPEN
    if 2 * pace.taken <= pace.target.days:
        return Span.HALF
    if not pace.is_late:
        return Span.IN_TIME
    return Span.LATE if pace.taken <= 2 * pace.target.days else Span.DOUBLE


def median(counts: Mapping[int, int]) -> int | None:
    """The middle one of whole days, the lower of two; None of none.

    Args:
        counts: how often each number of days occurs.
    """
    middle = (sum(counts.values()) - 1) // 2
    for days in sorted(counts):
        middle -= counts[days]
        if middle < 0:
            return days
    return None
