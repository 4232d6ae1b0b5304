"""The acceptance of each party; the last one makes the agreement hold."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.agreements import letters, postings, queries
from vouchers.agreements.actions.issuing import store_paper
from vouchers.agreements.lifecycle import AGREEMENT
from vouchers.agreements.models import Agreement
from vouchers.agreements.rules import acceptance
from vouchers.agreements.states import PartyKind
from vouchers.appeals.queries.waiting import find_suspension
from vouchers.appeals.rules.waiting import ensure_not_suspended
from vouchers.applications.actions.deciding import agree_application
from vouchers.core.database import unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.lifecycle import Transition
from vouchers.core.money import total
from vouchers.core.text import say as _
from vouchers.evaluation.actions.grants import check_signature
from vouchers.ledger.chart import Account
from vouchers.ledger.queries import shares_on_stage
from vouchers.users.rules.signing import ensure_own_name
from vouchers.workflow.transition import OFFICE, transition


def accept_as_sme(agreement: Agreement, name: str, sha256: str, *, by: Any, at: datetime) -> None:
    """The beneficiary accepts exactly the text with this hash. The last acceptance puts the agreement into force; where
    appeals suspend that, the office does it once nothing waits for them any more."""
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
        if not waiting and find_suspension(agreement.application, at=at) is None:
            activate_agreement(agreement, by=OFFICE, at=at)


def activate_agreement(agreement: Agreement, *, by: Any, at: datetime) -> None:
    """Every party has accepted: the money is committed, and each receives the agreement with all acceptances.

    The file is set here, inside the step (5 ms), because the last acceptance is known only under the lock.
    """
    with transition(agreement, AGREEMENT.activate, by=by, at=at) as step:
        parties = queries.list_parties(agreement.id)
        if any(party.accepted_at is None for party in parties):
            raise RuleBroken(_("Not every party has accepted yet."))
        zone = agreement.application.region.time_zone
        ensure_not_suspended(find_suspension(agreement.application, at=at), zone)
        shares = shares_on_stage(agreement.application.reference, Account.PRE_COMMITTED)
        if total([share.amount for share in shares], agreement.currency) != agreement.amount:
            raise RuleBroken(_("The money of this award is not set aside in the books, so it cannot be committed."))
        agreement.active_at = at
        document = store_paper(
            step,
            agreement,
            letters.kept_pdf(agreement.terms, agreement.sha256, parties, zone, at),
            "agreement_accepted",
        )
        step.post(postings.agreement_activated(agreement, shares))
        agree_application(agreement.application, by=OFFICE, at=at)
        check_signature(agreement.application, at=at)
        letters.write_to_all(step, agreement, "agreements/activate", document)
