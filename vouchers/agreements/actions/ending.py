"""How an agreement ends: declined, expired, lapsed or completed; and the reminder before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.agreements import letters, postings, queries
from vouchers.agreements.lifecycle import AGREEMENT
from vouchers.agreements.models import Agreement
from vouchers.agreements.rules import window
from vouchers.appeals.queries.waiting import find_suspension
from vouchers.appeals.rules.waiting import say_why
from vouchers.applications.actions.deciding import complete_application, lapse_application
from vouchers.applications.actions.queueing import promise_walk
from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Application
from vouchers.core.clock import day_in
from vouchers.core.database import unit_of_work
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.text import say as _
from vouchers.decisions.actions.conditions import lapse_conditions
from vouchers.decisions.actions.deciding import lock_money
from vouchers.decisions.letters import write_condition
from vouchers.decisions.models import AwardCondition
from vouchers.decisions.queries.conditions import lock_condition
from vouchers.decisions.queries.contests import get_group_of
from vouchers.decisions.rules.conditions import ensure_passed
from vouchers.decisions.states import ConditionState
from vouchers.evaluation.actions.grants import end_grant
from vouchers.ledger.chart import Account
from vouchers.ledger.queries import shares_on_stage, shares_to_release
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, Step, transition


def decline_agreement(agreement: Agreement, reason: str, *, by: User, at: datetime) -> None:
    """The beneficiary does not want the voucher: the money is available again and the award lapses."""
    with unit_of_work():
        agreement = queries.get_agreement(agreement.id)
        with transition(agreement, AGREEMENT.decline, by=by, at=at, why=reason) as step:
            _give_back(step, agreement, "declined")
            letters.write_to_all(step, agreement, "agreements/decline", reason=reason)


def expire_agreement(agreement: Agreement, *, by: Any, at: datetime) -> None:
    """Nobody may accept any more: the money is available again and the award lapses.

    Raises:
        RuleBroken: there is still time, or it waits because of appeals.
    """
    with unit_of_work():
        agreement = queries.get_agreement(agreement.id)
        with transition(agreement, AGREEMENT.expire, by=by, at=at) as step:
            if at <= agreement.accept_by:
                raise RuleBroken(_("The time to accept this agreement has not passed yet."))
            suspension = find_suspension(agreement.application, at=at)
            if suspension is not None and (suspension.is_own or agreement.is_accepted_by_all):
                raise RuleBroken(say_why(suspension, agreement.application.region.time_zone))
            _give_back(step, agreement, "not accepted in time")
            missing = [str(party.kind.label) for party in queries.list_parties(agreement.id) if not party.accepted_at]
            letters.write_to_all(step, agreement, "agreements/expire", missing=missing)


def _give_back(step: Step, agreement: Agreement, why: str) -> None:
    shares = shares_on_stage(agreement.application.reference, Account.PRE_COMMITTED)
    if shares:
        step.post(postings.offer_ended(agreement, shares, why))
    if committed := shares_to_release(agreement.application.reference):
        step.post(postings.commitment_ended(agreement, committed, why))
    lapse_application(agreement.application, by=OFFICE, at=step.at, why=f"Agreement {agreement.number} {why}")
    end_grant(agreement.application, f"Agreement {agreement.number} {why}", at=step.at)
    lapse_conditions(agreement.application, by=OFFICE, at=step.at)


def decline_award(application: Application, reason: str, *, by: User, at: datetime) -> None:
    """The applicant does not want the award, before an agreement is offered: the money is available again.

    Raises:
        WrongState: an agreement is offered already, which is declined by itself; or the award no longer stands.
    """
    with unit_of_work():
        application = queries.get_application(application.id)
        lock_money(get_group_of(application))
        with transition(application, APPLICATION.decline_award, by=by, at=at, why=reason or None) as step:
            if queries.find_agreement_of(application.id) is not None:
                raise WrongState(_("The agreement is offered already. Decline it on its own page."))
            if not application.is_told:
                raise WrongState(_("This is not decided yet. We write to the applicant when it is."))
            _end_award(step, application, "declined")
            letters.write_award_declined(step, application, reason)


def lapse_award(condition: AwardCondition, *, by: Any, at: datetime) -> None:
    """A condition was not met by its last day, in a call that says so: the award ends and its money is available again.

    Raises:
        RuleBroken: there is still time, or the applicant's own appeal is open.
        WrongState: it was met, its waiver is asked for, or the award stands no more.
    """
    with unit_of_work():
        application = queries.get_application(condition.application_id)
        lock_money(get_group_of(application))
        with transition(application, APPLICATION.lapse, by=by, at=at, why=condition.text) as step:
            condition = lock_condition(condition.id)
            if condition.state != ConditionState.OPEN or queries.find_agreement_of(application.id) is not None:
                raise WrongState(_("Nothing is to be met here any more."))
            today = day_in(application.region.time_zone, at)
            ensure_passed(condition.until, today, lapses=application.call.plan.has_lapsing_conditions)
            suspension = find_suspension(application, at=at)
            if suspension is not None and suspension.is_own:
                raise RuleBroken(say_why(suspension, application.region.time_zone))
            _end_award(step, application, "lapsed with its condition")
            write_condition(step, condition, "agreements/lapse_award")


def _end_award(step: Step, application: Application, why: str) -> None:
    """Give back what was set aside for an award without an agreement, and let the next one move up."""
    if shares := shares_on_stage(application.reference, Account.PRE_COMMITTED):
        step.post(postings.award_ended(application.reference, shares, why))
    end_grant(application, f"Award of {application.reference} {why}", at=step.at)
    lapse_conditions(application, by=OFFICE, at=step.at)
    promise_walk(step, application, frees=True)


def remind_agreement(agreement: Agreement, days: int, *, by: Any, at: datetime) -> None:
    """Tell the beneficiary that so many days are left to claim."""
    with transition(agreement, AGREEMENT.remind, by=by, at=at) as step:
        letters.write_reminder(step, agreement, days)


def lapse_agreement(agreement: Agreement, *, by: Any, at: datetime) -> None:
    """The last day to claim has passed, and the caller knows of no claim: what was committed is available again."""
    with transition(agreement, AGREEMENT.lapse, by=by, at=at) as step:
        window.ensure_claims_are_over(day_in(agreement.application.region.time_zone, at), agreement.claim_by)
        _give_back(step, agreement, "not claimed in time")
        letters.write_to_all(step, agreement, "agreements/lapse")


def complete_agreement(agreement: Agreement, *, by: Any, at: datetime) -> None:
    """The last claim is paid: voucher and application are closed. What is still committed is available again."""
    with unit_of_work():
        agreement = queries.get_agreement(agreement.id)
        with transition(agreement, AGREEMENT.complete, by=by, at=at) as step:
            if rest := shares_to_release(agreement.application.reference):
                step.post(postings.commitment_ended(agreement, rest, "completed"))
            complete_application(agreement.application, by=OFFICE, at=at)
            letters.write_completion(step, agreement)
