"""What assignments and their marks do by themselves."""

from __future__ import annotations

from datetime import datetime

from vouchers.core.errors import WrongState
from vouchers.evaluation.actions import consensus as actions
from vouchers.evaluation.actions.correcting import reckon_marks
from vouchers.evaluation.actions.looking_again import look_again
from vouchers.evaluation.actions.scheduling import remind_assignment
from vouchers.evaluation.queries import consensus
from vouchers.evaluation.queries.assignments import get_assignment
from vouchers.evaluation.queries.corrections import list_outdated
from vouchers.evaluation.queries.reminders import list_to_remind
from vouchers.evaluation.queries.tainted import list_to_look_at
from vouchers.jobs.registry import job
from vouchers.workflow.transition import OFFICE


@job("evaluation.remind", every=300)
def remind(*, at: datetime) -> None:
    """Remind of every task that is due soon or overdue, each in a unit of work of its own; may run twice at once."""
    for assignment_id in list_to_remind(at):
        try:
            remind_assignment(get_assignment(assignment_id), by=OFFICE, at=at)
        except WrongState:  # the expert was faster
            continue


@job("evaluation.look_again")
def look_at_assignments(*, expert_id: int | None = None, organisation_id: int | None = None, at: datetime) -> None:
    """Compare an expert, or an applicant, anew with whom they meet; each assignment in a unit of work of its own."""
    for assignment_id in list_to_look_at(expert_id=expert_id, organisation_id=organisation_id):
        look_again(get_assignment(assignment_id), at=at)


@job("evaluation.reckon_marks", every=300)
def reckon_outdated_marks(*, at: datetime) -> None:
    """Correct the marks of every call in which they have changed, each in a unit of work of its own."""
    for call in list_outdated():
        reckon_marks(call, by=OFFICE, at=at)


@job("evaluation.remind_consensus", every=300)
def remind_consensus(*, at: datetime) -> None:
    """Remind of every consensus that is due soon or overdue; may run twice at once."""
    for consensus_id in consensus.list_to_remind(at):
        try:
            actions.remind_consensus(consensus.get_consensus(consensus_id), by=OFFICE, at=at)
        except WrongState:  # the experts were faster
            continue
