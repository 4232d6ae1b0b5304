"""The questions of the demo: one that a region answered for everybody, and one that waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application
from vouchers.core.database import db
from vouchers.demo.settling import Settled
from vouchers.enquiries.actions import asking
from vouchers.enquiries.queries import get_enquiry
from vouchers.users.models import User

VISIT = (
    "Does a visit by video count?",
    "Our partner would rather talk to us by video than in its laboratory. Does such a day count for the activity?",
)
ANSWER = (
    "A meeting by video counts where it is a part of the work, as your plan describes it. The travel that is saved "
    "cannot be used for anything else."
)
TAX = (
    "Invoice in another currency",
    "Our partner writes its invoices in pounds. Which day’s rate do we use when we claim the costs?",
)


def ask_in_public(call_id: int, settled: Settled, at: datetime) -> Iterator[datetime]:
    """An applicant asks; a day later the region answers it, and puts question and answer on the page of the call."""
    yield at
    if (application := _find_applied(call_id, 0)) is None:
        return
    enquiry = asking.ask_enquiry(application, *VISIT, by=_owner_of(application, settled), at=at)
    manager = settled.managers[application.region.code]
    at += timedelta(hours=22)
    yield at
    asking.answer_enquiry(get_enquiry(enquiry.id), ANSWER, by=manager, at=at)
    at += timedelta(minutes=10)
    yield at
    asking.publish_public_answer(get_enquiry(enquiry.id), VISIT[1], ANSWER, by=manager, at=at)


def ask_and_wait(call_id: int, settled: Settled, at: datetime) -> Iterator[datetime]:
    """A question that nobody has answered yet."""
    yield at
    if (application := _find_applied(call_id, 1)) is not None:
        asking.ask_enquiry(application, *TAX, by=_owner_of(application, settled), at=at)


def _find_applied(call_id: int, place: int) -> Application | None:
    """One of the call's applications that were handed in, by the order in which they were begun."""
    wanted = select(Application.id).where(Application.call_id == call_id, Application.submitted_at.is_not(None))
    found = db.session.scalars(wanted.order_by(Application.id).offset(place).limit(1)).first()
    return None if found is None else get_application(found)


def _owner_of(application: Application, settled: Settled) -> User:
    companies = settled.companies[application.region.code]
    return next(owner for organisation, owner in companies if organisation.id == application.organisation_id)
