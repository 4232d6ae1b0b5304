"""A suspended expert's open tasks end; the regions look for others."""

from __future__ import annotations

from datetime import datetime

from vouchers.core.database import unit_of_work
from vouchers.evaluation.actions.weighing import weigh
from vouchers.evaluation.lifecycle import ASSIGNMENT
from vouchers.evaluation.queries.assignments import list_open_of_expert
from vouchers.experts.models import Expert
from vouchers.workflow.transition import OFFICE, transition


def end_for_suspension(expert: Expert, reason: str, *, at: datetime) -> list[str]:
    """Take back what the expert has not finished. The letter of the suspension names it. Returns the references."""
    with unit_of_work():
        ended = list_open_of_expert(expert.id)
        for assignment in ended:
            with transition(assignment, ASSIGNMENT.remove, by=OFFICE, at=at, why=reason):
                assignment.reason = reason
            weigh(assignment.application_id, at=at)
        return [one.application.reference for one in ended]
