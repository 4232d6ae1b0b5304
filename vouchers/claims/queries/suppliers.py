"""Costs of somebody else than the provider with whom the agreement was made."""

from __future__ import annotations

from vouchers.claims.models import Claim
from vouchers.claims.queries.files import list_providers_of
from vouchers.claims.rules.invoices import name_other_supplier
from vouchers.core.text import Sentence
from vouchers.programmes.rules.instrument_plan import OWN_WORK


def map_other_suppliers(claim: Claim) -> dict[int, Sentence]:
    """Cost -> what whoever checks it should know; nothing of journeys and of own work, nor without a provider."""
    agreement = claim.agreement
    if agreement.provider_party is None:
        return {}
    categories = agreement.application.instrument.plan.cost_categories
    of_others = {category.code for category in categories if category.is_travel} | {OWN_WORK}
    providers = list_providers_of(agreement)
    found = {
        line.id: name_other_supplier(line.supplier, providers) for line in claim.costs if line.category not in of_others
    }
    return {line_id: sentence for line_id, sentence in found.items() if sentence is not None}
