"""Freezing the terms of an award and offering them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import force_locale

from vouchers.agreements import letters, queries
from vouchers.agreements.lifecycle import AGREEMENT
from vouchers.agreements.models import Agreement, Party
from vouchers.agreements.rules import acceptance, terms, window
from vouchers.agreements.rules.basis import Basis, PartyFacts, Wording
from vouchers.agreements.states import PartyKind
from vouchers.appeals.queries.waiting import find_suspension
from vouchers.appeals.rules.waiting import ensure_not_suspended
from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.core import formatting
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.links import full_url
from vouchers.core.text import say as _
from vouchers.decisions.queries.conditions import count_unsettled
from vouchers.documents.actions import KeptFile, add_document
from vouchers.documents.models import Document
from vouchers.eligibility.rules.facts import Partner
from vouchers.eligibility.rules.partner_rules import find_evaluator_of, say_evaluator
from vouchers.eligibility.rules.pool import ensure_in_pool
from vouchers.evaluation.queries.checks import list_evaluators, list_pool_of, state_aid_of
from vouchers.organisations.models import Organisation
from vouchers.users.models import User
from vouchers.users.secrets import hash_token, new_token
from vouchers.workflow.transition import Step, creation

WORDING = Wording(formatting.money, formatting.long_day, formatting.percent)


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


def write_terms(application: Application, asked: Asked, *, at: datetime) -> dict[str, Any]:
    """The terms that would be offered on this award now; nothing is stored."""
    bounds, days = queries.bounds_of(application), (asked.starts_on, asked.ends_on)
    window.ensure_window(*days, bounds)
    window.ensure_activity_within(*days, bounds, asked.outside_reason)
    plan, region = application.instrument.plan, application.region
    programme = application.call.programme.plan
    accept_by = window.accept_by_moment(at, plan.accept_within_days, region.time_zone)
    with force_locale(letters.LANGUAGE):
        basis = Basis(
            number=f"A-{application.reference}",
            programme=programme.name.for_reader(),
            funder=programme.funder.for_reader(),
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
            partner=queries.say_partner(application),
            activity=bounds.planned_within(*days),
            outside_reason=asked.outside_reason.strip() if bounds.find_outside(*days) else "",
            amendments_signed=programme.rules.amendments_signed,
        )
        return terms.write_terms(basis, WORDING)


def _party_facts(application: Application, asked: Asked) -> tuple[PartyFacts, ...]:
    sme, region = application.organisation, application.region
    identifier = sme.vat_number or sme.register_number
    facts = {
        PartyKind.SME: (
            sme.name,
            (
                identifier,
                f"{sme.street} {sme.building}",
                f"{sme.post_code} {sme.town}",
                formatting.country_name(sme.country),
            ),
        ),
        PartyKind.PROVIDER: (asked.provider_name, (asked.provider_contact, asked.provider_email)),
        PartyKind.REGION: (
            region.name.for_reader(),
            (region.office_name, f"{region.street} {region.building}".strip(), f"{region.post_code} {region.town}"),
        ),
    }
    kinds = [PartyKind(party.value) for party in application.instrument.plan.agreement_parties]
    if PartyKind.PROVIDER in kinds and not (asked.provider_name.strip() and asked.provider_email.strip()):
        raise RuleBroken(_("This voucher needs the provider’s name and email address."), field="provider_email")
    return tuple(PartyFacts(kind, *facts[kind]) for kind in PartyKind if kind in kinds)


def issue_agreement(application: Application, asked: Asked, *, by: User, at: datetime) -> Agreement:
    """Freeze the terms of an award, hash them, and offer them to every party.

    Raises:
        WrongState: it was issued already, or the application changed meanwhile.
        RuleBroken: the days, or the provider, do not fit, or the agreement waits because of appeals or conditions.
    """
    text = write_terms(application, asked, at=at)
    _ensure_provider_fits(application, asked, at=at)
    sha256 = acceptance.fingerprint_of(text)
    parties = _parties(application, asked)
    kept = letters.kept_pdf(text, sha256, parties, application.region.time_zone, at)
    version = application.version
    with unit_of_work():
        db.session.refresh(application, with_for_update={"of": Application})
        application = queries.get_application(application.id)
        _ensure_may_be_issued(application, version, at=at)
        _hold_name(application.organisation, parties)
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
            link = give_provider_link(agreement)
            document = store_paper(step, agreement, kept, "agreement")
            letters.write_offer(step, agreement, document, link)
            return agreement


def _ensure_provider_fits(application: Application, asked: Asked, *, at: datetime) -> None:
    """Whoever is agreed with is of the call's pool, where it names one, and marks nobody in the call."""
    if PartyKind.PROVIDER.value not in {party.value for party in application.instrument.plan.agreement_parties}:
        return
    ensure_in_pool(asked.provider_name, list_pool_of(application, at=at), field="provider_name")
    evaluators = list_evaluators(application.call_id)
    partner = Partner(asked.provider_name, asked.provider_email, None, evaluators=evaluators)
    if found := find_evaluator_of(partner):
        raise RuleBroken(say_evaluator(*found), field="provider_name")


def _ensure_may_be_issued(application: Application, version: int, *, at: datetime) -> None:
    if application.state != ApplicationState.AWARDED or queries.find_agreement_of(application.id) is not None:
        raise WrongState(
            _("The agreement was issued already, or the award no longer stands. Nothing was changed by you.")
        )
    ensure_not_suspended(find_suspension(application, at=at), application.region.time_zone)
    if not application.is_told:
        raise WrongState(_("The letter on this decision is not sent yet. Send it, then issue the agreement."))
    if count_unsettled(application.id):
        raise RuleBroken(
            _("A condition of this award is neither met nor waived yet. The agreement follows after that.")
        )
    if application.version != version:
        raise WrongState(_("The award changed while the agreement was written. Look at it again, then issue it."))


def _hold_name(organisation: Organisation, parties: list[Party]) -> None:
    """From here on another name of the beneficiary waits to be confirmed; it has not changed while this was written."""
    db.session.refresh(organisation, with_for_update={"of": Organisation})
    if any(one.kind == PartyKind.SME and one.name != organisation.name for one in parties):
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


def give_provider_link(agreement: Agreement) -> str | None:
    """A new link for the provider's contact, in the place of any earlier one; None where there is no provider."""
    provider = agreement.provider_party
    if provider is None:
        return None
    token = new_token()
    provider.token_hash = hash_token(token)
    return full_url("agreements.provider", token=token)


def store_paper(step: Step, agreement: Agreement, kept: KeptFile, purpose: str) -> Document:
    """Keep a paper of the agreement, within the step that made it; it is the one that is shown from now on."""
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
