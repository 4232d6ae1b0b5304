"""What is written to the parties about a change of their agreement, or about its end. All of it in the open step."""

from __future__ import annotations

from typing import Any

from vouchers.agreements.models import Agreement
from vouchers.agreements.states import PartyKind
from vouchers.amendments import queries
from vouchers.amendments.models import Amendment, Termination, TerminationSide
from vouchers.amendments.rules import apply, list_changes
from vouchers.applications.queries.files import list_writers
from vouchers.core.links import full_url
from vouchers.documents.queries import find_document
from vouchers.letters.actions import Addressee
from vouchers.users.actions.links import addressee
from vouchers.workflow.transition import Step

LANGUAGE = "en"
"""Who is written to without an account has the language of the agreement."""


def write_amendment_asked(step: Step, amendment: Amendment) -> None:
    """Those who may decide it: it waits for them. The beneficiary reads what the region asks for."""
    for person in queries.list_deciders(amendment.agreement, besides=amendment.asked_by_id):
        step.write(addressee(person), "amendments/ask", link=_link(amendment), **facts(amendment))
    if not amendment.is_of_sme:
        for writer in list_writers(amendment.agreement.application.organisation):
            step.write(addressee(writer), "amendments/ask", link=_link(amendment), **facts(amendment))


def write_amendment_agreed(step: Step, amendment: Amendment, provider_link: str | None) -> None:
    """Every party: it is asked to accept, or reads from when on it rules."""
    document = find_document(amendment.document_id) if amendment.document_id else None
    signs = amendment.accept_by if amendment.sides else None
    known = facts(amendment) | {"accept_by": signs, "in_force_on": amendment.in_force_on}
    for reader in _accounts(amendment.agreement):
        step.write(reader, "amendments/agree", document, link=_link(amendment), **known)
    side = amendment.side(PartyKind.PROVIDER)
    if side is not None:
        to = Addressee(side.contact_email, side.name, LANGUAGE)
        step.write(to, "amendments/agree", document, link=provider_link or "", **known)


def write_amendment_ended(step: Step, amendment: Amendment, how: str) -> None:
    """Refused, withdrawn or lapsed: the agreement stays as it is."""
    known = facts(amendment) | {"how": how, "answer": amendment.answer}
    for reader in _accounts(amendment.agreement):
        step.write(reader, "amendments/end", link=_link(amendment), **known)
    if side := amendment.side(PartyKind.PROVIDER):
        step.write(Addressee(side.contact_email, side.name, LANGUAGE), "amendments/end", link="", **known)


def write_amendment_entered(step: Step, amendment: Amendment, former: tuple[str, str] | None) -> None:
    """Every party has the amended agreement; a provider who is bound no more is told so."""
    document = find_document(amendment.document_id) if amendment.document_id else None
    known = facts(amendment)
    for reader in _accounts(amendment.agreement):
        step.write(reader, "amendments/enter", document, link=_link(amendment), **known)
    if provider := amendment.agreement.provider_party:
        to = Addressee(provider.contact_email, provider.name, LANGUAGE)
        step.write(to, "amendments/enter", document, link="", **known)
    if former is not None:
        step.write(Addressee(former[1], former[0], LANGUAGE), "amendments/released", **known)


def write_termination_proposed(step: Step, termination: Termination, provider_link: str | None) -> None:
    """The parties, who are heard until a day unless the beneficiary itself asks; and those who may decide it."""
    known = _reasons(termination) | {"answer_by": termination.answer_by}
    application = termination.agreement.application
    page = full_url("amendments.termination", termination_id=termination.id)
    own = full_url("amendments.answer_as_sme", termination_id=termination.id) if termination.answer_by else page
    for writer in list_writers(application.organisation):
        step.write(addressee(writer), "amendments/propose_termination", link=own, is_party=True, **known)
    if provider := termination.agreement.provider_party:
        to = Addressee(provider.contact_email, provider.name, LANGUAGE)
        step.write(to, "amendments/propose_termination", link=provider_link or "", is_party=True, **known)
    deciders = [
        addressee(one) for one in queries.list_deciders(termination.agreement, besides=termination.proposed_by_id)
    ]
    office = Addressee(application.region.email, application.region.office_name, LANGUAGE)
    for reader in (office, *deciders):
        step.write(reader, "amendments/propose_termination", link=page, is_party=False, **known)


def write_termination_answered(step: Step, termination: Termination, side: TerminationSide) -> None:
    """What a party says: to whoever proposed the end, those who decide it, and the party itself."""
    known = _reasons(termination) | {"party": side.name, "answer": side.answer}
    link = full_url("amendments.termination", termination_id=termination.id)
    people = [
        termination.proposed_by,
        *queries.list_deciders(termination.agreement, besides=termination.proposed_by_id),
    ]
    if side.kind == PartyKind.PROVIDER:
        to = Addressee(side.contact_email, side.name, LANGUAGE)
        step.write(to, "amendments/answer_termination", link="", **known)
    else:
        people += list_writers(termination.agreement.application.organisation)
    for person in people:
        step.write(addressee(person), "amendments/answer_termination", link=link, **known)


def write_termination_ended(step: Step, termination: Termination) -> None:
    """Refused or withdrawn: the agreement stays in force."""
    for reader in _parties(termination.agreement):
        step.write(reader, "amendments/keep", **_reasons(termination))


def facts(amendment: Amendment) -> dict[str, Any]:
    """What letters say of an amendment."""
    agreement = amendment.agreement
    application = agreement.application
    before = queries.standing_of(agreement)
    return {
        "code": amendment.code,
        "number": agreement.number,
        "project": application.title,
        "organisation": application.organisation.name,
        "region": application.region.office_name,
        "region_email": application.region.email,
        "zone": application.region.time_zone,
        "reason": amendment.reason,
        "changes": [] if amendment.entered_at else list_changes(before, apply(before, queries.wanted_by(amendment))),
    }


def _reasons(termination: Termination) -> dict[str, Any]:
    application = termination.agreement.application
    return {
        "number": termination.agreement.number,
        "project": application.title,
        "organisation": application.organisation.name,
        "region": application.region.office_name,
        "region_email": application.region.email,
        "cause": termination.cause.label,
        "reason": termination.reason,
        "answer": termination.answer,
    }


def _accounts(agreement: Agreement) -> list[Addressee]:
    """The beneficiary's people and the region's office."""
    region = agreement.application.region
    writers = [addressee(one) for one in list_writers(agreement.application.organisation)]
    return [*writers, Addressee(region.email, region.office_name, LANGUAGE)]


def _parties(agreement: Agreement) -> list[Addressee]:
    provider = agreement.provider_party
    others = [Addressee(provider.contact_email, provider.name, LANGUAGE)] if provider else []
    return [*_accounts(agreement), *others]


def _link(amendment: Amendment) -> str:
    return full_url("amendments.show", amendment_id=amendment.id)
