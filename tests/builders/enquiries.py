"""Questions and requests for clarification, made by the steps that make them. ``in2()`` must have been loaded."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tests.builders.applications import a_submitted_application, owner_of
from tests.builders.kept import kept
from tests.builders.programmes import during_call
from vouchers.applications.models import Application
from vouchers.enquiries import queries
from vouchers.enquiries.actions import asking, clarifying
from vouchers.enquiries.models import Clarification, Enquiry
from vouchers.users.models import User

DUE_ON = date(2026, 10, 20)


@kept
def an_enquiry(application: Application | None = None, *, at: datetime | None = None) -> Enquiry:
    """A question that waits for the region."""
    at = at or during_call()
    application = application or a_submitted_application(at=at)
    made = asking.ask_enquiry(application, "Travel", "Does a train count?", by=owner_of(application), at=at)
    return queries.get_enquiry(made.id)


@kept
def a_clarification(
    manager: User, application: Application | None = None, *questions: str, at: datetime | None = None, **rest: Any
) -> Clarification:
    """A request that waits for the applicant; it asks for the plan again, or for `documents`."""
    at = at or during_call()
    application = application or a_submitted_application(at=at)
    made = clarifying.request_clarification(
        application,
        questions or (() if "documents" in rest else ("work_plan",)),
        "Which samples?",
        rest.get("due_on", DUE_ON),
        documents=rest.get("documents", ()),
        by=manager,
        at=at,
    )
    return queries.get_clarification(made.id)
