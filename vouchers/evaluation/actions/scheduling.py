"""Until when marks are due: more time, and reminders."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from vouchers.core.clock import day_in
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.enquiries.rules.clarifying import due_at
from vouchers.evaluation import letters
from vouchers.evaluation.lifecycle import ASSIGNMENT
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.rules.reminding import OVERDUE, due_mark, passed_mark
from vouchers.users.models import User
from vouchers.workflow.transition import transition


def extend_assignment(assignment: Assignment, due_on: date, *, by: User, at: datetime) -> None:
    """Give the expert until the end of a later day, by the clock of the call. Reminders follow the new day.

    Raises:
        RuleBroken: field ``due_on``; the day is not ahead, too far away, or no later one.
    """
    with transition(assignment, ASSIGNMENT.extend, by=by, at=at) as step:
        zone = assignment.application.call.time_zone
        due = due_at(due_on, zone=zone, today=day_in(zone, at))
        if due <= assignment.due_at:
            raise RuleBroken(
                _(
                    "The expert has until %(day)s already. Choose a later day.",
                    day=assignment.due_at.astimezone(due.tzinfo).date(),
                ),
                field="due_on",
            )
        assignment.due_at, assignment.reminded_days = due, passed_mark(due, at=at)
        letters.write_to_expert(step, assignment, "extend")


def remind_assignment(assignment: Assignment, *, by: Any, at: datetime) -> None:
    """Tell the expert when the marks are due; that they are overdue, the managers of the region too."""
    with transition(assignment, ASSIGNMENT.remind, by=by, at=at) as step:
        mark = due_mark(assignment.due_at, assigned_at=assignment.assigned_at, last=assignment.reminded_days, at=at)
        if mark is None:
            return
        assignment.reminded_days = mark
        letters.write_to_expert(step, assignment, "remind", days=mark)
        if mark == OVERDUE:
            letters.write_to_managers(step, assignment, "overdue")
