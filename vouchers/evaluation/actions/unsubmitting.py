"""Taking submitted marks back while nothing was built on them."""

from __future__ import annotations

from datetime import datetime

from vouchers.applications.actions.deciding import reopen_evaluation_application
from vouchers.applications.states import ApplicationState
from vouchers.core.database import unit_of_work
from vouchers.evaluation import letters
from vouchers.evaluation.actions.weighing import locked, weigh
from vouchers.evaluation.lifecycle import ASSIGNMENT
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.queries.holds import find_hold
from vouchers.evaluation.rules.unsubmitting import ensure_may_unsubmit
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, transition


def ensure_unsubmittable(assignment: Assignment, *, at: datetime) -> None:
    """The time for it runs, the application is not decided, and nothing rests on the submitted marks.

    Raises:
        RuleBroken: one of these is not so.
    """
    application = assignment.application
    marking, submitted_at = application.call.plan.marking, assignment.submitted_at
    assert marking is not None  # it was submitted
    assert submitted_at is not None
    ensure_may_unsubmit(
        submitted_at=submitted_at,
        hours=marking.unsubmit_hours,
        state=application.state,
        hold=find_hold(assignment),
        at=at,
    )


def unsubmit_marks(assignment: Assignment, reason: str, *, by: User, at: datetime) -> None:
    """The sheet is a draft again, nobody sees it, and a finished evaluation is open again. The record keeps the marks.

    Raises:
        RuleBroken: the time for it is over, the application is decided, or something rests on the marks.
    """
    with unit_of_work():
        application = locked(assignment.application_id)
        with transition(assignment, ASSIGNMENT.unsubmit_marks, by=by, at=at, why=reason) as step:
            ensure_unsubmittable(assignment, at=at)
            assignment.submitted_at, assignment.unsubmitted_at = None, at
            letters.write_to_managers(step, assignment, "unsubmit_marks", reason=reason)
        if application.state == ApplicationState.EVALUATED:
            reopen_evaluation_application(application, by=OFFICE, at=at)
        weigh(application.id, at=at)
