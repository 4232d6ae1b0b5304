"""Finding agreements, awards that wait for one, and what is overdue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from vouchers.agreements.models import Agreement, Party
from vouchers.agreements.policy import ProviderContact, ProviderVisit
from vouchers.agreements.rules.window import Bounds
from vouchers.agreements.states import AgreementState
from vouchers.applications.models import Application
from vouchers.applications.queries import files as applications
from vouchers.applications.states import ApplicationState
from vouchers.audit.models import AuditEvent
from vouchers.core.clock import day_in
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.localised import Text, named_choices
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.documents.models import Document
from vouchers.organisations.models import Organisation
from vouchers.programmes.models import Call, Instrument, Programme
from vouchers.programmes.rules.instrument_plan import Party as ProgrammeParty
from vouchers.programmes.rules.reserved import PARTNER_REGION
from vouchers.programmes.rules.restoring import restore
from vouchers.regions.models import Region
from vouchers.regions.queries import list_choices, map_names
from vouchers.users.mandate import Mandate
from vouchers.users.secrets import hash_token

WHOLE = (
    selectinload(Agreement.parties),
    joinedload(Agreement.application).options(*applications.WHOLE),
)
"""What policies and pages need of an agreement."""

get_application = applications.get_application


def get_agreement(agreement_id: int) -> Agreement:
    """An agreement with its parties and its application. Raises `NotFound`."""
    found = db.session.scalars(select(Agreement).where(Agreement.id == agreement_id).options(*WHOLE)).first()
    if found is None:
        raise NotFound(_("There is no such agreement."))
    return found


def get_visit(token: str) -> ProviderVisit:
    """The agreement that a provider's link opens, and whom the link stands for. Raises `NotFound`."""
    party = db.session.scalars(select(Party).where(Party.token_hash == hash_token(token))).first()
    if party is None:
        raise NotFound(_("This link is not known. Copy the whole address from the email."))
    return ProviderVisit(get_agreement(party.agreement_id), ProviderContact(party.id, party.name))


def find_agreement_of(application_id: int) -> Agreement | None:
    """The agreement on an award, if it was issued."""
    found = select(Agreement).where(Agreement.application_id == application_id).options(*WHOLE)
    return db.session.scalars(found).first()


def map_agreements_of(application_ids: Sequence[int]) -> dict[int, Agreement]:
    """Application id -> its agreement, of those that have one."""
    if not application_ids:
        return {}
    found = select(Agreement).where(Agreement.application_id.in_(application_ids)).options(*WHOLE)
    return {one.application_id: one for one in db.session.scalars(found).unique()}


def list_parties(agreement_id: int) -> list[Party]:
    """The parties as they are in the database now, whatever was read before."""
    found = select(Party).where(Party.agreement_id == agreement_id).order_by(Party.id)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def list_overdue(at: datetime, *, most: int = 500) -> list[int]:
    """The ids of offers whose time has passed, the oldest first."""
    found = select(Agreement.id).where(Agreement.state == AgreementState.OFFERED, Agreement.accept_by < at)
    return list(db.session.scalars(found.order_by(Agreement.accept_by).limit(most)))


def list_accepted_by_all(*, most: int = 500) -> list[int]:
    """The ids of offers that every party has accepted and that do not hold yet, the oldest first."""
    missing = select(Party.id).where(Party.agreement_id == Agreement.id, Party.accepted_at.is_(None))
    found = select(Agreement.id).where(Agreement.state == AgreementState.OFFERED, ~missing.exists())
    return list(db.session.scalars(found.order_by(Agreement.id).limit(most)))


def map_answers(application_id: int) -> dict[str, Any]:
    """Question -> the value that was answered."""
    return {code: answer.value for code, answer in applications.map_answers(application_id).items()}


def say_partner(application: Application) -> str:
    """The partner whom the application names, and in which region; empty where it names none, or where the partner is
    a party of the agreement: then the manager says who."""
    answers = map_answers(application.id)
    if ProgrammeParty.PROVIDER in application.instrument.plan.agreement_parties:
        return ""
    name, region = (str(answers.get(code) or "").strip() for code in ("provider_name", PARTNER_REGION))
    place = map_names().get(region)
    return ", ".join((name, place.for_reader()) if place else (name,)) if name else ""


def bounds_of(application: Application) -> Bounds:
    """Within which days an agreement on this award must lie."""
    assert application.decided_at is not None  # it is awarded
    assert application.submitted_at is not None
    zone, plan = application.region.time_zone, application.instrument.plan
    answers = map_answers(application.id)
    return Bounds(
        approved_on=day_in(zone, application.decided_at),
        prior_approval=plan.prior_approval,
        submitted_on=day_in(zone, application.submitted_at),
        valid_for_months=plan.valid_for_months,
        until=application.call.plan.activities_until,
        since=application.call.plan.activities_from,
        activity=(_day(answers.get("activity_start")), _day(answers.get("activity_end"))),
    )


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else None


def list_milestones(agreement_id: int) -> list[AuditEvent]:
    """What happened to an agreement, oldest first."""
    found = select(AuditEvent).where(AuditEvent.subject_kind == "agreement", AuditEvent.subject_id == agreement_id)
    return list(db.session.scalars(found.order_by(AuditEvent.id)))


def find_pdf(agreement: Agreement) -> Document | None:
    """The agreement as a file: as offered, or, once in force, with everybody's acceptance."""
    return db.session.get(Document, agreement.document_id) if agreement.document_id else None


# Lists of the staff --------------------------------------------------------------------------------------------------

SORTS = ("accept_by", "number", "organisation", "region", "instrument", "state", "amount", "ends")
AWARD_SORTS = ("decided", "reference", "organisation", "region", "instrument", "amount")


def covered_by(mandate: Mandate) -> ColumnElement[bool]:
    """Whether a mandate covers a row's `Programme` and `Region`, which the statement has joined."""
    clauses = [
        and_(*(column == code for column, code in ((Programme.code, of), (Region.code, region)) if code is not None))
        if of or region
        else Region.id.is_not(None)
        for of, region in sorted(mandate.pairs, key=str)
    ]
    return or_(false(), *clauses)


def list_agreements(query: ListQuery, mandate: Mandate) -> Page:
    """Agreements within a mandate. Filters: ``state``, ``region``, ``instrument``; search by number or name."""
    statement = _with_application(select(Agreement).join(Agreement.application), mandate, query).options(
        contains_eager(Agreement.application).options(*_LOADED), selectinload(Agreement.parties)
    )
    if state := query.filters.get("state"):
        statement = statement.where(Agreement.state == state)
    orders = {
        "accept_by": Agreement.accept_by,
        "number": Agreement.number,
        "organisation": Organisation.name,
        "region": Region.plain_name,
        "instrument": Instrument.code,
        "state": Agreement.state,
        "amount": Agreement.amount_cents,
        "ends": Agreement.ends_on,
    }
    return paginate(db.session, statement, query, orders)


def list_awards(query: ListQuery, mandate: Mandate) -> Page:
    """Awarded applications for which no agreement was issued yet."""
    issued = select(Agreement.id).where(Agreement.application_id == Application.id)
    statement = _with_application(select(Application), mandate, query).options(*_LOADED)
    statement = statement.where(Application.state == ApplicationState.AWARDED, ~issued.exists())
    orders = {
        "decided": Application.decided_at,
        "reference": Application.reference,
        "organisation": Organisation.name,
        "region": Region.plain_name,
        "instrument": Instrument.code,
        "amount": Application.awarded_cents,
    }
    return paginate(db.session, statement, query, orders)


_LOADED = (
    contains_eager(Application.call).contains_eager(Call.programme),
    contains_eager(Application.region),
    contains_eager(Application.instrument),
    contains_eager(Application.organisation).selectinload(Organisation.memberships),
)


def _with_application(statement: Select[Any], mandate: Mandate, query: ListQuery) -> Select[Any]:
    statement = (
        statement.join(Application.call)
        .join(Call.programme)
        .join(Application.region)
        .join(Application.instrument)
        .join(Application.organisation)
        .where(covered_by(mandate))
    )
    if region := query.filters.get("region"):
        statement = statement.where(Region.code == region)
    if instrument := query.filters.get("instrument"):
        statement = statement.where(Instrument.code == instrument)
    if query.q:
        statement = statement.where(
            or_(
                Application.reference.icontains(query.q, autoescape=True),
                Organisation.name.icontains(query.q, autoescape=True),
            )
        )
    return statement


def list_region_choices(mandate: Mandate) -> list[tuple[str, str]]:
    """Code and name of the regions that a mandate reaches in any programme, for filters."""
    whole = {programme for programme, region in mandate.pairs if region is None}
    wide = {code for code, _name in list_choices(None if None in whole else [one for one in whole if one])}
    codes = {region for _programme, region in mandate.pairs} | (wide if whole else set())
    return [(code, name) for code, name in list_choices() if code in codes]


def list_instrument_choices(mandate: Mandate) -> list[tuple[str, str]]:
    """Code and name of the instruments of the programmes of a mandate, for filters."""
    asked = select(Programme.code, Instrument.code, Instrument.config["name"]).join(Instrument.programme)
    found = db.session.execute(asked.order_by(Instrument.id))
    return named_choices((code, restore(Text, name)) for of, code, name in found if mandate.covers_programme(of))
