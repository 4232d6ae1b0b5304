"""The end of an agreement before its time: one person proposes it with its cause, another one confirms it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.agreements.letters import write_to_all
from vouchers.agreements.lifecycle import AGREEMENT
from vouchers.agreements.models import Agreement
from vouchers.agreements.states import AgreementState
from vouchers.amendments import letters, postings, queries
from vouchers.amendments.actions.entering import lapse_open_amendment
from vouchers.amendments.lifecycle import TERMINATION
from vouchers.amendments.models import Termination
from vouchers.amendments.states import TerminationCause
from vouchers.applications.actions.deciding import complete_application, lapse_application
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.text import say as _
from vouchers.decisions.actions.conditions import lapse_conditions
from vouchers.decisions.actions.deciding import lock_money
from vouchers.decisions.queries.contests import get_group_of
from vouchers.evaluation.actions.grants import end_grant
from vouchers.ledger.queries import shares_to_release
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, Step, creation, transition


def propose_termination(
    agreement: Agreement, cause: TerminationCause, reason: str, *, by: User, at: datetime
) -> Termination:
    """Ask somebody else to end the agreement; its parties read the reason and can answer. Nothing ends yet.

    Raises:
        WrongState: the agreement is not in force, or its termination is proposed already.
    """
    with unit_of_work():
        db.session.refresh(agreement, with_for_update={"of": Agreement})
        agreement = queries.get_agreement(agreement.id)
        if agreement.state != AgreementState.ACTIVE:
            raise WrongState(_("Only an agreement in force can be terminated."))
        if queries.find_open_termination(agreement.id) is not None:
            raise WrongState(_("The termination of this agreement is proposed already."))
        termination = Termination(
            agreement=agreement, cause=cause, reason=reason, proposed_at=at, proposed_by_id=by.id, proposed_by=by
        )
        with creation(termination, TERMINATION.propose, by=by, at=at, why=reason) as step:
            letters.write_termination_proposed(step, termination)
            return termination


def confirm_termination(termination: Termination, *, by: User, at: datetime) -> None:
    """As the second person: the agreement ends, and what no claim has used is available again.

    Raises:
        RuleBroken: a claim is to be decided first.
    """
    with unit_of_work():
        termination = queries.get_termination(termination.id)
        agreement = termination.agreement
        lock_money(get_group_of(agreement.application))
        with transition(termination, TERMINATION.confirm, by=by, at=at):
            db.session.refresh(agreement, with_for_update={"of": Agreement})
            if (obstacle := queries.find_obstacle(agreement)) is not None:
                raise RuleBroken(obstacle)
            termination.decided_at, termination.decided_by_id, termination.decided_by = at, by.id, by
            lapse_open_amendment(agreement, at=at)
            _terminate(termination, at=at)


def _terminate(termination: Termination, *, at: datetime) -> None:
    agreement = termination.agreement
    with transition(agreement, AGREEMENT.terminate, by=OFFICE, at=at, why=termination.reason) as step:
        _release(step, agreement)
        write_to_all(
            step,
            agreement,
            "amendments/terminate",
            cause=termination.cause.label,
            reason=termination.reason,
            is_paid=_has_used(agreement),
        )


def _release(step: Step, agreement: Agreement) -> None:
    """What is committed, not used and not paid ahead is available again; an application of which nothing was accepted
    has lapsed."""
    application = agreement.application
    if rest := shares_to_release(application.reference):
        step.post(postings.commitment_ended(agreement, rest))
    lapse_conditions(application, by=OFFICE, at=step.at)
    why = f"Agreement {agreement.number} terminated"
    if _has_used(agreement):
        complete_application(application, by=OFFICE, at=step.at, why=why)
    else:
        lapse_application(application, by=OFFICE, at=step.at, why=why)
        end_grant(application, why, at=step.at)


def _has_used(agreement: Agreement) -> bool:
    """Whether claims of the voucher were accepted or paid."""
    return queries.limits_of(agreement).used.cents > 0


def refuse_termination(termination: Termination, answer: str, *, by: User, at: datetime) -> None:
    """As the second person: the agreement stays in force."""
    with unit_of_work():
        termination = queries.get_termination(termination.id)
        with transition(termination, TERMINATION.refuse, by=by, at=at, why=answer) as step:
            termination.decided_at, termination.decided_by_id, termination.decided_by = at, by.id, by
            termination.answer = answer
            letters.write_termination_ended(step, termination)


def withdraw_termination(termination: Termination, answer: str, *, by: Any, at: datetime) -> None:
    """The proposer takes it back: the agreement stays in force."""
    with unit_of_work():
        termination = queries.get_termination(termination.id)
        with transition(termination, TERMINATION.withdraw, by=by, at=at, why=answer or None) as step:
            termination.answer = answer
            letters.write_termination_ended(step, termination)
