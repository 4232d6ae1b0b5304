"""Days that decide whether a cost may be paid, and the day by which a claim is paid."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from vouchers.core.clock import day_in
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


def pay_by_day(submitted_on: date, *, within_days: int, days_stopped: int) -> date:
    """The day by which the whole amount is paid (CPR, Regulation (EU) 2021/1060, Art 74(1)(b): 80 days).

    Days during which a question to the beneficiary was open are added.
    """
    return submitted_on + timedelta(days=within_days + days_stopped)


def days_between(stopped_at: datetime, resumed_at: datetime, zone: str) -> int:
    """Whole calendar days, where the region is, during which the clock stood still."""
    return max(0, (day_in(zone, resumed_at) - day_in(zone, stopped_at)).days)
