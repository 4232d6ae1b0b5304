"""Letters of an appeal: to the applicant's writers, to those who may decide it, to the region's managers."""

from __future__ import annotations

from typing import Any

from vouchers.appeals.models import Appeal
from vouchers.appeals.policy import DECIDERS
from vouchers.appeals.queries.involved import list_candidates
from vouchers.applications.queries.files import list_writers
from vouchers.applications.queries.versions import list_managers
from vouchers.core.links import full_url
from vouchers.users.actions.links import addressee
from vouchers.users.models import User
from vouchers.workflow.transition import Step


def write_receipt(step: Step, appeal: Appeal, *, by: Any) -> None:
    """Tell everybody who may act for the applicant that the appeal has arrived, with its number."""
    write_to_applicant(
        step, appeal, "file", filed_at=step.at, sha256=appeal.sha256, filed_by=by.name, is_late=appeal.is_late
    )


def write_to_applicant(step: Step, appeal: Appeal, occasion: str, **values: Any) -> None:
    """Tell everybody who may act for the applicant."""
    application = appeal.application
    for reader in list_writers(application.organisation):
        step.write(
            addressee(reader),
            f"appeals/{occasion}",
            **_of(appeal),
            **values,
            office_zone=application.region.time_zone,
            call_zone=application.call.time_zone,
            reader_zone=reader.time_zone,
        )


def write_to_deciders(step: Step, appeal: Appeal, occasion: str) -> None:
    """Tell those of the region and programme who may take it up; where all were involved, those who may appoint."""
    if appeal.decider is not None:
        return write_to_person(step, appeal, appeal.decider, occasion)
    scope = appeal.application.scope
    found = [one for one in list_candidates(appeal) if one.holds(DECIDERS, scope)]
    for person in found or list_managers(appeal.application):
        write_to_person(step, appeal, person, occasion)
    return None


def write_to_managers(step: Step, appeal: Appeal, occasion: str) -> None:
    """Tell the managers of the region."""
    for manager in list_managers(appeal.application):
        write_to_person(step, appeal, manager, occasion)


def write_to_person(step: Step, appeal: Appeal, person: User, occasion: str, **values: Any) -> None:
    """Tell one member of staff."""
    step.write(
        addressee(person),
        f"appeals/{occasion}",
        **_of(appeal),
        **values,
        is_late=appeal.is_late,
        decide_by=appeal.decide_by,
    )


def _of(appeal: Appeal) -> dict[str, Any]:
    application = appeal.application
    return {
        "number": appeal.number,
        "reference": application.reference,
        "title": application.title,
        "organisation": application.organisation.name,
        "office": application.region.office_name,
        "link": full_url("appeals.show", appeal_id=appeal.id),
    }
