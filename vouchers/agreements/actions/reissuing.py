"""Offering an agreement again after an appeal against the amount of its award: nobody accepts what is not granted."""

from __future__ import annotations

from datetime import datetime

from vouchers.agreements import letters, queries
from vouchers.agreements.actions.issuing import Asked, give_provider_link, store_paper, write_terms
from vouchers.agreements.lifecycle import AGREEMENT
from vouchers.agreements.models import Agreement
from vouchers.agreements.rules import acceptance, window
from vouchers.core.database import unit_of_work
from vouchers.core.text import say as _
from vouchers.workflow.transition import OFFICE, transition


def offer_again(agreement: Agreement, *, at: datetime) -> None:
    """Write the offer anew with the amount that is awarded now and a new time to accept; every party accepts again.

    Nothing happens to an offer whose amount still holds and whose time is not over.
    """
    with unit_of_work():
        agreement = queries.get_agreement(agreement.id)
        with transition(agreement, AGREEMENT.offer_again, by=OFFICE, at=at) as step:
            application = agreement.application
            if agreement.amount == application.awarded and at <= agreement.accept_by:
                return
            text = write_terms(application, _asked_before(agreement), at=at)
            agreement.terms, agreement.sha256 = text, acceptance.fingerprint_of(text)
            agreement.amount_cents = application.awarded.cents
            days, zone = application.instrument.plan.accept_within_days, application.region.time_zone
            agreement.accept_by = window.accept_by_moment(at, days, zone)
            for party in agreement.parties:
                party.accepted_at, party.accepted_name, party.accepted_by_id = None, "", None
            link = give_provider_link(agreement)
            kept = letters.kept_pdf(text, agreement.sha256, agreement.parties, zone, at)
            letters.write_offer(step, agreement, store_paper(step, agreement, kept, "agreement"), link)


def _asked_before(agreement: Agreement) -> Asked:
    """What the manager settled when it was issued."""
    provider = agreement.provider_party
    return Asked(
        agreement.starts_on,
        agreement.ends_on,
        provider_name=provider.name if provider else "",
        provider_contact=str(agreement.terms["data"].get("provider_contact") or "") if provider else "",
        provider_email=provider.contact_email if provider else "",
        outside_reason=str(_("As in the offer before.")),
    )
