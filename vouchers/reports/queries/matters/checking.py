"""What waits before the evaluation: formal checks, clarified answers, questions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import null, select

from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.enquiries.models import Clarification, Enquiry
from vouchers.enquiries.states import ClarificationState, EnquiryState
from vouchers.organisations.models import Organisation
from vouchers.reports.queries.matters.matter import Seen


def of_application(key: Any, since: Any, due: Any = None) -> Any:
    """The columns that a matter about applications selects."""
    last = null() if due is None else due
    return (
        select(key, Application.reference, Organisation.name, since, last)
        .select_from(Application)
        .join(Organisation, Organisation.id == Application.organisation_id)
    )


def to_check(_seen: Seen) -> Any:
    """Submitted, and nothing is asked of the applicant."""
    asked = select(Clarification.id).where(
        Clarification.application_id == Application.id, Clarification.state == ClarificationState.REQUESTED
    )
    found = of_application(Application.id, Application.submitted_at)
    waiting = (Application.state == ApplicationState.SUBMITTED, ~asked.exists())
    return found.where(*waiting).order_by(Application.submitted_at, Application.id)


def clarified(_seen: Seen) -> Any:
    """Answered by an applicant whose formal check is still open."""
    return (
        of_application(Clarification.id, Clarification.answered_at)
        .join(Clarification, Clarification.application_id == Application.id)
        .where(Clarification.state == ClarificationState.ANSWERED, Application.state == ApplicationState.SUBMITTED)
        .order_by(Clarification.answered_at, Clarification.id)
    )


def questions(_seen: Seen) -> Any:
    """Threads in which the region answers next."""
    return (
        of_application(Enquiry.id, Enquiry.last_at)
        .join(Enquiry, Enquiry.application_id == Application.id)
        .where(Enquiry.state == EnquiryState.WITH_REGION)
        .order_by(Enquiry.last_at, Enquiry.id)
    )
