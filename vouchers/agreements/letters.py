"""The agreement on paper, drawn from the same sections as its page, and what is written to the parties about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import force_locale

from vouchers.agreements.models import Agreement, Party
from vouchers.agreements.rules.terms import read_sections
from vouchers.agreements.states import PartyKind
from vouchers.applications.models import Application
from vouchers.applications.queries.files import list_writers
from vouchers.core.formatting import moment
from vouchers.core.links import full_url
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.documents import pages
from vouchers.documents.actions import KeptFile, take_made
from vouchers.documents.models import Document
from vouchers.letters.actions import Addressee
from vouchers.organisations.models import Organisation
from vouchers.users.models import User
from vouchers.workflow.transition import Step

LANGUAGE = "en"
"""Agreements have one binding language."""


def acceptance_lines(parties: Sequence[Any], zone: str) -> list[tuple[str, str, str]]:
    """Role, name, and the moment of acceptance in words (empty while it is missing) of each party."""
    return [
        (
            str(party.kind.label),
            f"{party.name}: {party.accepted_name}" if party.accepted_at else party.name,
            str(_("Accepted on %(moment)s", moment=moment(party.accepted_at, zone))) if party.accepted_at else "",
        )
        for party in parties
    ]


def agreement_pdf(
    terms: dict[str, Any], sha256: str, acceptances: Sequence[tuple[str, str, str]], *, created_at: datetime
) -> bytes:
    """The agreement as a file; the same terms and acceptances give the same bytes."""
    with force_locale(LANGUAGE):
        story: list[Any] = [pages.title(terms["title"])]
        for section in read_sections(terms):
            story.append(pages.heading(section.heading))
            story += [pages.paragraph(text) for text in section.texts]
            if section.facts:
                story.append(pages.key_values(section.facts))
            story.append(pages.bullets(section.points))
        story += [
            pages.heading(acceptance_heading()),
            pages.paragraph(acceptance_note()),
            pages.signature_block([pages.Signatory(role, name, when or None) for role, name, when in acceptances]),
        ]
        office = terms["office"]
        return pages.build_pdf(
            story,
            title=terms["title"],
            author=office["name"],
            language=LANGUAGE,
            letterhead=pages.Letterhead(office["name"], (*office["address"], office["email"]), terms["number"]),
            created_at=created_at,
            fingerprint=sha256,
        )


def kept_pdf(
    text: dict[str, Any], sha256: str, parties: Sequence[Any], zone: str, at: datetime, *, name: str = ""
) -> KeptFile:
    """The same, with the acceptances so far, laid into the store. `name`: of the file, where it is not the number."""
    with force_locale(LANGUAGE):
        lines = acceptance_lines(parties, zone)
    content = agreement_pdf(text, sha256, lines, created_at=at)
    return take_made(content, name or f"{text['number']}.pdf", "application/pdf")


def acceptance_heading() -> Sentence:
    """The heading above the parties' acceptances."""
    return _("10. Acceptance")


def acceptance_note() -> Sentence:
    """How the parties accept; on the page and in the file."""
    return _(
        "Each party accepts by name in the office's web pages; the moment is that of the server. What is accepted is "
        "the text with the SHA-256 content hash that stands below it."
    )


# Letters -------------------------------------------------------------------------------------------------------------


def write_offer(step: Step, agreement: Agreement, document: Document, provider_link: str | None) -> None:
    """Ask every party to accept; the provider's contact by a link of its own, for there is no account."""
    for writer in _writers(agreement):
        step.write(_to(writer), "agreements/issue", document, link=_link(agreement), **_facts(agreement))
    provider = agreement.provider_party
    if provider is not None and provider_link is not None:
        step.write(_contact(provider), "agreements/issue_provider", document, link=provider_link, **_facts(agreement))
    region = agreement.party(PartyKind.REGION)
    if region is not None:
        step.write(_contact(region), "agreements/issue_region", document, link=_link(agreement), **_facts(agreement))


def write_acceptance(step: Step, agreement: Agreement, party: Party, waiting: Sequence[Party], by: Any) -> None:
    """Tell the person who accepted what was noted, and for whom it now waits."""
    step.write(
        _contact(party) if party.kind == PartyKind.PROVIDER else _to(by),
        "agreements/accept",
        accepted_name=party.accepted_name,
        accepted_at=party.accepted_at,
        sha256=agreement.sha256,
        waiting=[str(other.kind.label) for other in waiting],
        **_facts(agreement),
    )


def write_to_all(
    step: Step,
    agreement: Agreement,
    occasion: str,
    document: Document | None = None,
    *,
    also_region: bool = True,
    **values: Any,
) -> None:
    """The same news for every party; each is given a link that it can open."""
    facts = _facts(agreement) | values
    for writer in _writers(agreement):
        step.write(_to(writer), occasion, document, link=_link(agreement), **facts)
    if provider := agreement.provider_party:
        step.write(_contact(provider), occasion, document, link="", **facts)
    if also_region and (region := agreement.party(PartyKind.REGION)):
        step.write(_contact(region), occasion, document, link=_link(agreement), **facts)


def write_award_declined(step: Step, application: Application, reason: str) -> None:
    """Tell the applicant's people and the region's office that the award is given back."""
    office = Addressee(application.region.email, application.region.office_name, LANGUAGE)
    for reader in [*(_to(writer) for writer in list_writers(application.organisation)), office]:
        step.write(
            reader,
            "agreements/decline_award",
            reference=application.reference,
            project=application.title,
            organisation=application.organisation.name,
            amount=application.awarded,
            reason=reason,
            link=full_url("applications.show", application_id=application.id),
        )


def write_reminder(step: Step, agreement: Agreement, days: int) -> None:
    """Tell the beneficiary how many days are left to claim."""
    for writer in _writers(agreement):
        step.write(_to(writer), "agreements/remind", days=days, link=_claims(agreement), **_facts(agreement))


def write_completion(step: Step, agreement: Agreement) -> None:
    """Tell the beneficiary that the voucher is closed."""
    for writer in _writers(agreement):
        step.write(_to(writer), "agreements/complete", link=_link(agreement), **_facts(agreement))


def _writers(agreement: Agreement) -> list[User]:
    organisation: Organisation = agreement.application.organisation
    return list_writers(organisation)


def _to(person: User) -> Addressee:
    return Addressee(person.email, person.name, person.language, person.id)


def _contact(party: Party) -> Addressee:
    return Addressee(party.contact_email, party.name, LANGUAGE)


def _link(agreement: Agreement) -> str:
    return full_url("agreements.show", agreement_id=agreement.id)


def _claims(agreement: Agreement) -> str:
    return full_url("claims.of_agreement", agreement_id=agreement.id)


def _facts(agreement: Agreement) -> dict[str, Any]:
    application = agreement.application
    return {
        "number": agreement.number,
        "reference": application.reference,
        "project": application.title,
        "organisation": application.organisation.name,
        "region": application.region.office_name,
        "region_email": application.region.email,
        "amount": agreement.amount,
        "accept_by": agreement.accept_by,
        "zone": application.region.time_zone,
        "starts_on": agreement.starts_on,
        "ends_on": agreement.ends_on,
        "claim_by": agreement.claim_by,
    }
