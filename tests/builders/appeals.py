"""Appeals, made by the steps that make them. ``in2()`` must have been loaded."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.builders.applications import IN2, owner_of
from tests.builders.evaluation import a_decision, an_evaluated_application
from tests.builders.kept import kept
from tests.builders.programmes import during_call
from tests.builders.users import a_member_of_staff
from vouchers.appeals.actions import filing, handling
from vouchers.appeals.models import Appeal
from vouchers.appeals.queries.files import get_appeal
from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application
from vouchers.users.models import User
from vouchers.users.queries import find_user
from vouchers.users.states import Role


@kept
def a_coordinator(*, at: datetime | None = None) -> User:
    """The coordinator of the programme; always the same one, who decides nothing but appeals."""
    email = "coordinator@office.example"
    return find_user(email) or a_member_of_staff(Role.COORDINATOR, IN2.code, email=email, at=at or during_call())


@kept
def a_rejected_application(**how: object) -> Application:
    """Marked above every threshold, and rejected an hour after the call's morning."""
    application = an_evaluated_application(**how)  # type: ignore[arg-type]
    a_decision(application, "reject")
    return get_application(application.id)


@kept
def a_draft_appeal(application: Application | None = None, *, at: datetime | None = None) -> Appeal:
    """Written by the applicant, and not sent."""
    application = application or a_rejected_application()
    at = at or during_call() + timedelta(days=1)
    text = "The second expert marked another project."
    made = filing.start_appeal(application, text, by=owner_of(application), at=at)
    return get_appeal(made.id)


@kept
def a_filed_appeal(application: Application | None = None, *, at: datetime | None = None) -> Appeal:
    """Sent in time."""
    at = at or during_call() + timedelta(days=1)
    draft = a_draft_appeal(application, at=at)
    filing.file_appeal(draft, by=owner_of(draft.application), at=at)
    return get_appeal(draft.id)


@kept
def an_appeal_being_decided(application: Application | None = None, *, at: datetime | None = None) -> Appeal:
    """Taken up by the coordinator."""
    at = at or during_call() + timedelta(days=1)
    coordinator = a_coordinator()
    appeal = a_filed_appeal(application, at=at)
    handling.take_up_appeal(appeal, by=coordinator, at=at)
    return get_appeal(appeal.id)
