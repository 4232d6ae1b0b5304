"""Papers of the third programme that nobody needs any more."""

from __future__ import annotations

from datetime import timedelta

from vouchers.applications.actions.drafting import save_answers, start_application
from vouchers.applications.queries.files import get_application
from vouchers.core.clock import stopped_at
from vouchers.demo.selection import texts
from vouchers.demo.selection.office import PAST, Office
from vouchers.programmes.queries import list_instruments
from vouchers.retention.actions.listing import propose_disposal


def begin_and_forget(office: Office, companies: tuple[str, ...]) -> None:
    """In a call of last year companies began to write, and never sent it."""
    at = office.ago(PAST.closed + 3)
    with stopped_at(at):
        call = office.calls[PAST]
        care = next(one for one in list_instruments(call.programme_id) if one.code == "CARE")
        for number, name in enumerate(companies):
            organisation, owner = office.companies[name]
            draft = start_application(call, care, organisation, by=owner, at=at)
            title = {"title": texts.FORGOTTEN[number]}
            save_answers(get_application(draft.id), title, by=owner, at=at + timedelta(minutes=20))


def list_forgotten(office: Office) -> None:
    """The coordinator proposes to delete what may go; a second person has not looked at the list."""
    at = office.ago(1)
    with stopped_at(at):
        propose_disposal(office.calls[PAST].programme, by=office.coordinator, at=at)
