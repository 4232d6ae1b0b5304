"""A person of whom nothing has to be kept any more is forgotten, in every register of the office."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, update

from vouchers.alerts.actions import lapse_alert
from vouchers.alerts.queries import list_alerts_of
from vouchers.documents.actions import dispose_of_documents
from vouchers.documents.classes import Law, PaperClass
from vouchers.organisations.models import Membership
from vouchers.providers.models import Provider
from vouchers.retention.actions.erasing import empty, erase_around, run
from vouchers.retention.models import DisposalItem
from vouchers.retention.queries import persons, reach
from vouchers.users.actions.forgetting import forget_user
from vouchers.users.models import User
from vouchers.users.rules.pseudonyms import address_of


def forget_person(user: User, item: DisposalItem, *, by: Any, at: datetime) -> None:
    """Put a number in the place of the name; files, letters and what the record tells of the person go."""
    found = persons.reach_of_person(user)
    letters, events = persons.list_letters_to(user), persons.list_events_naming(user.email)
    documents = reach.list_documents(found.subjects)
    item.files = dispose_of_documents(documents, Law.ACCOUNT, paper=PaperClass.PERSON, at=at)
    empty(found, persons.TREE)
    memberships = found.rows_of(Membership)
    run(update(Membership).where(Membership.id.in_(memberships)).values(email=address_of(user.id)))
    run(update(Provider).where(func.lower(Provider.contact_email) == user.email.lower()).values(contact_email=""))
    for alert in list_alerts_of(user.email):
        lapse_alert(alert, by=by, at=at)
    erase_around(found, letters, events, item, Law.ACCOUNT, at=at)
    forget_user(user, f"{item.reference} {Law.ACCOUNT.value}", by=by, at=at)
