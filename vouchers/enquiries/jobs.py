"""What requests for clarification do by themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from vouchers.core.errors import WrongState
from vouchers.enquiries import queries
from vouchers.enquiries.actions import clarifying
from vouchers.enquiries.rules.clarifying import REMIND_BEFORE
from vouchers.jobs.registry import job
from vouchers.workflow.transition import OFFICE


@job("enquiries.remind", every=300)
def remind(*, at: datetime) -> None:
    """Remind of every request that falls due within two days, once."""
    for clarification_id in queries.list_to_remind(due_from=at, due_by=at + REMIND_BEFORE):
        try:
            clarifying.remind_clarification(queries.get_clarification(clarification_id), by=OFFICE, at=at)
        except WrongState:  # it was answered meanwhile
            continue


@job("enquiries.lapse", every=300)
def lapse(*, at: datetime) -> None:
    """End every request that was not answered in time, each in a unit of work of its own; may run twice at once."""
    for clarification_id in queries.list_overdue(at - timedelta(seconds=1)):
        try:
            clarifying.lapse_clarification(queries.get_clarification(clarification_id), by=OFFICE, at=at)
        except WrongState:  # another run, or the applicant's last-second answer, was faster
            continue
