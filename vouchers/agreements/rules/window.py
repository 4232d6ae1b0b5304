"""The days of an agreement: approval, start, end, last day to claim, last moment to accept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from vouchers.core.clock import add_months, day_in
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _


@dataclass(frozen=True, slots=True)
class Bounds:
    """Within which days an agreement's window must lie."""

    approved_on: date
    prior_approval: bool
    """The activity must start after the day of approval."""
    submitted_on: date
    """Aid has no effect on what began before it was asked for."""
    valid_for_months: int
    until: date | None
    """The last day for activities of the call."""
    activity: tuple[date | None, date | None] = (None, None)
    """First and last day of the activity that was approved; None where the form does not ask for it."""

    since: date | None = None
    """The first day for activities of the call."""

    @property
    def first_start(self) -> date:
        """The earliest day on which the window may start."""
        return self.approved_on + timedelta(days=1) if self.prior_approval else self.submitted_on

    @property
    def usual_start(self) -> date:
        """What is offered if nobody says otherwise: the day after the approval, not before the call's activities
        begin, or where a window from then on does not hold the activity, the first day of the activity."""
        usual, (first, last) = self.approved_on + timedelta(days=1), self.activity
        usual = max(usual, self.since or usual)
        if first is None:
            return usual
        start = max(min(usual, first), self.first_start)
        return start if self.last_end(start) >= (last or first) else max(start, first)

    def find_outside(self, starts_on: date, ends_on: date) -> date | None:
        """The first or last day of the activity that a window does not contain; None where it holds both."""
        days = (day for day in self.activity if day is not None)
        return next((day for day in days if not starts_on <= day <= ends_on), None)

    def planned_within(self, starts_on: date, ends_on: date) -> tuple[date, date] | None:
        """The days of the activity, where the application says both and a window holds them."""
        first, last = self.activity
        if first is None or last is None or self.find_outside(starts_on, ends_on):
            return None
        return first, last

    def last_end(self, starts_on: date) -> date:
        """The latest day on which a window that starts on this day may end."""
        latest = add_months(starts_on, self.valid_for_months) - timedelta(days=1)
        return min(latest, self.until) if self.until else latest


def ensure_window(starts_on: date, ends_on: date, bounds: Bounds) -> None:
    """The window starts and ends within its bounds, both days included."""
    if starts_on < bounds.first_start:
        raise RuleBroken(_("The agreement may not start before %(day)s.", day=bounds.first_start), field="starts_on")
    if ends_on < starts_on:
        raise RuleBroken(_("The agreement cannot end before it starts."), field="ends_on")
    if ends_on > (latest := bounds.last_end(starts_on)):
        raise RuleBroken(_("The agreement may end on %(day)s at the latest.", day=latest), field="ends_on")


def ensure_activity_within(starts_on: date, ends_on: date, bounds: Bounds, reason: str) -> None:
    """The window holds the activity that was approved, or it is said why not."""
    if (day := bounds.find_outside(starts_on, ends_on)) and not reason.strip():
        raise RuleBroken(
            _(
                "The activity of the application begins or ends on %(day)s, which is not within these days. Change the "
                "days, or say why below.",
                day=day,
            ),
            field="starts_on" if day < starts_on else "ends_on",
        )


def accept_by_moment(issued_at: datetime, days: int, zone: str) -> datetime:
    """The last second of the last day to accept, where the region is; in UTC."""
    last_day = day_in(zone, issued_at) + timedelta(days=days)
    return datetime.combine(last_day, time(23, 59, 59), ZoneInfo(zone)).astimezone(UTC)


def ensure_claims_are_over(today: date, claim_by: date) -> None:
    """The last day to claim counts in full, where the region is."""
    if today <= claim_by:
        raise RuleBroken(_("The last day to claim has not passed yet."))
