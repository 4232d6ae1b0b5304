"""When the region may ask for clarification, and until when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from vouchers.applications.rules.next_steps import UNDECIDED
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _

MOST_DAYS = 60
REMIND_BEFORE = timedelta(days=2)
LAST_SECOND = time(23, 59, 59)


def ensure_undecided(state: Any) -> None:
    """Only while the office still owes a decision."""
    if state not in UNDECIDED:
        raise RuleBroken(
            _("This application is “%(state)s”: nothing in it can be changed any more.", state=state.label)
        )


def ensure_questions(chosen: Collection[str], asked: Collection[str]) -> None:
    """At least one question, and only those of the form."""
    if not chosen or not set(chosen) <= set(asked):
        raise RuleBroken(_("Choose the questions that the applicant answers again."), field="questions")


def due_at(day: date, *, zone: str, today: date) -> datetime:
    """The last second of the day where the call's clock is; from tomorrow to sixty days ahead."""
    if day <= today:
        raise RuleBroken(_("Give the applicant time: the earliest day is tomorrow."), field="due_on")
    if day > today + timedelta(days=MOST_DAYS):
        raise RuleBroken(_("Choose a day within the next %(days)s days.", days=MOST_DAYS), field="due_on")
    return datetime.combine(day, LAST_SECOND, ZoneInfo(zone))


def ensure_more_time(due: datetime, before: datetime) -> None:
    """More time is a later day than the one so far."""
    if due <= before:
        raise RuleBroken(
            _("The applicant has until %(day)s already. Choose a later day.", day=before.astimezone(due.tzinfo).date()),
            field="due_on",
        )


def ensure_in_time(due: datetime, at: datetime) -> None:
    """The last second still counts; one second later does not."""
    if at.replace(microsecond=0) > due:
        raise RuleBroken(_("The time for this answer is over, so nothing was changed. The region has been told."))


def ensure_changed(new: Mapping[str, Any], old: Mapping[str, Any], files: Collection[Any] = ()) -> None:
    """An answer to a request says something that was not said before, or brings a file."""
    if not files and all(old.get(code) == value for code, value in new.items()):
        raise RuleBroken(
            _("Nothing has changed yet. Change an answer, or write to the region if it is right as it stands.")
        )
