"""Reminders of drafts before the deadline."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.applications import letters
from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Application
from vouchers.applications.queries import files as queries
from vouchers.applications.queries.signatories import list_signatories
from vouchers.applications.rules.reminding import due_mark
from vouchers.applications.states import ApplicationState
from vouchers.workflow.transition import transition


def remind_application(application: Application, *, by: Any, at: datetime) -> None:
    """Write to those whose turn it is, if a reminder is due that was not sent yet."""
    with transition(application, APPLICATION.remind, by=by, at=at) as step:
        call = application.call
        hours = due_mark(call.closes_at, started_at=application.started_at, last=application.reminded_hours, at=at)
        if hours is None:
            return
        application.reminded_hours = hours
        readers = queries.list_writers(application.organisation)
        if application.state == ApplicationState.AWAITING_SIGNATURE:
            readers = list_signatories(application.organisation)
        letters.write_reminders(step, application, hours, readers=readers)
