"""Amendments and terminations, made by the steps of the office. ``in2()`` must have been loaded."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tests.builders.agreements import a_manager, an_active_agreement
from tests.builders.applications import owner_of
from tests.builders.kept import known
from tests.builders.programmes import during_call
from vouchers.agreements.models import Agreement
from vouchers.agreements.policy import ProviderContact
from vouchers.amendments import queries
from vouchers.amendments.actions import amending, entering, terminating
from vouchers.amendments.models import Amendment, Termination
from vouchers.amendments.rules import Wanted
from vouchers.amendments.states import TerminationCause
from vouchers.users.models import User

ASKED_AT = during_call() + timedelta(days=20)
"""25 October 2026: the agreement has been in force for twenty days."""
MINUTES = "Steering committee, 24 October 2026, item 4"


@known
def an_amendment(
    agreement: Agreement | None = None,
    wanted: Wanted | None = None,
    *,
    by: User | None = None,
    at: datetime = ASKED_AT,
) -> Amendment:
    """Asked for by the beneficiary: without `wanted`, one day less at the end."""
    agreement = agreement or an_active_agreement("COL")
    wanted = wanted or Wanted(ends_on=agreement.ends_on - timedelta(days=1))
    asked = amending.ask_amendment(
        agreement, wanted, "The laboratory is busy.", by=by or owner_of(agreement.application), at=at
    )
    return queries.get_amendment(asked.id)


@known
def an_agreed_amendment(
    agreement: Agreement | None = None,
    wanted: Wanted | None = None,
    *,
    manager: User | None = None,
    in_force_on: date | None = None,
    minutes: str = MINUTES,
    at: datetime = ASKED_AT,
) -> Amendment:
    """Agreed an hour later; it waits for the parties."""
    amendment = an_amendment(agreement, wanted, at=at)
    manager = manager or a_manager(amendment.agreement.application.region.code)
    later = at + timedelta(hours=1)
    amending.agree_amendment(amendment, in_force_on or later.date(), minutes, by=manager, at=later)
    entering.enter_if_due(amendment.id, at=later)
    return queries.get_amendment(amendment.id)


@known
def accept_amendment(amendment: Amendment, manager: User, *, at: datetime) -> Amendment:
    """Every party accepts the amended text."""
    owner, digest = owner_of(amendment.agreement.application), amendment.sha256
    entering.accept_amendment_as_sme(amendment, owner.name, digest, by=owner, at=at)
    amendment = queries.get_amendment(amendment.id)
    if side := amendment.provider_party:
        contact = ProviderContact(side.id, side.name)
        entering.accept_amendment_as_provider(amendment, "Eva Chef", digest, function="Director", by=contact, at=at)
        amendment = queries.get_amendment(amendment.id)
    entering.accept_amendment_as_region(amendment, manager.name, digest, by=manager, at=at)
    return queries.get_amendment(amendment.id)


@known
def an_amendment_in_force(
    agreement: Agreement | None = None, wanted: Wanted | None = None, *, at: datetime = ASKED_AT
) -> Amendment:
    """Accepted by everybody two hours after it was asked for."""
    agreement = agreement or an_active_agreement("COL")
    manager = a_manager(agreement.application.region.code)
    amendment = an_agreed_amendment(agreement, wanted, manager=manager, at=at)
    return accept_amendment(amendment, manager, at=at + timedelta(hours=2))


@known
def a_proposed_termination(
    agreement: Agreement | None = None, *, by: User | None = None, at: datetime = ASKED_AT
) -> Termination:
    """Proposed by a manager; it waits for a second person."""
    agreement = agreement or an_active_agreement("COL")
    made = terminating.propose_termination(
        agreement,
        TerminationCause.BREACH,
        "The activity was never begun.",
        by=by or a_manager(agreement.application.region.code),
        at=at,
    )
    return queries.get_termination(made.id)


@known
def hear(termination: Termination, *, at: datetime = ASKED_AT) -> Termination:
    """Every party answers."""
    owner = owner_of(termination.agreement.application)
    terminating.answer_as_sme(termination, "We have begun, see the report.", by=owner, at=at)
    termination = queries.get_termination(termination.id)
    if side := termination.provider_party:
        contact = ProviderContact(side.id, side.name)
        terminating.answer_as_provider(termination, "We wait for samples.", by=contact, at=at)
    return queries.get_termination(termination.id)


@known
def a_heard_termination(
    agreement: Agreement | None = None, *, by: User | None = None, at: datetime = ASKED_AT
) -> Termination:
    """Its parties have answered; it waits for a second person."""
    return hear(a_proposed_termination(agreement, by=by, at=at), at=at)
