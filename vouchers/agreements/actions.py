"""Everything that can happen to an agreement."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import force_locale

from vouchers.agreements import letters, postings, queries
from vouchers.agreements.lifecycle import AGREEMENT
from vouchers.agreements.models import Agreement, Party
from vouchers.agreements.rules import acceptance, terms, window
from vouchers.agreements.states import PartyKind
from vouchers.applications.actions.deciding import agree_application, complete_application, lapse_application
from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.core import formatting
from vouchers.core.clock import day_in
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.lifecycle import Transition
from vouchers.core.links import full_url
from vouchers.core.money import total
from vouchers.core.text import say as _
from vouchers.documents.actions import KeptFile, add_document
from vouchers.documents.models import Document
from vouchers.evaluation.actions.grants import check_signature, end_grant
from vouchers.evaluation.queries.checks import state_aid_of
from vouchers.ledger.chart import Account
from vouchers.ledger.queries import shares_on_stage
from vouchers.users.models import User
from vouchers.users.rules.signing import ensure_own_name
from vouchers.users.secrets import hash_token, new_token
from vouchers.workflow.transition import OFFICE, Step, creation, transition

WORDING = terms.Wording(formatting.money, formatting.long_day, formatting.percent)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the manager settles when the agreement is issued. The provider's fields are empty where there is none."""

    starts_on: date
    ends_on: date
    provider_name: str = ""
    provider_contact: str = ""
    provider_email: str = ""
    outside_reason: str = ""
    """Why the activity of the application does not lie within the days."""


# Issuing -------------------------------------------------------------------------------------------------------------


def write_terms(application: Application, asked: Asked, *, at: datetime) -> dict[str, Any]:
    """The terms that would be offered on this award now; nothing is stored."""
    bounds, days = queries.bounds_of(application), (asked.starts_on, asked.ends_on)
    window.ensure_window(*days, bounds)
    window.ensure_activity_within(*days, bounds, asked.outside_reason)
    plan, region = application.instrument.plan, application.region
    programme = application.call.programme.plan
    accept_by = window.accept_by_moment(at, plan.accept_within_days, region.time_zone)
    with force_locale(letters.LANGUAGE):
        basis = terms.Basis(
            number=f"A-{application.reference}",
            programme=str(programme.name),
            funder=str(programme.funder),
            project=application.title,
            application_reference=application.reference,
            instrument=replace(plan, grant=application.grant),
            parties=_party_facts(application, asked),
            amount=application.awarded,
            approved_on=bounds.approved_on,
            starts_on=asked.starts_on,
            ends_on=asked.ends_on,
            claim_by=asked.ends_on + timedelta(days=plan.claim_within_days),
            accept_by=formatting.moment(accept_by, region.time_zone),
            state_aid=state_aid_of(application),
            de_minimis_ceiling=programme.rules.de_minimis_ceiling,
            pay_within_days=programme.rules.pay_within_days,
            office_name=region.office_name,
            office_address=(f"{region.street} {region.building}".strip(), f"{region.post_code} {region.town}"),
            office_email=region.email,
            outside_reason=asked.outside_reason.strip() if bounds.find_outside(*days) else "",
        )
        return terms.write_terms(basis, WORDING)


def _party_facts(application: Application, asked: Asked) -> tuple[terms.PartyFacts, ...]:
    sme, region = application.organisation, application.region
    identifier = sme.vat_number or sme.register_number
    facts = {
        PartyKind.SME: (
            sme.name,
            (identifier, f"{sme.street} {sme.building}", f"{sme.post_code} {sme.town}", sme.country),
        ),
        PartyKind.PROVIDER: (asked.provider_name, (asked.provider_contact, asked.provider_email)),
        PartyKind.REGION: (region.plain_name, (region.office_name, f"{region.street} {region.building}", region.town)),
    }
    kinds = [PartyKind(party.value) for party in application.instrument.plan.agreement_parties]
    if PartyKind.PROVIDER in kinds and not (asked.provider_name.strip() and asked.provider_email.strip()):
        raise RuleBroken(_("This voucher needs the provider’s name and email address."), field="provider_email")
    return tuple(terms.PartyFacts(kind, *facts[kind]) for kind in PartyKind if kind in kinds)


def issue_agreement(application: Application, asked: Asked, *, by: User, at: datetime) -> Agreement:
    """Freeze the terms of an award, hash them, and offer them to every party.

    Raises:
        WrongState: it was issued already, or the application changed meanwhile.
        RuleBroken: the days, or the provider's contact, do not fit.
    """
    text = write_terms(application, asked, at=at)
    sha256 = acceptance.fingerprint_of(text)
    parties = _parties(application, asked)
    kept = letters.kept_pdf(text, sha256, parties, application.region.time_zone, at)
    version = application.version
    with unit_of_work():
        db.session.refresh(application, with_for_update={"of": Application})
        application = queries.get_application(application.id)
        _ensure_may_be_issued(application, version)
        agreement = Agreement(
            number=text["number"],
            application=application,
            amount_cents=application.awarded.cents,
            currency=application.currency,
            approved_on=queries.bounds_of(application).approved_on,
            starts_on=asked.starts_on,
            ends_on=asked.ends_on,
            claim_by=date.fromisoformat(text["data"]["claim_by"]),
            accept_by=window.accept_by_moment(
                at, application.instrument.plan.accept_within_days, application.region.time_zone
            ),
            issued_at=at,
            issued_by_id=by.id,
            terms=text,
            sha256=sha256,
            parties=parties,
        )
        with creation(agreement, AGREEMENT.issue, by=by, at=at) as step:
            link = _give_provider_link(agreement)
            document = _store(step, agreement, kept, "agreement")
            letters.write_offer(step, agreement, document, link)
            return agreement


def _ensure_may_be_issued(application: Application, version: int) -> None:
    if application.state != ApplicationState.AWARDED or queries.find_agreement_of(application.id) is not None:
        raise WrongState(
            _("The agreement was issued already, or the award no longer stands. Nothing was changed by you.")
        )
    if application.version != version:
        raise WrongState(_("The award changed while the agreement was written. Look at it again, then issue it."))


def _parties(application: Application, asked: Asked) -> list[Party]:
    contacts = {
        PartyKind.SME: (application.organisation.name, ""),
        PartyKind.PROVIDER: (asked.provider_name, asked.provider_email),
        PartyKind.REGION: (application.region.office_name, application.region.email),
    }
    kinds = {party.value for party in application.instrument.plan.agreement_parties}
    return [
        Party(kind=kind, name=contacts[kind][0], contact_email=contacts[kind][1]) for kind in PartyKind if kind in kinds
    ]


def _give_provider_link(agreement: Agreement) -> str | None:
    provider = agreement.provider_party
    if provider is None:
        return None
    token = new_token()
    provider.token_hash = hash_token(token)
    return full_url("agreements.provider", token=token)


def _store(step: Step, agreement: Agreement, kept: KeptFile, purpose: str) -> Document:
    document = add_document(
        kept,
        purpose=purpose,
        subject_kind="agreement",
        subject_id=agreement.id,
        step_id=step.id,
        by_id=step.actor.id,
        at=step.at,
    )
    agreement.document_id = document.id
    return document


# Accepting -----------------------------------------------------------------------------------------------------------


def accept_as_sme(agreement: Agreement, name: str, sha256: str, *, by: Any, at: datetime) -> None:
    """The beneficiary accepts exactly the text with this hash. The last acceptance puts the agreement into force."""
    _accept(agreement, PartyKind.SME, AGREEMENT.accept_as_sme, name, sha256, by=by, at=at)


def accept_as_provider(
    agreement: Agreement, name: str, sha256: str, *, function: str = "", by: Any, at: datetime
) -> None:
    """The provider's contact accepts exactly the text with this hash; `by` is a `ProviderContact`.

    Args:
        function: in which another person than the contact signs; it is noted behind the name.
    """
    _accept(agreement, PartyKind.PROVIDER, AGREEMENT.accept_as_provider, name, sha256, function=function, by=by, at=at)


def accept_as_region(agreement: Agreement, name: str, sha256: str, *, by: Any, at: datetime) -> None:
    """A manager accepts for the region exactly the text with this hash."""
    _accept(agreement, PartyKind.REGION, AGREEMENT.accept_as_region, name, sha256, by=by, at=at)


def _accept(
    agreement: Agreement,
    kind: PartyKind,
    move: Transition,
    name: str,
    sha256: str,
    *,
    function: str = "",
    by: Any,
    at: datetime,
) -> None:
    signed = ", ".join(part.strip() for part in (name, function) if part.strip())
    why = f"Accepted by {signed}, SHA-256 {agreement.sha256}"
    with unit_of_work():
        agreement = queries.get_agreement(agreement.id)
        with transition(agreement, move, by=by, at=at, why=why) as step:
            parties = queries.list_parties(agreement.id)
            party = next((party for party in parties if party.kind == kind), None)
            if party is None:
                raise RuleBroken(_("This agreement has no such party."))
            acceptance.ensure_not_accepted(party.accepted_at)
            acceptance.ensure_in_time(at, agreement.accept_by)
            acceptance.ensure_same_text(sha256, agreement.sha256)
            acceptance.ensure_signed_by_name(name)
            if kind == PartyKind.PROVIDER:
                acceptance.ensure_named_contact(name, function, agreement.terms["data"].get("provider_contact", ""))
            else:
                ensure_own_name(name, by.name, field="name")

            party.accepted_at, party.accepted_name, party.accepted_by_id = at, signed, by.id
            waiting = [other for other in parties if other.accepted_at is None]
            if waiting:
                letters.write_acceptance(step, agreement, party, waiting, by)
        if not waiting:
            activate_agreement(agreement, by=OFFICE, at=at)


def activate_agreement(agreement: Agreement, *, by: Any, at: datetime) -> None:
    """Every party has accepted: the money is committed, and each receives the agreement with all acceptances.

    The file is set here, inside the step (5 ms), because the last acceptance is known only under the lock.
    """
    with transition(agreement, AGREEMENT.activate, by=by, at=at) as step:
        parties = queries.list_parties(agreement.id)
        if any(party.accepted_at is None for party in parties):
            raise RuleBroken(_("Not every party has accepted yet."))
        shares = shares_on_stage(agreement.application.reference, Account.PRE_COMMITTED)
        if total([share.amount for share in shares], agreement.currency) != agreement.amount:
            raise RuleBroken(_("The money of this award is not set aside in the books, so it cannot be committed."))
        agreement.active_at = at
        zone = agreement.application.region.time_zone
        document = _store(
            step,
            agreement,
            letters.kept_pdf(agreement.terms, agreement.sha256, parties, zone, at),
            "agreement_accepted",
        )
        step.post(postings.agreement_activated(agreement, shares))
        agree_application(agreement.application, by=OFFICE, at=at)
        check_signature(agreement.application, at=at)
        letters.write_to_all(step, agreement, "agreements/activate", document)


# Ending --------------------------------------------------------------------------------------------------------------


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
        RuleBroken: there is still time.
    """
    with unit_of_work():
        agreement = queries.get_agreement(agreement.id)
        with transition(agreement, AGREEMENT.expire, by=by, at=at) as step:
            if at <= agreement.accept_by:
                raise RuleBroken(_("The time to accept this agreement has not passed yet."))
            _give_back(step, agreement, "not accepted in time")
            missing = [str(party.kind.label) for party in queries.list_parties(agreement.id) if not party.accepted_at]
            letters.write_to_all(step, agreement, "agreements/expire", missing=missing)


def _give_back(step: Step, agreement: Agreement, why: str) -> None:
    shares = shares_on_stage(agreement.application.reference, Account.PRE_COMMITTED)
    if shares:
        step.post(postings.offer_ended(agreement, shares, why))
    if committed := shares_on_stage(agreement.application.reference, Account.COMMITTED):
        step.post(postings.commitment_ended(agreement, committed, why))
    lapse_application(agreement.application, by=OFFICE, at=step.at, why=f"Agreement {agreement.number} {why}")
    end_grant(agreement.application, f"Agreement {agreement.number} {why}", at=step.at)


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
            if rest := shares_on_stage(agreement.application.reference, Account.COMMITTED):
                step.post(postings.commitment_ended(agreement, rest, "completed"))
            complete_application(agreement.application, by=OFFICE, at=at)
            letters.write_completion(step, agreement)
