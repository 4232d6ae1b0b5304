"""What the office knows has changed: who marks is compared with what is marked once more."""

from __future__ import annotations

from datetime import datetime

from vouchers.core.database import unit_of_work
from vouchers.core.errors import WrongState
from vouchers.evaluation.actions.assignments import end_for_conflict
from vouchers.evaluation.actions.findings import keep_findings
from vouchers.evaluation.actions.weighing import locked
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.queries import assignments as queries
from vouchers.evaluation.queries.conflicts import look_at
from vouchers.evaluation.states import Weight
from vouchers.workflow.transition import OFFICE


def look_again(assignment: Assignment, *, at: datetime) -> None:
    """End the assignment for a hard conflict that is known by now; one that can be cleared goes to the managers' desk.

    A second run finds nothing left to do.
    """
    with unit_of_work():
        application = locked(assignment.application_id)
        assignment = queries.get_assignment(assignment.id)
        if assignment.state not in queries.COUNTED:
            return
        looked = look_at(application, assignment.expert)
        if not looked.barring:
            return
        keep_findings(looked, by=OFFICE, at=at)
        hard = next((one for one in looked.barring if one.weight is Weight.FORBIDS), None)
        if hard is not None:
            try:
                end_for_conflict(assignment, hard.evidence.source, by=OFFICE, at=at)
            except WrongState:  # the expert was faster
                return
