"""What is written to people about a claim. All of it in the open step."""

from __future__ import annotations

from typing import Any

from vouchers.claims.models import Claim
from vouchers.claims.queries import files as queries
from vouchers.core.links import full_url
from vouchers.letters.actions import Addressee
from vouchers.users.models import User
from vouchers.workflow.transition import Step


def write_to_claimants(step: Step, claim: Claim, occasion: str, **values: Any) -> None:
    """Tell everybody who may act for the beneficiary."""
    facts = _facts(claim) | values
    for writer in queries.list_writers(claim.agreement.application.organisation):
        step.write(_to(writer), occasion, reader_zone=writer.time_zone, **facts)


def write_to_region(step: Step, claim: Claim, occasion: str, **values: Any) -> None:
    """Tell the office of the region that something waits for it."""
    region = claim.agreement.application.region
    step.write(
        Addressee(region.email, region.office_name), occasion, reader_zone=region.time_zone, **(_facts(claim) | values)
    )


def write_to_provider(step: Step, claim: Claim, link: str) -> None:
    """Ask the provider's contact, who has no account, to sign the report."""
    party = claim.agreement.provider_party
    if party is not None:
        facts = _facts(claim) | {"link": link, "provider": party.name}
        step.write(Addressee(party.contact_email, party.name), "claims/ask_provider", **facts)


def write_to_officer(step: Step, claim: Claim, officer: User, occasion: str, **values: Any) -> None:
    """Tell one officer."""
    step.write(_to(officer), occasion, reader_zone=officer.time_zone, **(_facts(claim) | values))


def deductions(claim: Claim) -> list[dict[str, Any]]:
    """What was not accepted, with the officer's reasons."""
    return [
        {"supplier": line.supplier, "invoice": line.invoice_number, "amount": line.eligible - line.accepted,
         "reason": line.deduction_reason}
        for line in claim.costs
        if line.accepted is not None and line.accepted < line.eligible and line.parked_at is None
    ]  # fmt: skip


def refused_deliverables(claim: Claim) -> list[dict[str, Any]]:
    """What was delivered and is not paid, with the officer's reasons."""
    asked = claim.agreement.application.instrument.plan.claim.deliverables
    names = {one.code: one.name for one in asked}
    return [
        {"name": names.get(one.code, one.code), "reason": one.reason}
        for one in claim.delivered
        if one.is_accepted is False
    ]


def parked(claim: Claim) -> list[dict[str, Any]]:
    """What waits for a later claim, and for what."""
    return [
        {"supplier": line.supplier, "invoice": line.invoice_number, "amount": line.eligible,
         "reason": line.deduction_reason}
        for line in claim.parked
    ]  # fmt: skip


def _to(person: User) -> Addressee:
    return Addressee(person.email, person.name, person.language, person.id)


def _facts(claim: Claim) -> dict[str, Any]:
    application = claim.agreement.application
    return {
        "number": claim.number,
        "project": application.title,
        "organisation": application.organisation.name,
        "region": application.region.office_name,
        "region_email": application.region.email,
        "pay_by": claim.pay_by,
        "link": full_url("claims.show", claim_id=claim.id),
    }
