"""Many at once, each by itself: what is refused for one leaves the others as they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from vouchers.applications.models import Application
from vouchers.core.text import say as _
from vouchers.evaluation.actions.checks import find_eligible
from vouchers.evaluation.actions.scheduling import extend_assignment
from vouchers.evaluation.models import Assignment
from vouchers.users.models import User
from vouchers.workflow.many import Told, tell


def find_many_eligible(applications: Sequence[Application], *, by: User, at: datetime) -> list[Told]:
    """Find each eligible whose rules are all met as they read it at this moment; the others wait for a person."""
    done = _("Eligible. We have written to the applicant.")
    return [
        tell(one.reference, one.organisation.name, lambda one=one: find_eligible(one, {}, by=by, at=at), done)  # type: ignore[misc]
        for one in applications
    ]


def extend_many(assignments: Sequence[Assignment], due_on: date, *, by: User, at: datetime) -> list[Told]:
    """Give each expert until the end of that day."""
    done = _("The expert has more time, and was told.")
    return [
        tell(
            one.application.reference,
            one.expert.user.name,
            lambda one=one: extend_assignment(one, due_on, by=by, at=at),  # type: ignore[misc]
            done,
        )
        for one in assignments
    ]
