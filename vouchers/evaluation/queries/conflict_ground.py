"""The rows that the conflict rules stand on, each kind in one query for all experts and applications at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import and_, func, select

from vouchers.applications.models import Application, Partner
from vouchers.applications.states import ApplicationState, PartnerState
from vouchers.core.clock import add_months, office_day
from vouchers.core.database import db
from vouchers.eligibility.models import OwnershipStatement
from vouchers.eligibility.rules.likeness import bare_name, numbers_of
from vouchers.eligibility.states import StatementState
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.queries.chosen import map_chosen
from vouchers.evaluation.rules.conflict_facts import YEARS_OF_COMMON_WORK, Body, Work
from vouchers.evaluation.rules.ownership_links import Stated, read_stated
from vouchers.evaluation.states import AssignmentState
from vouchers.experts.models import Expert
from vouchers.organisations.models import Membership, Organisation
from vouchers.organisations.states import MembershipState
from vouchers.regions.models import Region

_A = ApplicationState
OUT = (_A.DRAFT, _A.AWAITING_SIGNATURE, _A.WITHDRAWN, _A.INELIGIBLE)
WORKED = (_A.AWARDED, _A.AGREED, _A.COMPLETED)
IN_CONSORTIUM = (PartnerState.INVITED, PartnerState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Applying:
    """An application of a call, with who applies."""

    id: int
    reference: str
    region_code: str
    organisation_id: int
    body: Body


def list_applying(call_id: int) -> list[Applying]:
    """What was submitted in a call and neither withdrawn nor found ineligible."""
    rows = db.session.execute(
        select(
            Application.id,
            Application.reference,
            Region.code,
            Organisation.id,
            Organisation.name,
            Organisation.country,
            Organisation.vat_number,
            Organisation.register_number,
        )
        .join(Application.region)
        .join(Application.organisation)
        .where(Application.call_id == call_id, Application.state.not_in(OUT))
        .order_by(Application.id)
    )
    bodies: dict[int, Body] = {}
    found = []
    for key, reference, region, organisation_id, name, *numbers in rows:
        body = bodies.setdefault(organisation_id, Body(name, numbers=numbers_of(*numbers)))
        found.append(Applying(key, reference, region, organisation_id, body))
    return found


def map_providers(call_id: int) -> dict[int, tuple[Body, ...]]:
    """Application -> the providers and experts that it has chosen, of a whole call."""
    return map_chosen(and_(Application.call_id == call_id, Application.state.not_in(OUT)))


def map_memberships(user_ids: Collection[int]) -> dict[int, list[int]]:
    """Person -> the organisations that the person acts for."""
    rows = db.session.execute(
        select(Membership.user_id, Membership.organisation_id).where(
            Membership.state == MembershipState.ACTIVE, Membership.user_id.in_(user_ids)
        )
    )
    found: dict[int, list[int]] = defaultdict(list)
    for user_id, organisation_id in rows:
        found[int(user_id or 0)].append(organisation_id)
    return found


@dataclass(frozen=True, slots=True)
class Member:
    """A person who acts for an organisation."""

    user_id: int | None
    email: str


def map_members(organisation_ids: Collection[int]) -> dict[int, list[Member]]:
    """Organisation -> its active members."""
    rows = db.session.execute(
        select(Membership.organisation_id, Membership.user_id, Membership.email).where(
            Membership.state == MembershipState.ACTIVE, Membership.organisation_id.in_(organisation_ids)
        )
    )
    found: dict[int, list[Member]] = defaultdict(list)
    for organisation_id, user_id, email in rows:
        found[organisation_id].append(Member(user_id, email))
    return found


def map_numbers() -> dict[str, frozenset[str]]:
    """Bare name -> the numbers of the organisations that bear it."""
    columns = (Organisation.name, Organisation.country, Organisation.vat_number, Organisation.register_number)
    found: dict[str, frozenset[str]] = {}
    for name, *numbers in db.session.execute(select(*columns)):
        bare = bare_name(name)
        found[bare] = found.get(bare, frozenset()) | numbers_of(*numbers)
    return found


def map_consortium(application_ids: Collection[int]) -> dict[int, list[Body]]:
    """Application -> the partners that were invited and have not said no."""
    found: dict[int, list[Body]] = defaultdict(list)
    rows = db.session.scalars(
        select(Partner).where(Partner.application_id.in_(application_ids), Partner.state.in_(IN_CONSORTIUM))
    )
    for one in rows:
        found[one.application_id].append(Body(one.name, one.email, numbers_of("", one.vat_number, one.register_number)))
    return found


def list_stated(organisation_ids: Collection[int], names: Collection[str]) -> list[Stated]:
    """The statements of ownership in force of these organisations, and of those that bear one of these bare names."""
    rows = db.session.execute(
        select(OwnershipStatement.id, Organisation.id, Organisation.name)
        .join(OwnershipStatement.organisation)
        .where(OwnershipStatement.state == StatementState.STATED)
    ).all()
    wanted = {key: name for key, of, name in rows if of in organisation_ids or bare_name(name) in names}
    results = db.session.execute(
        select(OwnershipStatement.id, OwnershipStatement.result).where(OwnershipStatement.id.in_(wanted))
    )
    return [read_stated(wanted[key], result) for key, result in results]


def map_works(organisation_ids: Collection[int]) -> dict[int, list[Work]]:
    """Organisation -> its vouchers of the last years, with who carried them out.

    The years end with the newest application of any of these organisations, so that nothing reads the clock.
    """
    newest = db.session.scalar(
        select(func.max(Application.submitted_at)).where(Application.organisation_id.in_(organisation_ids))
    )
    if newest is None:
        return {}
    since = add_months(office_day(newest), -12 * YEARS_OF_COMMON_WORK)
    rows = db.session.execute(
        select(Application.id, Application.organisation_id, Application.reference, Application.decided_at)
        .where(Application.organisation_id.in_(organisation_ids), Application.state.in_(WORKED))
        .order_by(Application.id)
    ).all()
    lately = [row for row in rows if row.decided_at is not None and office_day(row.decided_at) >= since]
    partners = map_chosen(Application.id.in_([row.id for row in lately]))
    found: dict[int, list[Work]] = defaultdict(list)
    for row in lately:
        for partner in partners.get(row.id, ()):
            if partner.bare:
                found[row.organisation_id].append(Work(partner, row.reference))
    return found


@dataclass(frozen=True, slots=True)
class Look:
    """A person was given an application of an organisation."""

    user_id: int
    application_id: int
    is_declared: bool
    """Whether the person then declared a conflict."""


def map_looks(organisation_ids: Collection[int]) -> Mapping[int, list[Look]]:
    """Organisation -> the experts who were given one of its applications, in any call."""
    rows = db.session.execute(
        select(Application.organisation_id, Expert.user_id, Application.id, Assignment.state)
        .join(Assignment.application)
        .join(Assignment.expert)
        .where(Application.organisation_id.in_(organisation_ids), Assignment.state != AssignmentState.REMOVED)
    )
    found: dict[int, list[Look]] = defaultdict(list)
    for organisation_id, user_id, application_id, state in rows:
        found[organisation_id].append(Look(user_id, application_id, state == AssignmentState.CONFLICTED))
    return found
