"""What was delivered, how satisfied the company is, and the names under the report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from vouchers.agreements.rules.acceptance import ensure_named_contact, ensure_signed_by_name
from vouchers.agreements.states import PartyKind
from vouchers.claims import letters
from vouchers.claims.lifecycle import CLAIM
from vouchers.claims.models import Claim, Deliverable, ReportSignature
from vouchers.claims.queries import delivering
from vouchers.claims.queries import files as queries
from vouchers.claims.rules import completeness, reporting
from vouchers.core.clock import day_in
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotFound, RuleBroken, WrongState
from vouchers.core.links import full_url
from vouchers.core.text import say as _
from vouchers.documents.actions import remove_document
from vouchers.documents.queries import list_documents_of
from vouchers.programmes.rules.instrument_plan import ClaimTerms, Party
from vouchers.users.models import User
from vouchers.users.rules.signing import ensure_own_name
from vouchers.users.secrets import hash_token, new_token
from vouchers.workflow.transition import transition


def _terms(claim: Claim) -> ClaimTerms:
    terms: ClaimTerms = claim.agreement.application.instrument.plan.claim
    return terms


# What was delivered --------------------------------------------------------------------------------------------------


def save_deliverable(claim: Claim, code: str, note: str, delivered_on: date, *, by: User, at: datetime) -> Deliverable:
    """Say what was delivered, or say it better.

    Raises:
        RuleBroken: the voucher does not name it, another claim has it, or its day is outside the agreement.
    """
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        with transition(claim, CLAIM.save_deliverable, by=by, at=at, why=code):
            elsewhere = delivering.list_claimed_codes(claim.agreement_id, besides=claim.id)
            reporting.ensure_deliverable(_terms(claim), code, claimed_elsewhere=elsewhere)
            agreement, terms = claim.agreement, queries.terms_for(claim)
            reporting.ensure_delivered_in_time(
                delivered_on,
                starts_on=terms.starts_on,
                ends_on=terms.ends_on,
                today=day_in(agreement.application.region.time_zone, at),
            )
            there = next((one for one in claim.delivered if one.code == code), None)
            deliverable = there or Deliverable(claim=claim, code=code)
            db.session.add(deliverable)
            deliverable.note, deliverable.delivered_on = note, delivered_on
            deliverable.is_accepted, deliverable.reason = None, ""
        return deliverable


def remove_deliverable(claim: Claim, code: str, *, by: User, at: datetime) -> None:
    """Take a deliverable, with its files, out of the claim. Raises `NotFound`."""
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        with transition(claim, CLAIM.remove_deliverable, by=by, at=at, why=code):
            there = next((one for one in claim.delivered if one.code == code), None)
            if there is None:
                raise NotFound(_("This is not in the claim any more."))
            for document in list_documents_of("claim", claim.id):
                if document.purpose == there.purpose:
                    remove_document(document, at=at)
            there.removed_at = at


def save_satisfaction(claim: Claim, marks: Mapping[str, int], note: str, *, by: User, at: datetime) -> None:
    """Keep how satisfied the company is. Raises `RuleBroken`: a mark is missing or none from 1 to 5."""
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        with transition(claim, CLAIM.save_satisfaction, by=by, at=at):
            reporting.ensure_marks(_terms(claim), marks)
            claim.satisfaction, claim.satisfaction_note = dict(marks), note


# The names under the report -------------------------------------------------------------------------------------------


def sign_as_sme(claim: Claim, name: str, sha256: str, *, by: User, at: datetime) -> None:
    """The beneficiary signs exactly the report with this hash.

    Raises:
        RuleBroken: the report does not say yet what it must, has changed, or the name is not that of the account.
    """
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        with transition(claim, CLAIM.sign_as_sme, by=by, at=at, why=_signed(name, sha256)):
            _ensure_asked(claim, Party.SME)
            _ensure_written(claim)
            ensure_own_name(name, by.name, field="name")
            _sign(claim, PartyKind.SME, name, sha256, by=by, at=at)


def ask_provider(claim: Claim, *, by: User, at: datetime) -> None:
    """Send the provider's contact a link to read and sign the report; an earlier link ends.

    Raises:
        RuleBroken: the report does not say yet what it must.
    """
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        with transition(claim, CLAIM.ask_provider, by=by, at=at) as step:
            _ensure_asked(claim, Party.PROVIDER)
            _ensure_written(claim)
            token = new_token()
            claim.report_token_hash = hash_token(token)
            letters.write_to_provider(step, claim, full_url("claims.provider", token=token))


def sign_as_provider(claim: Claim, name: str, sha256: str, *, function: str = "", by: Any, at: datetime) -> None:
    """The provider's contact signs exactly the report with this hash; `by` is a `ProviderContact`."""
    signed = ", ".join(part.strip() for part in (name, function) if part.strip())
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        with transition(claim, CLAIM.sign_as_provider, by=by, at=at, why=_signed(signed, sha256)) as step:
            _ensure_asked(claim, Party.PROVIDER)
            _ensure_written(claim)
            ensure_signed_by_name(name)
            ensure_named_contact(name, function, claim.agreement.terms["data"].get("provider_contact", ""))
            _sign(claim, PartyKind.PROVIDER, signed, sha256, by=by, at=at)
            letters.write_to_claimants(step, claim, "claims/signed", signed=signed)


def _signed(name: str, sha256: str) -> str:
    return f"Signed by {name}, SHA-256 {sha256}"


def _ensure_asked(claim: Claim, party: Party) -> None:
    if party not in _terms(claim).signed_by:
        raise RuleBroken(_("The report of this voucher needs no such signature."))


def list_unwritten(claim: Claim) -> list[completeness.Blocker]:
    """What the report must say, and does not yet: until then nobody signs it."""
    plan, delivered = claim.agreement.application.instrument.plan, [one.code for one in claim.delivered]
    return completeness.list_unwritten(plan, report=claim.report, answers=claim.answers, delivered=delivered)


def _ensure_written(claim: Claim) -> None:
    if unwritten := list_unwritten(claim):
        raise RuleBroken(
            _("The report is not finished, so it cannot be signed yet. %(missing)s", missing=unwritten[0].sentence)
        )


def _sign(claim: Claim, kind: PartyKind, name: str, sha256: str, *, by: Any, at: datetime) -> None:
    if sha256 != claim.report_sha256:
        raise RuleBroken(_("The report has changed since you opened this page. Read it again, then sign."))
    if claim.signature_of(kind) is not None:
        raise WrongState(_("This report is signed for this party already."))
    claim.signatures.append(
        ReportSignature(kind=kind, name=name.strip(), sha256=sha256, signed_at=at, signed_by_id=by.id)
    )
