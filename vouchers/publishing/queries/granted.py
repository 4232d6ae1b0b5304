"""Finding the vouchers that were granted. Who was rejected, has withdrawn or waits on the reserve list is never among
them, nor who has not been told yet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from vouchers.agreements.models import Agreement
from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.audit.models import AuditEvent
from vouchers.claims.models import Claim
from vouchers.claims.states import ClaimState
from vouchers.core.clock import day_in
from vouchers.core.database import db, end_reading
from vouchers.core.money import Money
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.ledger.chart import Account
from vouchers.ledger.models import StageBalance
from vouchers.organisations.models import Organisation
from vouchers.programmes.models import Call, Instrument, Programme
from vouchers.programmes.rules.grant_plan import Grant
from vouchers.programmes.rules.instrument_plan import Instrument as InstrumentPlan
from vouchers.programmes.rules.plan import ProgrammePlan
from vouchers.programmes.rules.restoring import restore
from vouchers.publishing.rules.granted import Beneficiary, Granted, Place, cost_of
from vouchers.regions.models import Region

HAVE_VOUCHER = (ApplicationState.AWARDED, ApplicationState.AGREED, ApplicationState.COMPLETED)
VERIFIED = (ClaimState.AUTHORISED, ClaimState.IN_PAYMENT, ClaimState.PAID)
AT_ONCE = 500
SORTS = ("reference", "beneficiary", "amount")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which vouchers are meant. None: all."""

    programme_ids: Collection[int]
    call: str | None = None
    region: str | None = None
    region_codes: Collection[str] | None = None
    instrument: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """What `Application`, joined to its call, instrument and region, must fulfil."""
        wanted = [Call.programme_id.in_(self.programme_ids), _is_granted()]
        if self.call:
            wanted.append(Call.code == self.call)
        if self.region:
            wanted.append(Region.code == self.region)
        if self.region_codes is not None:
            wanted.append(Region.code.in_(self.region_codes))
        if self.instrument:
            wanted.append(Instrument.code == self.instrument)
        return wanted


def _is_granted() -> ColumnElement[bool]:
    """Awarded, and told so. A voucher that ended early stays as long as money of it stays paid."""
    balance = aliased(StageBalance)
    was_paid = exists().where(
        balance.voucher == Application.reference, balance.account == Account.PAID.value, balance.cents > 0
    )
    return and_(
        Application.is_told,
        Application.awarded_cents.is_not(None),
        or_(
            Application.state.in_(HAVE_VOUCHER),
            and_(Application.state == ApplicationState.LAPSED, was_paid),
        ),
    )


def select_granted(wanted: Scope, *columns: Any) -> Select[Any]:
    """These columns of each voucher that is meant, with its call, instrument and region."""
    return (
        select(*columns)
        .select_from(Application)
        .join(Application.call)
        .join(Application.instrument)
        .join(Application.region)
        .where(*wanted.conditions())
    )


# What there is -------------------------------------------------------------------------------------------------------


def list_publishing_programmes() -> list[Programme]:
    """The programmes that publish who receives a voucher."""
    found = db.session.scalars(select(Programme).order_by(Programme.code))
    return [one for one in found if one.plan.rules.publish_winners]


def count_granted(wanted: Scope) -> int:
    """How many vouchers are meant."""
    return int(db.session.scalar(select_granted(wanted, func.count())) or 0)


def list_codes_of(programme_ids: Collection[int]) -> tuple[list[str], list[Region]]:
    """The codes of the calls, and the regions, in which a voucher was granted."""
    wanted = Scope(programme_ids)
    calls = list(db.session.scalars(select_granted(wanted, Call.code).distinct().order_by(Call.code)))
    ids = select_granted(wanted, Application.region_id).distinct()
    regions = list(db.session.scalars(select(Region).where(Region.id.in_(ids)).order_by(Region.plain_name)))
    return calls, regions


def page_of_granted(wanted: Scope, query: ListQuery) -> Page:
    """One page of them; its rows are `Granted`."""
    statement = _rows(wanted)
    if query.q:
        is_named = and_(Organisation.is_person.is_(False), Organisation.name.icontains(query.q, autoescape=True))
        statement = statement.where(
            or_(
                is_named,
                Application.title.icontains(query.q, autoescape=True),
                Application.reference.icontains(query.q, autoescape=True),
            )
        )
    orders = {
        "reference": Application.id,
        "beneficiary": (Organisation.is_person, Organisation.name),
        "amount": Application.awarded_cents,
    }
    page = paginate(db.session, statement, query, orders, unique=(Application.id,))
    return replace(page, items=_read(page.items, _Registers.of(wanted)))


def stream_granted(wanted: Scope) -> Iterator[Granted]:
    """All of them by age, a few at a time: however many there are, and however slowly they are read, neither memory nor
    a connection is held."""
    registers, last = _Registers.of(wanted), 0
    while True:
        rows = db.session.execute(
            _rows(wanted).where(Application.id > last).order_by(Application.id).limit(AT_ONCE)
        ).all()
        found = _read(rows, registers)
        end_reading()
        if not rows:
            return
        last = rows[-1].id
        yield from found


# Reading them --------------------------------------------------------------------------------------------------------


def _rows(wanted: Scope) -> Select[Any]:
    return (
        select_granted(
            wanted,
            Application.id, Application.reference, Application.title, Application.currency, Application.awarded_cents,
            Application.decided_at, Application.submitted_at, Application.size, Application.granted_terms,
            Application.call_id, Application.instrument_id, Application.region_id,
            Organisation.id.label("who"), Organisation.name, Organisation.is_person, Organisation.country,
            Organisation.post_code, Organisation.town, Organisation.vat_number, Organisation.register_number,
            Agreement.amount_cents, Agreement.approved_on, Agreement.starts_on, Agreement.ends_on,
        )
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Agreement, Agreement.application_id == Application.id)
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _CallFacts:
    code: str
    title: Any
    programme: ProgrammePlan


@dataclass(frozen=True, slots=True)
class _Registers:
    """What many vouchers share, read once."""

    calls: dict[int, _CallFacts]
    instruments: dict[int, InstrumentPlan]
    places: dict[int, Place]
    zones: dict[int, str]

    @classmethod
    def of(cls, wanted: Scope) -> _Registers:
        programmes = {
            one.id: one.plan
            for one in db.session.scalars(select(Programme).where(Programme.id.in_(wanted.programme_ids)))
        }
        regions = list(db.session.scalars(select(Region)))
        return cls(
            {
                one.id: _CallFacts(one.code, one.plan.title, programmes[one.programme_id])
                for one in db.session.scalars(select(Call).where(Call.programme_id.in_(programmes)))
            },
            {
                one.id: one.plan
                for one in db.session.scalars(select(Instrument).where(Instrument.programme_id.in_(programmes)))
            },
            {one.id: Place(one.code, one.name, one.country, one.office_name) for one in regions},
            {one.id: one.time_zone for one in regions},
        )


def _read(rows: Sequence[Any], registers: _Registers) -> list[Granted]:
    references, ids = [row.reference for row in rows], [row.id for row in rows]
    paid, verified, changed = _map_paid(references), _map_verified(ids), _map_changed(ids)
    return [_as_granted(row, registers, paid, verified, changed) for row in rows]


def _as_granted(
    row: Any, registers: _Registers, paid: dict[str, int], verified: dict[int, int], changed: dict[int, Any]
) -> Granted:
    call, place = registers.calls[row.call_id], registers.places[row.region_id]
    amount = Money(row.amount_cents if row.amount_cents is not None else row.awarded_cents, row.currency)
    decided_at = row.decided_at or row.submitted_at
    rate = _rate_of(row, registers.instruments[row.instrument_id], place.code)
    found = verified.get(row.id)
    return Granted(
        reference=row.reference,
        title=row.title,
        programme=call.programme,
        call=call.code,
        call_title=call.title,
        instrument=registers.instruments[row.instrument_id],
        place=place,
        beneficiary=Beneficiary(
            row.who, row.name, row.is_person, row.country, row.post_code, row.town, row.vat_number, row.register_number
        ),
        amount=amount,
        paid=Money(paid.get(row.reference, 0), row.currency),
        cost=cost_of(amount, rate, None if found is None else Money(found, row.currency)),
        awarded_on=row.approved_on or day_in(registers.zones[row.region_id], decided_at),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        changed_at=changed.get(row.id, decided_at),
    )


def _rate_of(row: Any, instrument: InstrumentPlan, region: str) -> Decimal | None:
    if row.granted_terms is not None:
        terms: Grant = restore(Grant, row.granted_terms)
        return terms.rate
    return instrument.grant.applying(row.size, region).rate


def _map_paid(references: Sequence[str]) -> dict[str, int]:
    found = db.session.execute(
        select(StageBalance.voucher, func.sum(StageBalance.cents))
        .where(StageBalance.voucher.in_(references), StageBalance.account == Account.PAID.value)
        .group_by(StageBalance.voucher)
    )
    return {voucher: int(cents) for voucher, cents in found}


def _map_verified(ids: Sequence[int]) -> dict[int, int]:
    """The costs of those whose last claim was found right."""
    found = db.session.execute(
        select(Agreement.application_id, func.sum(Claim.eligible_cents))
        .join(Claim, Claim.agreement_id == Agreement.id)
        .join(Application, Application.id == Agreement.application_id)
        .where(
            Agreement.application_id.in_(ids),
            Application.state == ApplicationState.COMPLETED,
            Claim.state.in_(VERIFIED),
            Claim.eligible_cents.is_not(None),
        )
        .group_by(Agreement.application_id)
    )
    return {application_id: int(cents or 0) for application_id, cents in found}


def _map_changed(ids: Sequence[int]) -> dict[int, Any]:
    found = db.session.execute(
        select(AuditEvent.subject_id, func.max(AuditEvent.at))
        .where(AuditEvent.subject_kind == "application", AuditEvent.subject_id.in_(ids))
        .group_by(AuditEvent.subject_id)
    )
    return dict(found.tuples().all())
