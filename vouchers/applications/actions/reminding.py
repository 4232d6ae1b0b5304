"""Reminders before the deadline: of drafts, and of invitations that no partner has answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.applications import letters
from vouchers.applications.lifecycle import APPLICATION, PARTNER
from vouchers.applications.models import Application, Partner
from vouchers.applications.queries import files as queries
from vouchers.applications.queries.signatories import list_signatories
from vouchers.applications.rules.reminding import FRESH, due_mark
from vouchers.applications.states import UNSENT, ApplicationState
from vouchers.users.queries import get_user
from vouchers.users.secrets import hash_token, new_token
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


def remind_partner(partner: Partner, *, by: Any, at: datetime) -> None:
    """Write to a partner that has not answered, if a reminder is due that was not sent yet.

    Only the hash of a link is kept, so the letter bears a new one, and the one before stops working.
    """
    with transition(partner, PARTNER.remind, by=by, at=at) as step:
        started_at = partner.invited_at + FRESH
        hours = due_mark(partner.due_at, started_at=started_at, last=partner.reminded_hours, at=at)
        if hours is None or partner.application.state not in UNSENT:
            return
        token = new_token()
        partner.reminded_hours, partner.token_hash = hours, hash_token(token)
        letters.write_invitation(step, partner, token, by=get_user(partner.invited_by_id), occasion="remind_partner")
