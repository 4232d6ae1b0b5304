"""Letters of threads and clarifications: to the applicant's writers, to the region's managers."""

from __future__ import annotations

from typing import Any

from vouchers.applications.models import Application
from vouchers.applications.queries.files import list_writers
from vouchers.applications.queries.versions import list_managers
from vouchers.core.links import full_url
from vouchers.core.localised import Text
from vouchers.enquiries.models import Clarification, Enquiry
from vouchers.users.actions.links import addressee
from vouchers.workflow.transition import Step


def write_to_region(step: Step, enquiry: Enquiry, text: str, *, by: Any) -> None:
    """Tell the managers of the region that the applicant wrote."""
    for manager in list_managers(enquiry.application):
        step.write(addressee(manager), "enquiries/to_region", **_of_thread(enquiry, text), writer=by.name)


def write_to_applicant(step: Step, enquiry: Enquiry, text: str) -> None:
    """Tell the organisation's writers that the region wrote."""
    for reader in list_writers(enquiry.application.organisation):
        step.write(addressee(reader), "enquiries/to_applicant", **_of_thread(enquiry, text))


def _of_thread(enquiry: Enquiry, text: str) -> dict[str, Any]:
    application = enquiry.application
    return {
        "reference": application.reference,
        "organisation": application.organisation.name,
        "office": application.region.office_name,
        "title": enquiry.title,
        "text": text,
        "link": full_url("enquiries.show", enquiry_id=enquiry.id),
    }


def write_request(
    step: Step, clarification: Clarification, occasion: str, questions: list[Text], **values: Any
) -> None:
    """Tell the organisation's writers of a request: made, given more time, soon due, lapsed or taken back."""
    application = clarification.application
    for reader in list_writers(application.organisation):
        step.write(
            addressee(reader),
            f"enquiries/{occasion}",
            **_of_request(clarification, application),
            **values,
            questions=[question.in_language(reader.language) for question in questions],
            call_zone=application.call.time_zone,
            reader_zone=reader.time_zone,
            link=full_url("clarifications.show", clarification_id=clarification.id),
        )


def write_outcome(step: Step, clarification: Clarification, occasion: str) -> None:
    """Tell the managers of the region that the request was answered, or was not."""
    application = clarification.application
    for manager in list_managers(application):
        step.write(
            addressee(manager),
            f"enquiries/{occasion}",
            **_of_request(clarification, application),
            link=full_url("clarifications.show", clarification_id=clarification.id),
        )


def _of_request(clarification: Clarification, application: Application) -> dict[str, Any]:
    return {
        "reference": application.reference,
        "title": application.title,
        "organisation": application.organisation.name,
        "office": application.region.office_name,
        "reason": clarification.reason,
        "due_at": clarification.due_at,
    }
