"""What applications do by themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from vouchers.applications.actions.partnering import lapse_partner
from vouchers.applications.actions.reminding import remind_application, remind_partner
from vouchers.applications.queries.files import get_application
from vouchers.applications.queries.partners import get_partner, list_overdue_partners
from vouchers.applications.queries.reminders import get_mark, list_partners_to_remind, list_to_remind
from vouchers.applications.rules.reminding import due_mark
from vouchers.core.errors import WrongState
from vouchers.jobs.registry import job
from vouchers.workflow.transition import OFFICE


@job("applications.lapse_partners", every=300)
def lapse_partners(*, at: datetime) -> None:
    """End every invitation that was not answered in time, each in a unit of work of its own; may run twice at once."""
    for partner_id in list_overdue_partners(at - timedelta(seconds=1)):
        try:
            lapse_partner(get_partner(partner_id), by=OFFICE, at=at)
        except WrongState:  # the partner's last-second answer was faster
            continue


@job("applications.remind", every=300)
def remind(*, at: datetime) -> None:
    """Remind of every draft whose deadline comes near, each in a unit of work of its own; may run twice at once."""
    for application_id in list_to_remind(at):
        closes_at, started_at, last = get_mark(application_id)
        if due_mark(closes_at, started_at=started_at, last=last, at=at) is None:
            continue
        try:
            remind_application(get_application(application_id), by=OFFICE, at=at)
        except WrongState:  # it was submitted or withdrawn meanwhile
            continue


@job("applications.remind_partners", every=300)
def remind_partners(*, at: datetime) -> None:
    """Remind of every invitation whose last instant comes near, each in a unit of its own; may run twice at once."""
    for partner_id in list_partners_to_remind(at):
        try:
            remind_partner(get_partner(partner_id), by=OFFICE, at=at)
        except WrongState:  # the partner answered meanwhile
            continue
