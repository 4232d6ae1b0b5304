"""Which version of an application an expert reads."""

from __future__ import annotations

from datetime import datetime

from vouchers.applications.queries.files import get_submission
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.evaluation.lifecycle import ASSIGNMENT
from vouchers.evaluation.models import Assignment
from vouchers.users.models import User
from vouchers.workflow.transition import transition


def read_newer_version(assignment: Assignment, *, by: User, at: datetime) -> None:
    """From now on the expert reads the version that stands at this moment. The draft of the sheet stays as it is.

    Raises:
        RuleBroken: there is no newer version.
    """
    with transition(assignment, ASSIGNMENT.read_newer, by=by, at=at):
        newest = get_submission(assignment.application_id)
        if newest.id == assignment.submission_id:
            raise RuleBroken(_("You read the newest version already."))
        assignment.submission_id = newest.id
