"""Letters of a survey."""

from __future__ import annotations

from collections.abc import Sequence

from vouchers.core.links import full_url
from vouchers.surveys.models import Survey
from vouchers.surveys.queries import HAVE_VOUCHER
from vouchers.surveys.rules.results import FEWEST
from vouchers.users.actions.links import addressee
from vouchers.users.models import User
from vouchers.users.secrets import open_secret
from vouchers.workflow.transition import Step


def write_survey(step: Step, survey: Survey, readers: Sequence[User], occasion: str) -> None:
    """Ask everybody who may act for the applicant; one of them answers."""
    application = survey.application
    token = open_secret(str(survey.sealed_token))
    for reader in readers:
        step.write(
            addressee(reader),
            f"surveys/{occasion}",
            organisation=application.organisation.name,
            reference=application.reference,
            title=application.title,
            call=application.call.plan.title.in_language(reader.language),
            months=survey.months,
            has_voucher=application.state in HAVE_VOUCHER,
            due_at=survey.due_at,
            zone=application.region.time_zone,
            fewest=FEWEST,
            link=full_url("surveys.visit", token=token),
        )


def write_corrected(step: Step, survey: Survey, readers: Sequence[User]) -> None:
    """Tell everybody who may act for the applicant that its answers are others now; the answers stand in no letter."""
    application = survey.application
    for reader in readers:
        step.write(
            addressee(reader),
            "surveys/correct",
            organisation=application.organisation.name,
            reference=application.reference,
            answered_at=survey.answered_at,
            due_at=survey.due_at,
            zone=application.region.time_zone,
            link=full_url("surveys.answer", survey_id=survey.id),
        )
