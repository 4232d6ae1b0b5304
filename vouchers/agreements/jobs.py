"""What agreements do by themselves."""

from __future__ import annotations

from datetime import datetime

from vouchers.agreements import queries
from vouchers.agreements.actions import accepting, ending, reissuing
from vouchers.agreements.states import AgreementState
from vouchers.core.clock import office_day
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.decisions.queries.conditions import list_near
from vouchers.jobs.registry import job
from vouchers.workflow.transition import OFFICE


@job("agreements.expire", every=300)
def expire_agreements(*, at: datetime) -> None:
    """End every offer that was not accepted in time, each in a unit of work of its own; may run twice at once."""
    for agreement_id in queries.list_overdue(at):
        try:
            ending.expire_agreement(queries.get_agreement(agreement_id), by=OFFICE, at=at)
        except (WrongState, RuleBroken):  # another run, or a party's last-second acceptance, was faster
            continue


@job("agreements.lapse_awards", every=3600)
def lapse_awards(*, at: datetime) -> None:
    """End every award with a condition that was not met in time, in calls that say so; may run twice at once."""
    for condition in list_near(office_day(at)):
        if condition.application.call.plan.has_lapsing_conditions:
            try:
                ending.lapse_award(condition, by=OFFICE, at=at)
            except (WrongState, RuleBroken):  # it was met meanwhile, its day is not over where the region is, or a run
                continue  # before this one has ended it


@job("agreements.activate", every=300)
def activate_agreements(*, at: datetime) -> None:
    """Put into force what every party has accepted and what waited only because of appeals; may run twice at once."""
    for agreement_id in queries.list_accepted_by_all():
        try:
            accepting.activate_agreement(queries.get_agreement(agreement_id), by=OFFICE, at=at)
        except (WrongState, RuleBroken):  # it still waits, or another run was faster
            continue


@job("agreements.offer_again")
def offer_again(*, application_id: int, at: datetime) -> None:
    """After an appeal against the amount: an offer that was made before is written anew; may run twice."""
    agreement = queries.find_agreement_of(application_id)
    if agreement is None or agreement.state != AgreementState.OFFERED:
        return
    reissuing.offer_again(agreement, at=at)
