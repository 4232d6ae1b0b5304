"""Claims, made by the steps that make them in the office. ``in2()`` must have been loaded.

The agreement's submission is at `during_call()` (5 October 2026, 9:00 UTC), it is in force three hours later; costs
are of 12 October, the claim is submitted on 20 October, verified a day later, authorised another day later.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.builders.agreements import a_manager, an_active_agreement
from tests.builders.applications import PDF, a_file, owner_of
from tests.builders.kept import Numbers, kept
from tests.builders.programmes import during_call
from tests.builders.users import a_member_of_staff, mailed_token
from vouchers.agreements.models import Agreement
from vouchers.agreements.states import PartyKind
from vouchers.claims.actions import checking, drafting, reporting, travelling
from vouchers.claims.actions.checking import Finding
from vouchers.claims.models import Claim, CostLine
from vouchers.claims.queries import delivering
from vouchers.claims.queries import files as queries
from vouchers.claims.rules.costs import Cost
from vouchers.claims.rules.journeys import Leg
from vouchers.core.money import EUR
from vouchers.programmes.rules.instrument_plan import Party
from vouchers.users.models import User
from vouchers.users.states import Role

CLAIMED_AT = datetime(2026, 10, 20, 8, 0, tzinfo=UTC)
_numbers = Numbers()

TRAIN = Cost(
    category="travel",
    description="Train to Nijmegen and back",
    supplier="NMBS",
    invoice_number="T-1",
    invoice_on=date(2026, 10, 12),
    net=EUR("300.00"),
    vat=EUR("18.40"),
    is_vat_recoverable=False,
    activity_on=date(2026, 10, 12),
)
"""EUR 318.40 of a journey."""


def a_cost(**changed: Any) -> Cost:
    """A train ticket with a number that no other has."""
    return replace(TRAIN, **({"invoice_number": f"T-{next(_numbers)}"} | changed))


def an_evidence(text: str = "") -> Any:
    """A PDF in the store whose bytes no other has."""
    return a_file(PDF + f"% {text or next(_numbers)}\n".encode(), "ticket.pdf")


@kept
def a_finance_officer(region: str = "BE-WAL", *, at: datetime | None = None) -> User:
    """A finance officer of a region."""
    return a_member_of_staff(Role.FINANCE_OFFICER, region=region, at=at or during_call(), with_factor=False)


@kept
def a_draft_claim(agreement: Agreement | None = None, *, at: datetime | None = None, **rest: Any) -> Claim:
    """A claim that was just started."""
    agreement = agreement or an_active_agreement(**rest)
    claim = drafting.start_claim(agreement, by=owner_of(agreement.application), at=at or CLAIMED_AT)
    return queries.get_claim(claim.id)


def a_leg(on: date = TRAIN.activity_on) -> Leg:
    """To Nijmegen, on one day."""
    return Leg("Gosselies", "Nijmegen", on, on, "Ann Peeters")


def say_the_journey(claim: Claim, line: CostLine, *, by: User, at: datetime) -> None:
    """The journey of a cost, on the day of its activity, where its kind asks for one."""
    categories = claim.agreement.application.instrument.plan.cost_categories
    if any(one.has_journeys and one.code == line.category for one in categories):
        travelling.save_journey(claim, line.id, a_leg(line.activity_on), by=by, at=at)


def answers_to(claim: Claim) -> dict[str, str]:
    """An answer to each question of its report."""
    return {one.code: f"We tell it: {one.code}." for one in claim.agreement.application.instrument.plan.claim.report}


def write_report(claim: Claim, text: str = "We met three laboratories.", *, by: User, at: datetime) -> None:
    """The report, with all that its voucher asks, and the marks."""
    drafting.save_report(queries.get_claim(claim.id), text, answers_to(claim), by=by, at=at)
    if asked := claim.agreement.application.instrument.plan.claim.satisfaction:
        marks = {one.code: 4 for one in asked}
        reporting.save_satisfaction(queries.get_claim(claim.id), marks, "", by=by, at=at)


def sign_report(claim: Claim, *, by: User, at: datetime) -> Claim:
    """Whoever the voucher asks signs the report as it stands and has not: the provider with the link of its letter."""
    claim = queries.get_claim(claim.id)
    asked, agreement = claim.agreement.application.instrument.plan.claim.signed_by, claim.agreement
    if Party.SME in asked and claim.signature_of(PartyKind.SME) is None:
        reporting.sign_as_sme(claim, by.name, claim.report_sha256, by=by, at=at)
        claim = queries.get_claim(claim.id)
    if Party.PROVIDER in asked and claim.signature_of(PartyKind.PROVIDER) is None:
        reporting.ask_provider(claim, by=by, at=at)
        visit = delivering.get_visit(mailed_token(agreement.provider_party.contact_email))
        named, digest = visit.claim.agreement.terms["data"]["provider_contact"], visit.claim.report_sha256
        reporting.sign_as_provider(visit.claim, named, digest, function="Director", by=visit.contact, at=at)
    return queries.get_claim(claim.id)


@kept
def a_complete_claim(
    agreement: Agreement | None = None,
    *costs: Cost,
    at: datetime | None = None,
    **rest: Any,
) -> Claim:
    """A draft with costs, evidence, report and names: ready to submit. Without `costs`: one journey of EUR 318.40."""
    at = at or CLAIMED_AT
    claim = a_written_claim(agreement, *costs, at=at, **rest)
    return sign_report(claim, by=owner_of(claim.agreement.application), at=at)


@kept
def a_written_claim(
    agreement: Agreement | None = None,
    *costs: Cost,
    at: datetime | None = None,
    **rest: Any,
) -> Claim:
    """A draft that nobody has signed yet."""
    at = at or CLAIMED_AT
    claim = a_claim_without_report(agreement, *costs, at=at, **rest)
    write_report(claim, by=owner_of(claim.agreement.application), at=at)
    return queries.get_claim(claim.id)


@kept
def a_claim_without_report(
    agreement: Agreement | None = None,
    *costs: Cost,
    at: datetime | None = None,
    **rest: Any,
) -> Claim:
    """A draft with costs and evidence. Without `costs`: one journey of EUR 318.40."""
    at = at or CLAIMED_AT
    claim = a_draft_claim(agreement, at=at, **rest)
    owner, plan = owner_of(claim.agreement.application), claim.agreement.application.instrument.plan
    first = plan.cost_categories[0].code
    for cost in costs or (a_cost(category=first),):
        line = drafting.save_line(claim, cost, by=owner, at=at)
        asked = plan.claim_documents[0].code
        drafting.attach_document(claim, asked, an_evidence(), line_id=line.id, by=owner, at=at)
        say_the_journey(claim, line, by=owner, at=at)
    for document in plan.claim_documents[1:]:
        drafting.attach_document(claim, document.code, an_evidence(), by=owner, at=at)
    return queries.get_claim(claim.id)


@kept
def a_submitted_claim(
    agreement: Agreement | None = None,
    *costs: Cost,
    is_final: bool = True,
    at: datetime | None = None,
    **rest: Any,
) -> Claim:
    """A claim that waits for its verification."""
    claim = a_complete_claim(agreement, *costs, at=at, **rest)
    owner = owner_of(claim.agreement.application)
    drafting.submit_claim(claim, is_final=is_final, by=owner, at=at or CLAIMED_AT)
    return queries.get_claim(claim.id)


def all_accepted(claim: Claim) -> list[Finding]:
    """Every cost in full."""
    return [Finding(line.id, line.eligible) for line in claim.costs]


@kept
def a_verified_claim(
    agreement: Agreement | None = None,
    *costs: Cost,
    verifier: User | None = None,
    at: datetime | None = None,
    **rest: Any,
) -> Claim:
    """A claim that waits for the second officer."""
    claim = a_submitted_claim(agreement, *costs, at=at, **rest)
    verifier = verifier or a_manager(claim.agreement.application.region.code)
    checking.verify_claim(claim, all_accepted(claim), by=verifier, at=(at or CLAIMED_AT) + timedelta(days=1))
    return queries.get_claim(claim.id)


@kept
def an_authorised_claim(
    agreement: Agreement | None = None,
    *costs: Cost,
    verifier: User | None = None,
    officer: User | None = None,
    at: datetime | None = None,
    **rest: Any,
) -> Claim:
    """A claim that is to be paid."""
    claim = a_verified_claim(agreement, *costs, verifier=verifier, at=at, **rest)
    officer = officer or a_finance_officer(claim.agreement.application.region.code)
    checking.authorise_claim(claim, by=officer, at=(at or CLAIMED_AT) + timedelta(days=2))
    return queries.get_claim(claim.id)
