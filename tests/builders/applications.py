"""Organisations, drafts and submitted applications, made by the steps that make them in the office.

``in2()`` must have been loaded. Every builder stands at a moment while the call 2026-1 is open, unless told otherwise.
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

from tests.builders.kept import Numbers, kept, known
from tests.builders.programmes import LoadedProgramme, during_call
from tests.builders.users import an_applicant
from vouchers.applications.actions import drafting, submitting
from vouchers.applications.models import Application
from vouchers.applications.queries import files as queries
from vouchers.documents.actions import KeptFile, take_upload
from vouchers.eligibility.actions import sign_aid_declaration
from vouchers.eligibility.queries import find_declaration
from vouchers.organisations.actions import Details, found_organisation
from vouchers.organisations.models import Organisation
from vouchers.organisations.queries import get_organisation
from vouchers.regions.models import Region
from vouchers.regions.queries import find_region
from vouchers.users.models import User
from vouchers.users.queries import get_user

IN2 = LoadedProgramme("in2lifesciences")
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\nxref\n0 4\n0000000000 65535 f \n"
    b"0000000009 00000 n \n0000000054 00000 n \n0000000105 00000 n \ntrailer<</Size 4/Root 1 0 R>>\n"
    b"startxref\n166\n%%EOF\n"
)

POST_CODES = {"DE": "70173", "FR": "67000", "GB": "G12 8QQ", "IE": "D02 X285", "NL": "6525 EC"}
"""By country; the others have four digits."""
_numbers = Numbers()

ANSWERS: dict[str, Any] = {
    "headcount": "12",
    "turnover": "1 900 000",
    "balance_sheet": "1200000.50",
    "activity_field": "biotech",
    "title": "A faster assay for sepsis",
    "project_description": "We test our assay on samples of the partner.",
    "expected_benefit": "We will know whether the assay holds in a clinic.",
    "work_plan": "The partner measures 200 samples and writes a report.",
    "provider_name": "Universitair Laboratorium",
    "provider_contact": "Jan de Vries",
    "provider_email": "jan@lab.example",
    "provider_region": "NL-GE",
    "why_this_partner": "Nobody in our region has the instrument.",
    "activity_start": "2027-07-01",
    "activity_end": "2027-12-15",
    "vat_recoverable": "yes",
    "de_minimis_received": "0",
    "no_double_funding": "yes",
    "is_true": "yes",
}
"""As typed; `requested_amount` comes from the builder."""


@kept
def an_organisation(owner: User, region: str | Region = "BE-WAL", *, at: datetime | None = None) -> Organisation:
    """An SME in a region, with its founder as owner."""
    number = next(_numbers)
    found = region if isinstance(region, Region) else find_region(region)
    assert found is not None
    details = Details(
        name=f"Société Nº {number} Biotech",
        country=found.country,
        vat_number="",
        register_number=f"REG-{number:06d}",
        street="Rue de l'Exemple",
        building=str(number),
        post_code=POST_CODES.get(found.country, "6041"),
        town="Gosselies",
    )
    organisation = found_organisation(details, found, by=owner, at=at or during_call())
    return get_organisation(organisation.id)


def a_file(content: bytes = PDF, filename: str = "offer.pdf") -> KeptFile:
    """Bytes that were taken into the store."""
    return take_upload(BytesIO(content), filename, max_bytes=20_000_000)


@kept
def a_draft(
    instrument: str = "COL",
    region: str = "BE-WAL",
    *,
    owner: User | None = None,
    organisation: Organisation | None = None,
    call: str = "2026-1",
    at: datetime | None = None,
) -> Application:
    """An application that was just started."""
    at = at or during_call()
    owner = owner or an_applicant(at=at)
    organisation = organisation or an_organisation(owner, region, at=at)
    begun = drafting.start_application(IN2.call(call), IN2.instrument(instrument), organisation, by=owner, at=at)
    return queries.get_application(begun.id)


@kept
def a_complete_draft(
    instrument: str = "COL",
    region: str = "BE-WAL",
    *,
    owner: User | None = None,
    organisation: Organisation | None = None,
    amount: str | None = None,
    answers: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> Application:
    """A draft with every answer and file that its instrument asks for: ready to submit."""
    at = at or during_call()
    owner = owner or an_applicant(at=at)
    draft = a_draft(instrument, region, owner=owner, organisation=organisation, at=at)
    usual = amount or {"MG": "500", "INS": "4000", "COL": "7000"}.get(instrument, "1000")
    partner = {"provider_region": "BE-WAL"} if draft.region.code == "NL-GE" else {}
    given = {**ANSWERS, **partner, "requested_amount": usual, **(answers or {})}
    drafting.save_answers(draft, given, by=owner, at=at)
    for document in draft.instrument.plan.application_documents:
        if document.is_required:
            drafting.attach_document(draft, document.code, a_file(), by=owner, at=at)
    return queries.get_application(draft.id)


@known
def declare_no_aid(organisation: Organisation, *, by: User, at: datetime) -> None:
    """Sign that no aid was received, unless something is declared already."""
    if find_declaration(organisation.id) is None:
        sign_aid_declaration(organisation, {"members": [], "entries": []}, signed_name=by.name, by=by, at=at)


@kept
def a_submitted_application(
    instrument: str = "COL",
    region: str = "BE-WAL",
    *,
    owner: User | None = None,
    organisation: Organisation | None = None,
    amount: str | None = None,
    answers: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> Application:
    """An application that was submitted while the call was open."""
    at = at or during_call()
    owner = owner or an_applicant(at=at)
    draft = a_complete_draft(
        instrument, region, owner=owner, organisation=organisation, amount=amount, answers=answers, at=at
    )
    declare_no_aid(draft.organisation, by=owner, at=at)
    submitting.submit_application(draft, by=owner, at=at)
    return queries.get_application(draft.id)


def owner_of(application: Application) -> User:
    """The person who started it."""
    return get_user(application.started_by_id)
