"""Letters of the evaluation: to the applicant on the formal check, to experts on tasks, to the region's managers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from vouchers.applications.models import Application
from vouchers.applications.queries.files import list_writers
from vouchers.applications.queries.versions import list_managers
from vouchers.core.links import full_url
from vouchers.evaluation.models import Assignment, Consensus, Divergence
from vouchers.evaluation.rules.divergence import read_apart, say_apart
from vouchers.evaluation.rules.findings import Settled
from vouchers.letters.actions import write_letter
from vouchers.programmes.rules.appealing import appeal_until_of
from vouchers.users.actions.links import addressee
from vouchers.workflow.transition import Step


def write_outcome_of_check(
    application: Application, occasion: str, *, step_id: str, at: datetime, grounds: Sequence[Settled] = ()
) -> None:
    """Tell the applicant what the formal check found; `grounds` are the rules that are not met."""
    for reader in list_writers(application.organisation):
        write_letter(
            addressee(reader),
            f"evaluation/{occasion}",
            {
                "reference": application.reference,
                "title": application.title,
                "organisation": application.organisation.name,
                "is_marked_by_experts": application.instrument.plan.evaluation.value == "experts",
                "grounds": [
                    (one.reading.rule.name, one.reading.rule.source, one.reason or one.reading.evidence)
                    for one in grounds
                ],
                "appeal_until": appeal_until_of(application, at),
                "office_zone": application.region.time_zone,
                "call_zone": application.call.time_zone,
                "reader_zone": reader.time_zone,
                "appeal_link": full_url("appeals.of_application", application_id=application.id),
                "link": full_url("applications.show", application_id=application.id),
            },
            step_id=step_id,
            at=at,
            subject_kind="application",
            subject_id=application.id,
        )


def write_to_expert(step: Step, assignment: Assignment, occasion: str, *, reason: str = "", **values: Any) -> None:
    """Tell the expert about a task. Nothing of the application but its reference: not even whose it is."""
    application, user = assignment.application, assignment.expert.user
    step.write(
        addressee(user),
        f"evaluation/{occasion}",
        reference=application.reference,
        call=application.call.plan.title.in_language(user.language),
        due_at=assignment.due_at,
        zone=user.time_zone,
        reason=reason,
        office=application.region.office_name,
        office_email=application.region.email,
        link=full_url("evaluation.assignment", assignment_id=assignment.id),
        **values,
    )


def write_to_managers(step: Step, assignment: Assignment, occasion: str, *, reason: str = "") -> None:
    """Tell the managers of the region what an expert did."""
    application = assignment.application
    for manager in list_managers(application):
        step.write(
            addressee(manager),
            f"evaluation/{occasion}",
            expert=assignment.expert.user.name,
            reference=application.reference,
            organisation=application.organisation.name,
            reason=reason,
            due_at=assignment.due_at,
            zone=manager.time_zone,
            link=full_url("evaluation.assign", application_id=application.id),
        )


def write_of_divergence(step: Step, divergence: Divergence) -> None:
    """Tell the managers of the region that experts lie far apart, and on what."""
    application = divergence.application
    marking = application.call.plan.marking
    assert marking is not None  # without marks nothing lies apart
    for manager in list_managers(application):
        step.write(
            addressee(manager),
            "evaluation/find_divergence",
            reference=application.reference,
            organisation=application.organisation.name,
            apart=[say_apart(one, marking) for one in read_apart(divergence.apart)],
            link=full_url("evaluation.divergence", application_id=application.id),
        )


def write_of_consensus(
    step: Step,
    application: Application,
    consensus: Consensus,
    occasion: str,
    to: Sequence[Assignment],
    *,
    reason: str = "",
    is_overdue: bool = False,
) -> None:
    """Tell experts of an application what is asked of them on the way to their consensus. It names nobody."""
    for one in to:
        user = one.expert.user
        step.write(
            addressee(user),
            f"evaluation/{occasion}",
            reference=application.reference,
            is_rapporteur=one.id == consensus.rapporteur_id,
            is_overdue=is_overdue,
            due_at=consensus.due_at,
            zone=user.time_zone,
            reason=reason,
            office=application.region.office_name,
            office_email=application.region.email,
            link=full_url("evaluation.consensus", consensus_id=consensus.id),
        )
