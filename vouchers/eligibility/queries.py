"""Finding statements, declarations, entries of the register, and what was kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select, true
from sqlalchemy.orm import joinedload

from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.eligibility.models import AidDeclaration, AidEntry, KeptCheck, OwnershipStatement
from vouchers.eligibility.rules.aid import Aid
from vouchers.eligibility.rules.papers import OWN
from vouchers.eligibility.rules.register import EUROPEAN_UNION, register_key
from vouchers.eligibility.states import DeclarationState, EntryState, StatementState
from vouchers.organisations.models import Organisation
from vouchers.organisations.queries import WHOLE
from vouchers.regions.models import Region
from vouchers.users.mandate import Mandate

OVERDUE = "overdue"
"""A filter of the register beside its states: due, and the last day has passed."""
LATE = "late"
"""Another one: entered in the register after the last day."""


def find_statement(organisation_id: int) -> OwnershipStatement | None:
    """The statement of ownership that is in force."""
    return db.session.scalars(
        select(OwnershipStatement).where(
            OwnershipStatement.organisation_id == organisation_id, OwnershipStatement.state == StatementState.STATED
        )
    ).first()


def find_declaration(organisation_id: int) -> AidDeclaration | None:
    """The signed declaration that is in force."""
    return db.session.scalars(
        select(AidDeclaration).where(
            AidDeclaration.organisation_id == organisation_id, AidDeclaration.state == DeclarationState.SIGNED
        )
    ).first()


def find_in_force(organisation_id: int) -> tuple[OwnershipStatement | None, AidDeclaration | None]:
    """The statement of ownership and the declaration of aid that are in force, in one query."""
    stated = and_(
        OwnershipStatement.organisation_id == Organisation.id, OwnershipStatement.state == StatementState.STATED
    )
    signed = and_(AidDeclaration.organisation_id == Organisation.id, AidDeclaration.state == DeclarationState.SIGNED)
    found = db.session.execute(
        select(OwnershipStatement, AidDeclaration)
        .select_from(Organisation)
        .outerjoin(OwnershipStatement, stated)
        .outerjoin(AidDeclaration, signed)
        .where(Organisation.id == organisation_id)
    ).first()
    return (found[0], found[1]) if found else (None, None)


def get_declaration(declaration_id: int) -> AidDeclaration:
    """A declaration with its organisation. Raises `NotFound`."""
    whole = joinedload(AidDeclaration.organisation).options(*WHOLE)
    found = db.session.scalars(select(AidDeclaration).where(AidDeclaration.id == declaration_id).options(whole)).first()
    if found is None:
        raise NotFound(_("There is no such declaration."))
    return found


def list_granted(organisation_id: int, *, apart_from: int | None = None) -> list[Aid]:
    """What this office has granted a company as de minimis aid, by its register; without one application."""
    rows = db.session.execute(
        select(AidEntry, Region.country)
        .join(Region, Region.id == AidEntry.region_id)
        .where(AidEntry.organisation_id == organisation_id, AidEntry.state != EntryState.CANCELLED)
        .order_by(AidEntry.granted_on, AidEntry.id)
    )
    return [
        Aid(OWN, entry.granted_on, entry.amount, country, granted_by=entry.application_reference)
        for entry, country in rows
        if entry.application_id != apart_from
    ]


def get_entry(entry_id: int) -> AidEntry:
    """An entry of the register. Raises `NotFound`."""
    found = db.session.scalars(
        select(AidEntry)
        .where(AidEntry.id == entry_id)
        .options(joinedload(AidEntry.organisation), joinedload(AidEntry.region))
    ).first()
    if found is None:
        raise NotFound(_("There is no such entry."))
    return found


def find_holder(reference: str, entry: AidEntry) -> AidEntry | None:
    """Another entry of the same country or programme that has this number of the register, in any spelling."""
    in_register = AidEntry.register_key == register_key(entry.region.country, reference)
    in_programme = and_(AidEntry.programme == entry.programme, func.lower(AidEntry.reference) == reference.lower())
    return db.session.scalars(
        select(AidEntry)
        .where(AidEntry.id != entry.id, or_(in_register, in_programme))
        .options(joinedload(AidEntry.region))
        .order_by(AidEntry.id)
        .limit(1)
    ).first()


def find_entry_of(application_id: int) -> AidEntry | None:
    """The entry of an application's award that is not cancelled."""
    return next(iter(list_entries_of(application_id)), None)


def list_entries_of(application_id: int) -> list[AidEntry]:
    """The entries of an application that are not cancelled: of its award, then of each amendment that raised it."""
    found = select(AidEntry).where(AidEntry.application_id == application_id, AidEntry.state != EntryState.CANCELLED)
    return list(db.session.scalars(found.order_by(AidEntry.id)))


def list_register(query: ListQuery, *, mandate: Mandate, today: date) -> Page:
    """One page of the aid register as far as the mandate goes, the most urgent first."""
    statement = (
        select(AidEntry)
        .join(Organisation, Organisation.id == AidEntry.organisation_id)
        .join(Region, Region.id == AidEntry.region_id)
        .options(joinedload(AidEntry.organisation), joinedload(AidEntry.region))
        .where(_covered(mandate))
    )
    state = query.filters.get("state")
    has_day = Region.country.in_(EUROPEAN_UNION)
    if state == OVERDUE:
        statement = statement.where(AidEntry.state == EntryState.DUE, AidEntry.register_by < today, has_day)
    elif state == LATE:
        statement = statement.where(AidEntry.registered_on > AidEntry.register_by, has_day)
    elif state:
        statement = statement.where(AidEntry.state == EntryState(state))
    if region := query.filters.get("region"):
        statement = statement.where(Region.code == region)
    if query.q:
        statement = statement.where(
            or_(
                Organisation.name.icontains(query.q, autoescape=True),
                AidEntry.application_reference.icontains(query.q, autoescape=True),
                AidEntry.reference.icontains(query.q, autoescape=True),
            )
        )
    is_due = AidEntry.state == EntryState.DUE
    urgency = case((and_(is_due, has_day), 0), (is_due, 1), else_=2)
    orders = {
        "due": (urgency, AidEntry.register_by),
        "organisation": Organisation.name,
        "granted": AidEntry.granted_on,
        "region": Region.code,
    }
    return paginate(db.session, statement, query, orders)


def _covered(mandate: Mandate) -> ColumnElement[bool]:
    pairs = [
        and_(
            true() if programme is None else AidEntry.programme == programme,
            true() if region is None else Region.code == region,
        )
        for programme, region in mandate.pairs
    ]
    return or_(false(), *pairs)


def list_kept(application_id: int) -> list[KeptCheck]:
    """What was kept of an application's checks, oldest first, with the papers."""
    return list(
        db.session.scalars(
            select(KeptCheck)
            .where(KeptCheck.application_id == application_id)
            .options(joinedload(KeptCheck.statement), joinedload(KeptCheck.declaration))
            .order_by(KeptCheck.id)
        )
    )


@dataclass(frozen=True, slots=True)
class Papers:
    """What an applicant has handed in, and what was kept when its application was looked at."""

    organisation_id: int
    statement: OwnershipStatement | None
    declaration: AidDeclaration | None
    kept: list[KeptCheck]


def list_papers(organisation_id: int, application_id: int) -> Papers:
    """The papers in force, and what was kept, in two queries."""
    statement, declaration = find_in_force(organisation_id)
    return Papers(organisation_id, statement, declaration, list_kept(application_id))


def get_statement(statement_id: int) -> OwnershipStatement:
    """A statement of ownership, in force or replaced, with its organisation. Raises `NotFound`."""
    whole = joinedload(OwnershipStatement.organisation).options(*WHOLE)
    found = db.session.scalars(
        select(OwnershipStatement).where(OwnershipStatement.id == statement_id).options(whole)
    ).first()
    if found is None:
        raise NotFound(_("There is no such statement."))
    return found


def has_papers(organisation_id: int) -> bool:
    """Whether a company has stated its ownership or declared its aid."""
    statements = select(OwnershipStatement.id).where(OwnershipStatement.organisation_id == organisation_id)
    declarations = select(AidDeclaration.id).where(AidDeclaration.organisation_id == organisation_id)
    return bool(db.session.scalar(select(or_(statements.exists(), declarations.exists()))))
