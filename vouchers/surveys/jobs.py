"""What surveys do by themselves, every day."""

from __future__ import annotations

from datetime import datetime

from vouchers.core.errors import WrongState
from vouchers.jobs.registry import job
from vouchers.surveys import actions, queries
from vouchers.surveys.rules.timing import REMIND_AFTER
from vouchers.workflow.transition import OFFICE

A_DAY = 86_400


@job("surveys.ask", every=A_DAY)
def ask_surveys(*, at: datetime) -> None:
    """Ask everybody whose day has come, each in a unit of work of its own; may run twice at once."""
    for due in list(queries.list_due(at)):
        actions.ask_survey(due.application_id, due.months, due.group, by=OFFICE, at=at)


@job("surveys.remind", every=A_DAY)
def remind_surveys(*, at: datetime) -> None:
    """Remind, once, of every survey that was not answered in two weeks."""
    for survey_id in queries.list_to_remind(at - REMIND_AFTER):
        try:
            actions.remind_survey(queries.get_survey(survey_id), by=OFFICE, at=at)
        except WrongState:  # it was answered meanwhile
            continue


@job("surveys.close", every=A_DAY)
def close_surveys(*, at: datetime) -> None:
    """Close every survey that was not answered in six weeks."""
    for survey_id in queries.list_overdue(at):
        try:
            actions.close_survey(queries.get_survey(survey_id), by=OFFICE, at=at)
        except WrongState:  # another run, or the answer of the last second, was faster
            continue
