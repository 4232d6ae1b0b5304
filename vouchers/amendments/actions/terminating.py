"""The end of an agreement before its time: one person proposes it with its cause, the parties are heard, another person
confirms it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from vouchers.agreements.letters import write_to_all
from vouchers.agreements.lifecycle import AGREEMENT
from vouchers.agreements.models import Agreement
from vouchers.agreements.policy import ProviderContact
from vouchers.agreements.states import AgreementState, PartyKind
from vouchers.amendments import letters, policy, postings, queries, rules
from vouchers.amendments.actions.entering import lapse_open_amendment
from vouchers.amendments.lifecycle import TERMINATION
from vouchers.amendments.models import Termination, TerminationSide
from vouchers.amendments.states import TerminationCause
from vouchers.applications.actions.deciding import complete_application, lapse_application
from vouchers.core.clock import day_in
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.links import full_url
from vouchers.core.text import say as _
from vouchers.decisions.actions.conditions import lapse_conditions
from vouchers.decisions.actions.deciding import lock_money
from vouchers.decisions.queries.contests import get_group_of
from vouchers.evaluation.actions.grants import end_grant
from vouchers.ledger.queries import shares_to_release
from vouchers.users.models import User
from vouchers.users.secrets import hash_token, new_token
from vouchers.workflow.transition import OFFICE, Step, creation, transition


def propose_termination(
    agreement: Agreement, cause: TerminationCause, reason: str, *, by: User, at: datetime
) -> Termination:
    """Ask somebody else to end the agreement. Its parties read the reason and are heard before that, unless the
    beneficiary itself asks; nothing ends yet.

    Raises:
        WrongState: the agreement is not in force, or its termination is proposed already.
        RuleBroken: the beneficiary names another cause than that it gives the voucher up.
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
        is_of_sme = policy.is_of_sme(by, agreement) is None
        rules.ensure_cause_of(cause, is_of_sme=is_of_sme)
        with creation(termination, TERMINATION.propose, by=by, at=at, why=reason) as step:
            link = None if is_of_sme else _name_sides(termination, at)
            letters.write_termination_proposed(step, termination, link)
            return termination


def _name_sides(termination: Termination, at: datetime) -> str | None:
    """Who is heard, and until when. Returns the link for the provider's contact."""
    application = termination.agreement.application
    today = day_in(application.region.time_zone, at)
    termination.answer_by = today + timedelta(days=application.call.programme.plan.rules.hearing_days)
    link = None
    for party in termination.agreement.parties:
        if party.kind == PartyKind.REGION:
            continue
        side = TerminationSide(
            termination=termination, kind=party.kind, name=party.name, contact_email=party.contact_email
        )
        if party.kind == PartyKind.PROVIDER:
            token = new_token()
            side.token_hash = hash_token(token)
            link = full_url("amendments.heard", token=token)
        db.session.add(side)
    db.session.flush()
    return link


def answer_as_sme(termination: Termination, answer: str, *, by: User, at: datetime) -> None:
    """The beneficiary says what speaks against the end of its agreement, or agrees to it."""
    with unit_of_work():
        termination = queries.get_termination(termination.id)
        with transition(termination, TERMINATION.answer_as_sme, by=by, at=at, why=answer) as step:
            _note_answer(step, termination, PartyKind.SME, answer)


def answer_as_provider(termination: Termination, answer: str, *, by: ProviderContact, at: datetime) -> None:
    """The provider's contact does the same."""
    with unit_of_work():
        termination = queries.get_termination(termination.id)
        with transition(termination, TERMINATION.answer_as_provider, by=by, at=at, why=answer) as step:
            _note_answer(step, termination, PartyKind.PROVIDER, answer)


def _note_answer(step: Step, termination: Termination, kind: PartyKind, answer: str) -> None:
    side = termination.side(kind)
    assert side is not None  # the policy has asked
    side.answer, side.answered_at, side.answered_by_id = answer, step.at, step.actor.id
    letters.write_termination_answered(step, termination, side)


def confirm_termination(termination: Termination, *, by: User, at: datetime) -> None:
    """As the second person: the agreement ends, and what no claim has used is available again.

    Raises:
        RuleBroken: a claim is to be decided first, or a party can still answer.
    """
    with unit_of_work():
        termination = queries.get_termination(termination.id)
        agreement = termination.agreement
        lock_money(get_group_of(agreement.application))
        with transition(termination, TERMINATION.confirm, by=by, at=at):
            today = day_in(agreement.application.region.time_zone, at)
            rules.ensure_heard(termination.sides, termination.answer_by, today)
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
