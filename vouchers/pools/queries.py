"""Finding calls for a pool, enrolments in them, and the taxonomy of programmes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.localised import Text
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.documents.models import Document
from vouchers.documents.queries import list_documents_of
from vouchers.experts.models import Expert
from vouchers.experts.queries import map_held
from vouchers.experts.rules.languages import LANGUAGES
from vouchers.experts.states import ExpertState
from vouchers.organisations.models import Organisation
from vouchers.pools.models import Enrolment, PoolCall, PoolImport
from vouchers.pools.rules.importing import LinePlan, Register, plan_lines
from vouchers.pools.rules.table import read_rows
from vouchers.pools.states import EnrolmentState, PoolCallState, PoolImportState, PoolKind
from vouchers.programmes.models import Programme
from vouchers.programmes.rules.instrument_plan import Instrument, ProviderRule
from vouchers.programmes.rules.plan import Call
from vouchers.programmes.rules.selection_plan import Pool
from vouchers.providers.models import Provider
from vouchers.providers.queries import list_current
from vouchers.providers.rules.offers import as_lines
from vouchers.providers.states import ProviderState
from vouchers.regions.queries import list_regions
from vouchers.users.models import User

WHOLE = (
    joinedload(Enrolment.call),
    joinedload(Enrolment.user),
    joinedload(Enrolment.organisation).options(joinedload(Organisation.region), selectinload(Organisation.memberships)),
)
"""What policies and pages need of an enrolment."""
ORDERS = {
    "submitted": Enrolment.submitted_at,
    "name": User.name,
    "score": Enrolment.score_hundredths,
    "state": Enrolment.state,
}


def list_fields(programme_code: str) -> list[tuple[str, Text]]:
    """Code and name of each field of a programme's taxonomy, in the order of its file; none for an unknown one."""
    found = _programme(programme_code)
    return [(field.code, field.name) for field in found.plan.fields] if found else []


def currency_of(programme_code: str) -> str:
    """In which a programme reckons."""
    found = _programme(programme_code)
    return found.plan.currency if found else "EUR"


def name_of(programme_code: str) -> Text | str:
    """What people call a programme."""
    found = _programme(programme_code)
    return found.plan.name if found else programme_code


def _programme(code: str) -> Programme | None:
    return db.session.scalars(select(Programme).where(Programme.code == code)).first()


def get_pool_call(call_id: int) -> PoolCall:
    """A call for a pool. Raises `NotFound`."""
    found = db.session.get(PoolCall, call_id)
    if found is None:
        raise NotFound(_("There is no such call."))
    return found


def list_public_calls(at: datetime) -> list[PoolCall]:
    """The published calls that are open or open later, the next deadline first."""
    shown = (PoolCall.state == PoolCallState.PUBLISHED, PoolCall.closes_at >= at.replace(microsecond=0))
    return list(db.session.scalars(select(PoolCall).where(*shown).order_by(PoolCall.closes_at, PoolCall.id)))


def list_kept_calls(query: ListQuery, programmes: Collection[str]) -> Page:
    """Every call of these programmes, drafts too; filter ``waits``: those with enrolments to decide."""
    found = select(PoolCall).where(PoolCall.programme_code.in_(programmes))
    if query.q:
        found = found.where(PoolCall.title.icontains(query.q, autoescape=True))
    if query.filters.get("waits"):
        found = found.where(PoolCall.id.in_(select(Enrolment.pool_call_id).where(_WAITS)))
    return paginate(db.session, found, query, {"closes": PoolCall.closes_at, "title": PoolCall.title})


_WAITS = Enrolment.state == EnrolmentState.SUBMITTED


def count_waiting(call_ids: Collection[int]) -> dict[int, int]:
    """Call id -> enrolments that somebody is to admit or refuse."""
    found = select(Enrolment.pool_call_id, func.count()).where(_WAITS, Enrolment.pool_call_id.in_(call_ids))
    return dict(db.session.execute(found.group_by(Enrolment.pool_call_id)).tuples().all())


def get_enrolment(enrolment_id: int, **_rest_of_address: Any) -> Enrolment:
    """An enrolment with its call and who it is. Raises `NotFound`."""
    found = db.session.scalars(select(Enrolment).where(Enrolment.id == enrolment_id).options(*WHOLE)).first()
    if found is None:
        raise NotFound(_("There is no such enrolment."))
    return found


def find_open(call_id: int, applicant_key: str) -> Enrolment | None:
    """The draft or submitted enrolment of somebody in a call."""
    open_states = (EnrolmentState.DRAFT, EnrolmentState.SUBMITTED)
    found = select(Enrolment).where(Enrolment.pool_call_id == call_id, Enrolment.applicant_key == applicant_key)
    return db.session.scalars(found.where(Enrolment.state.in_(open_states)).options(*WHOLE)).first()


def list_own(user_id: int, organisation_ids: Collection[int]) -> list[Enrolment]:
    """The enrolments that a person began, and those of the person's organisations, the newest first."""
    mine = or_(Enrolment.user_id == user_id, Enrolment.organisation_id.in_(organisation_ids))
    found = select(Enrolment).where(mine).options(*WHOLE).order_by(Enrolment.id.desc())
    return list(db.session.scalars(found))


def list_enrolments(call_id: int, query: ListQuery) -> Page:
    """What was submitted to a call."""
    found = (
        select(Enrolment)
        .join(Enrolment.user)
        .where(Enrolment.pool_call_id == call_id, Enrolment.submitted_at.is_not(None))
        .options(*WHOLE)
    )
    if state := query.filters.get("state"):
        found = found.where(Enrolment.state == EnrolmentState(state))
    if query.q:
        named = select(Organisation.id).where(Organisation.name.icontains(query.q, autoescape=True))
        same = (User.name.icontains(query.q, autoescape=True), Enrolment.number.icontains(query.q, autoescape=True))
        found = found.where(or_(*same, Enrolment.organisation_id.in_(named)))
    return paginate(db.session, found, query, ORDERS)


def list_files(enrolment: Enrolment) -> list[Document]:
    """The files of an enrolment, oldest first."""
    return list_documents_of("enrolment", enrolment.id)


def get_import(import_id: int) -> PoolImport:
    """An import of a pool. Raises `NotFound`."""
    found = db.session.get(PoolImport, import_id, options=(joinedload(PoolImport.confirmed_by),))
    if found is None:
        raise NotFound(_("There is no such import."))
    return found


def list_admitted(
    call: Call, instrument: Instrument, programme_code: str, day: date, *, with_employers: bool = False
) -> frozenset[str] | None:
    """The names with which a call's vouchers may be spent on a day; None: the call names no pool.

    Args:
        programme_code: of the call; its own pool is meant where the call names no other.
        with_employers: also whom the admitted experts work for, and in whose name they write invoices.
    """
    spent = call.spent_with
    if spent is None or instrument.provider is ProviderRule.NONE:
        return None
    code = spent.programme or programme_code
    if spent.pool is Pool.PROVIDERS:
        accredited = (Provider.programme_code == code, Provider.state == ProviderState.ACCREDITED)
        lasts = or_(Provider.accredited_until.is_(None), Provider.accredited_until >= day)
        return frozenset(db.session.scalars(select(Provider.name).where(*accredited, lasts)))
    admitted = (Expert.programme_code == code, Expert.state == ExpertState.ADMITTED)
    lasts = or_(Expert.admitted_until.is_(None), Expert.admitted_until >= day)
    rows = db.session.execute(select(User.name, Expert.employer).join(Expert.user).where(*admitted, lasts)).all()
    return frozenset(name for row in rows for name in (row if with_employers else row[:1]))


# What an imported file is compared with -------------------------------------------------------------------------------


def list_imports_left(*, read_before: datetime) -> list[int]:
    """The files that were read so long ago and are neither confirmed nor discarded."""
    left = PoolImport.state == PoolImportState.READ, PoolImport.read_at < read_before
    return list(db.session.scalars(select(PoolImport.id).where(*left).order_by(PoolImport.id)))


def plan_import(kept: PoolImport, *, today: date) -> list[LinePlan]:
    """What each line of a file would do now; six queries, however many lines."""
    code = kept.programme_code
    known = _known_experts(code) if kept.kind == PoolKind.EXPERTS else _known_providers(code)
    register = Register(
        languages={language for language, _name in LANGUAGES},
        fields={field for field, _name in list_fields(code)},
        regions={region.code for region in list_regions()},
        currency=currency_of(code),
        today=today,
        known=known,
    )
    return plan_lines(read_rows(kept.text, kept.kind), kept.kind, register)


def _known_experts(code: str) -> dict[str, dict[str, Any]]:
    found = select(Expert).where(Expert.programme_code == code).options(joinedload(Expert.user))
    held = map_held(code)
    return {one.user.email: values_of_expert(one) | {"held": held.get(one.id, ())} for one in db.session.scalars(found)}


def _known_providers(code: str) -> dict[str, dict[str, Any]]:
    known: dict[str, dict[str, Any]] = {}
    for one in list_current(code):
        values = values_of_provider(one)
        known |= {key: values for key in (one.vat_number, one.name.lower()) if key}
    return known


def values_of_expert(expert: Expert) -> dict[str, Any]:
    """An entry as a line of a file says it."""
    return {
        "id": expert.id,
        "is_suspended": expert.state == ExpertState.SUSPENDED,
        "employer": expert.employer,
        "country": expert.country,
        "region": expert.region_code,
        "languages": list(expert.languages),
        "expertise": expert.expertise,
        "fields": list(expert.fields),
        "load_limit": expert.load_limit,
        "daily_rate": expert.rate_cents,
        "referees": expert.referees,
        "admitted_until": expert.admitted_until.isoformat() if expert.admitted_until else None,
    }


def values_of_provider(provider: Provider) -> dict[str, Any]:
    """An entry as a line of a file says it."""
    until = provider.accredited_until if provider.state == ProviderState.ACCREDITED else None
    return {
        "id": provider.id,
        "is_suspended": provider.state == ProviderState.SUSPENDED,
        "name": provider.name,
        "country": provider.country,
        "region": provider.region_code,
        "vat_number": provider.vat_number,
        "register_number": provider.register_number,
        "website": provider.website,
        "contact_email": provider.contact_email,
        "fields": list(provider.fields),
        "services": as_lines(provider.offers),
        "accredited_until": until.isoformat() if until else None,
    }
