"""Days that decide whether a cost may be paid, and the day by which a claim is paid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _


def ensure_after_approval(activity_on: date | None, approved_on: date) -> None:
    """Where approval must come first, an activity on or before the day of approval cannot be paid (by date)."""
    if activity_on is None:
        raise RuleBroken(
            _("Enter the day of the journey or service: it must lie after the approval."), field="activity_on"
        )
    if activity_on <= approved_on:
        raise RuleBroken(
            _(
                "The activity on %(activity)s cannot be paid: your voucher was approved on %(approved)s, and only what "
                "takes place after that day counts.",
                activity=activity_on,
                approved=approved_on,
            ),
            field="activity_on",
        )


def ensure_activity_in_window(activity_on: date | None, *, starts_on: date, ends_on: date) -> None:
    """An activity lies within the agreement's window, both days included."""
    if activity_on is not None and not starts_on <= activity_on <= ends_on:
        raise RuleBroken(
            _(
                "The activity must lie within the agreement: from %(start)s to %(end)s.",
                start=starts_on,
                end=ends_on,
            ),
            field="activity_on",
        )


def ensure_invoice_day(invoice_on: date, *, starts_on: date, ends_on: date, today: date) -> None:
    """An invoice is dated within the agreement's window, both days included, and not in the future."""
    if invoice_on > today:
        raise RuleBroken(_("The invoice is dated in the future. Enter the day that stands on it."), field="invoice_on")
    if not starts_on <= invoice_on <= ends_on:
        raise RuleBroken(
            _(
                "This invoice cannot be paid: it must be dated within the agreement, from %(start)s to %(end)s.",
                start=starts_on,
                end=ends_on,
            ),
            field="invoice_on",
        )


def ensure_in_time(today: date, claim_by: date) -> None:
    """The last day for a claim counts in full, where the region is."""
    if today > claim_by:
        raise RuleBroken(
            _(
                "The last day to claim was %(day)s. Write to the office of your region if you could not know.",
                day=claim_by,
            )
        )


@dataclass(frozen=True, slots=True)
class Span:
    """Days on which the clock stood still: from the question to the answer; None: it stands still now."""

    stopped_on: date
    resumed_on: date | None = None


def days_stopped(spans: Iterable[Span], *, today: date) -> int:
    """The days of all spans together, those that lie in two of them once; one that is open counts until today."""
    days, counted_to = 0, date.min
    for span in sorted(spans, key=lambda span: span.stopped_on):
        start, end = max(span.stopped_on, counted_to), span.resumed_on or today
        if end > start:
            days, counted_to = days + (end - start).days, end
    return days


def pay_by_day(submitted_on: date, spans: Iterable[Span] = (), *, within_days: int, today: date | None = None) -> date:
    """The day by which the whole amount is paid (CPR, Regulation (EU) 2021/1060, Art 74(1)(b): 80 days).

    Days during which a question to the beneficiary was open are added; of one that is open, those until today.
    """
    return submitted_on + timedelta(days=within_days + days_stopped(spans, today=today or submitted_on))
