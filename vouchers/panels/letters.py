"""Letters of panels: to members, to applicants about interviews, to managers about applicants' wishes."""

from __future__ import annotations

from vouchers.applications.queries.files import list_writers
from vouchers.applications.queries.versions import list_managers
from vouchers.core.links import full_url
from vouchers.panels.models import Interview, Panel, PanelSeat
from vouchers.users.actions.links import addressee
from vouchers.workflow.transition import Step


def write_to_member(step: Step, panel: Panel, seat: PanelSeat, occasion: str) -> None:
    """Invite a member to the session, or say that there is none."""
    step.write(
        addressee(seat.user),
        f"panels/{occasion}",
        panel=panel.name,
        region=panel.region.name,
        call=panel.call.plan.title.in_language(seat.user.language),
        meets_at=panel.meets_at,
        call_zone=panel.call.time_zone,
        reader_zone=seat.user.time_zone,
        place=panel.place,
        is_chair=seat.is_chair,
        is_written=bool(panel.minutes.strip()),
        office=panel.region.office_name,
        office_email=panel.region.email,
        link=full_url("panels.show", panel_id=panel.id),
    )


def write_to_applicant(step: Step, interview: Interview, occasion: str) -> None:
    """Invite the applicant to an interview, or say that it moves or falls away."""
    application = interview.application
    for reader in list_writers(application.organisation):
        step.write(
            addressee(reader),
            f"panels/{occasion}",
            reference=application.reference,
            title=application.title,
            starts_at=interview.starts_at,
            minutes=interview.minutes,
            call_zone=application.call.time_zone,
            reader_zone=reader.time_zone,
            place=interview.place,
            questions=interview.questions,
            office=application.region.office_name,
            office_email=application.region.email,
            link=full_url("panels.interview", interview_id=interview.id),
        )


def write_to_managers(step: Step, interview: Interview, occasion: str) -> None:
    """Tell the managers of the region what an applicant wishes or has answered."""
    application = interview.application
    for reader in list_managers(application):
        step.write(
            addressee(reader),
            f"panels/{occasion}",
            reference=application.reference,
            organisation=application.organisation.name,
            wish=interview.wish,
            link=full_url("panels.interview", interview_id=interview.id),
        )
