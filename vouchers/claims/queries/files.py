"""Finding claims and their evidence, and what they come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from vouchers.agreements import queries as agreements
from vouchers.agreements.models import Agreement
from vouchers.agreements.states import AgreementState
from vouchers.amendments.queries import find_version_at, list_versions, stands_in_the_way
from vouchers.applications.queries import files as applications
from vouchers.audit.models import AuditEvent
from vouchers.claims.models import Claim, CostLine
from vouchers.claims.queries.left import left_before
from vouchers.claims.rules.grants import Costs, Sums, costs_of, own_share, sums_of
from vouchers.claims.rules.lapsing import REMINDERS
from vouchers.claims.rules.reporting import worth_of
from vouchers.claims.states import ClaimState
from vouchers.core.clock import office_day
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.money import Money, total
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.documents.models import Document
from vouchers.documents.queries import list_documents_of
from vouchers.ledger.queries import left_on_voucher
from vouchers.organisations.models import BankAccount
from vouchers.organisations.queries import find_confirmed_account
from vouchers.payables.rules.debts import Payee
from vouchers.payables.states import PayeeKind
from vouchers.programmes.rules.instrument_plan import Party
from vouchers.providers.queries import find_same
from vouchers.users.models import User

WHOLE = (
    selectinload(Claim.lines).selectinload(CostLine.journeys),
    selectinload(Claim.stops),
    selectinload(Claim.deliverables),
    selectinload(Claim.signatures),
    joinedload(Claim.agreement).options(*agreements.WHOLE),
)
"""What policies and pages need of a claim."""

DEAD = (ClaimState.CANCELLED, ClaimState.REJECTED)
"""What such a claim asked for may be claimed anew."""
OPEN = (ClaimState.DRAFT, ClaimState.RETURNED)
OWED = (ClaimState.SUBMITTED, ClaimState.VERIFIED, ClaimState.AUTHORISED, ClaimState.IN_PAYMENT)
"""The office still has something to do."""

get_agreement = agreements.get_agreement
map_names = applications.map_names
list_writers = applications.list_writers
list_region_choices = agreements.list_region_choices


def get_claim(claim_id: int, **_rest_of_address: Any) -> Claim:
    """A claim with its lines, agreement and application. Raises `NotFound`."""
    found = db.session.scalars(select(Claim).where(Claim.id == claim_id).options(*WHOLE)).first()
    if found is None:
        raise NotFound(_("There is no such claim."))
    return found


def get_line(claim: Claim, line_id: int) -> CostLine:
    """One cost of a claim. Raises `NotFound` for a removed one."""
    found = next((line for line in claim.costs if line.id == line_id), None)
    if found is None:
        raise NotFound(_("This cost is not in the claim any more."))
    return found


def list_claims_of(agreement_id: int) -> list[Claim]:
    """The claims of a voucher, oldest first."""
    found = select(Claim).where(Claim.agreement_id == agreement_id).options(*WHOLE).order_by(Claim.id)
    return list(db.session.scalars(found))


def is_used_up(agreement: Agreement, claims: Iterable[Claim]) -> bool:
    """Whether nothing is left to be claimed once those of these claims of a voucher that wait are accepted as they are.

    Less may be accepted in the end: then there is something left again.
    """
    waiting = [one for one in claims if one.state in (ClaimState.SUBMITTED, ClaimState.VERIFIED)]
    left = left_on_voucher(agreement.application.reference).cents
    return left <= sum(sums(one).granted.cents for one in waiting)


@stands_in_the_way
def find_undecided(agreement: Agreement) -> Sentence | None:
    """A claim that the office decides first, before the agreement ends or is worth less."""
    claims = [one for one in list_claims_of(agreement.id) if one.submitted_at is not None and one.state not in DEAD]
    for claim in claims:
        if claim.state in (ClaimState.SUBMITTED, ClaimState.RETURNED, ClaimState.VERIFIED):
            return _("The claim %(number)s is open: it is decided first.", number=claim.number)
        if claim.is_final:
            return _("%(number)s is the last claim and is accepted: nothing is left.", number=claim.number)
    return None


def terms_for(claim: Claim) -> Any:
    """The days, amount and provider that a claim is judged by: those that ruled when it was first handed in."""
    return find_version_at(claim.agreement, claim.submitted_at) or claim.agreement


def list_providers_of(agreement: Agreement) -> list[str]:
    """The provider of the agreement, and those before it: what they did in their time is paid."""
    party = agreement.provider_party
    earlier = [one.provider_name for one in list_versions(agreement.id) if one.provider_name]
    return [*([party.name] if party else []), *earlier]


def find_document_of(claim_id: int, document_id: int) -> Document | None:
    """A file that stands on this claim now."""
    return next((one for one in list_documents_of("claim", claim_id) if one.id == document_id), None)


def sums(claim: Claim, prices: Mapping[int, Money] | None = None) -> Sums:
    """What the claim comes to: as declared while it is open, as accepted once it was verified.

    `prices` are those of costs whose rate is not frozen yet (`price_costs`); without them the last estimate counts.
    """
    application = claim.agreement.application
    costs, refused = count_costs(claim, prices), _total_refused(claim)
    if claim.authorised_at is not None:
        own = own_share(claim.eligible + refused, claim.grant)
        return Sums(claim.eligible, claim.grant, own, left_before(claim), costs, refused, is_last=claim.is_final)
    left = left_on_voucher(application.reference)
    found = sums_of(costs, application.grant, left=left, delivered=worth_of_delivered(claim))
    return replace(found, own=own_share(found.eligible + refused, found.granted), refused=refused)


def _total_refused(claim: Claim) -> Money:
    """What an officer did not accept of the costs; what is parked is neither paid nor refused."""
    judged = [line for line in claim.costs if line.accepted is not None and line.parked_at is None]
    return total([line.eligible - line.accepted for line in judged], claim.currency)


def worth_of_delivered(claim: Claim) -> Money | None:
    """What the deliverables are worth that nobody refused; None where the voucher names none."""
    terms = claim.agreement.application.instrument.plan.claim
    if not terms.deliverables:
        return None
    counted = {one.code for one in claim.delivered if one.is_accepted is not False}
    return worth_of(terms, counted, terms_for(claim).amount)


def sums_of_costs(claim: Claim, costs: Iterable[tuple[str, Money]]) -> Sums:
    """What the claim would come to with these costs, each with its category."""
    application = claim.agreement.application
    counted = costs_of(costs, application.grant)
    left = left_on_voucher(application.reference)
    return sums_of(counted, application.grant, left=left, delivered=worth_of_delivered(claim))


def count_costs(claim: Claim, prices: Mapping[int, Money] | None = None) -> Costs:
    """What counts of the claim's costs: as declared, or as accepted where an officer has said so."""
    lines = [
        (line.category, (prices or {}).get(line.id, line.eligible) if line.accepted is None else line.accepted)
        for line in claim.costs
    ]
    return costs_of(lines, claim.agreement.application.grant)


def map_claims(claim_ids: Iterable[int]) -> dict[int, Claim]:
    """These claims by their ids."""
    found = select(Claim).where(Claim.id.in_(list(claim_ids))).options(*WHOLE)
    return {claim.id: claim for claim in db.session.scalars(found)}


def find_payee(claim: Claim) -> Payee:
    """Who is paid: the beneficiary, or the provider whom the agreement names, by its row in the register."""
    application, provider = claim.agreement.application, claim.agreement.provider_party
    if application.instrument.plan.payee != Party.PROVIDER or provider is None:
        return Payee(PayeeKind.ORGANISATION, application.organisation.name, application.organisation_id)
    listed = find_same(application.call.programme.code, provider.name, "")
    return Payee(PayeeKind.PROVIDER, provider.name, listed.id if listed else None)


def find_account(claim: Claim) -> BankAccount | None:
    """The confirmed account that the claim would be paid to."""
    return find_confirmed_account(claim.agreement.application.organisation_id)


def find_user(user_id: int | None) -> User | None:
    """A person, for the names on a claim's pages."""
    return db.session.get(User, user_id) if user_id is not None else None


def list_milestones(claim_id: int) -> list[AuditEvent]:
    """What happened to a claim, oldest first, with the details."""
    found = select(AuditEvent).where(AuditEvent.subject_kind == "claim", AuditEvent.subject_id == claim_id)
    return list(db.session.scalars(found.options(joinedload(AuditEvent.detail)).order_by(AuditEvent.id)))


def find_last_reminder(agreement_id: int) -> datetime | None:
    """When the beneficiary was last reminded of the last day to claim."""
    found = select(func.max(AuditEvent.at)).where(
        AuditEvent.subject_kind == "agreement",
        AuditEvent.subject_id == agreement_id,
        AuditEvent.tag == "agreement.remind",
    )
    return db.session.scalar(found)


def list_near_last_day(at: datetime) -> list[int]:
    """Ids of agreements in force that may have to be reminded, or ended, at this moment; those with an open claim not.

    The first clause leaves a day for the zones of the world; `settle_voucher` looks at the day of the region.
    """
    last = office_day(at) + timedelta(days=max(REMINDERS) + 1)
    waits = select(Claim.id).where(Claim.agreement_id == Agreement.id, Claim.state.in_([*OWED, ClaimState.RETURNED]))
    near = Agreement.state == AgreementState.ACTIVE, Agreement.claim_by <= last
    found = select(Agreement.id).where(*near, ~waits.exists()).order_by(Agreement.claim_by, Agreement.id)
    return list(db.session.scalars(found))
