"""What no cost may be. Asked as it is saved, again as the claim is handed in, and in part as it is verified."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.claims.models import Claim, CostLine
from vouchers.claims.policy import may_read
from vouchers.claims.queries import duplicates
from vouchers.claims.queries import files as queries
from vouchers.claims.queries.duplicates import Proof
from vouchers.claims.rules import dates, invoices, parking
from vouchers.claims.rules.costs import Cost
from vouchers.claims.rules.proofs import proves
from vouchers.core.clock import day_in
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.documents.queries import list_documents_of
from vouchers.eligibility.rules.pool import ensure_in_pool
from vouchers.evaluation.queries.checks import list_pool_of
from vouchers.programmes.rules.instrument_plan import OWN_WORK, Party


def ensure_may_be_saved(claim: Claim, cost: Cost, *, besides: CostLine | None, by: Any, at: datetime) -> None:
    """Refuse what saving it as a cost of this claim would refuse. Raises `RuleBroken`."""
    ensure_payable(claim, cost, at=at)
    parking.ensure_written_here(is_taken=besides is not None and besides.taken_from_id is not None)
    ensure_not_claimed(claim, invoices.invoice_key(cost.supplier, cost.invoice_number), by=by, besides=besides)


def ensure_payable(claim: Claim, cost: Cost, *, at: datetime) -> None:
    """Refuse a cost that the agreement does not pay: its kind, sum, supplier and days. Raises `RuleBroken`."""
    agreement = claim.agreement
    application = agreement.application
    plan = application.instrument.plan
    today = day_in(application.region.time_zone, at)
    if cost.category not in {category.code for category in plan.cost_categories}:
        raise RuleBroken(_("This voucher does not pay that kind of cost."), field="category")
    if cost.net.cents + cost.vat.cents <= 0 or min(cost.net.cents, cost.vat.cents) < 0:
        raise RuleBroken(_("Enter what the invoice says; it must be more than zero."), field="net")
    invoices.ensure_vat_fits(cost.net, cost.vat)
    invoices.ensure_within_invoice(cost.net + cost.vat, cost.invoice_total or cost.net + cost.vat)
    invoices.ensure_named(cost.supplier, cost.invoice_number)
    if cost.category == OWN_WORK:
        invoices.ensure_is_own_work(cost.supplier, application.organisation.name, cost.vat)
    else:
        invoices.ensure_supplier_is_other(cost.supplier, application.organisation.name)
        if plan.payee is Party.PROVIDER and agreement.provider_party is not None:
            invoices.ensure_of_provider(cost.supplier, queries.list_providers_of(agreement))
        ensure_in_pool(cost.supplier, _payable_suppliers(claim, at), field="supplier")
    if plan.prior_approval:
        dates.ensure_after_approval(cost.activity_on, agreement.approved_on)
    terms = queries.terms_for(claim)
    dates.ensure_activity_in_window(cost.activity_on, starts_on=terms.starts_on, ends_on=terms.ends_on)
    dates.ensure_invoice_day(cost.invoice_on, starts_on=terms.starts_on, ends_on=terms.ends_on, today=today)


def _payable_suppliers(claim: Claim, at: datetime) -> frozenset[str] | None:
    """Whose invoices are paid: the pool that the call names, and who was agreed with while in it; None: anybody's."""
    admitted = list_pool_of(claim.agreement.application, at=at, with_employers=True)
    agreed = queries.list_providers_of(claim.agreement)
    return admitted if admitted is None else admitted | frozenset(agreed)


def ensure_not_claimed(claim: Claim, key: str, *, by: Any, besides: CostLine | None, is_paid: bool = False) -> None:
    """Refuse an invoice that stands in another cost of a live claim of the programme."""
    other = duplicates.find_claim_with_invoice(claim, key, besides=besides, is_to_be_paid=is_paid)
    invoices.ensure_not_claimed(*_named_for(other, by), is_elsewhere=other is not None)


def ensure_may_be_attached(claim: Claim, sha256: str, purpose: str, *, by: Any, is_of_cost: bool) -> None:
    """Refuse a file under this purpose that proves what another live claim of the programme is paid for."""
    is_of_deliverable = purpose in {deliverable.purpose for deliverable in claim.delivered}
    proves = Proof.COST if is_of_cost else Proof.DELIVERABLE if is_of_deliverable else Proof.NOTHING
    _ensure_not_stored(claim, sha256, by=by, proves=proves)


def _ensure_not_stored(claim: Claim, sha256: str, *, by: Any, proves: Proof) -> None:
    other = duplicates.find_claim_with_file(claim, sha256, proves=proves)
    invoices.ensure_not_stored(*_named_for(other, by), is_elsewhere=other is not None)


def ensure_evidence_is_new(claim: Claim, *, by: Any) -> None:
    """Refuse each file by which the claim proves what another live one is paid for; what an officer refused here may
    stand there."""
    costs = [line for line in claim.costs if line.accepted is None or line.accepted.cents]
    delivered = {one.purpose for one in claim.delivered if one.is_accepted is not False}
    for document in list_documents_of("claim", claim.id):
        if any(proves(document, line) for line in costs):
            _ensure_not_stored(claim, document.sha256, by=by, proves=Proof.COST)
        elif document.purpose in delivered:
            _ensure_not_stored(claim, document.sha256, by=by, proves=Proof.DELIVERABLE)


def ensure_paid_once(claim: Claim, *, by: Any) -> None:
    """As an officer decides: no invoice and no file of what is paid or parked here is paid elsewhere."""
    for line in claim.costs:
        if line.accepted.cents or line.parked_at is not None:
            ensure_not_claimed(claim, line.invoice_key, by=by, besides=line, is_paid=True)
    ensure_evidence_is_new(claim, by=by)


def _named_for(other: Claim | None, reader: Any) -> tuple[str | None, int | None]:
    """Number and id of a claim, if this reader may see it."""
    if other is None or may_read(reader, other) is not None:
        return None, None
    return other.number, other.id
