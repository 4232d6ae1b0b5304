"""What a programme reports upwards: recipients and amounts by region, indicators, and what surveys found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from vouchers.agreements.models import Agreement
from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.claims.models import Claim
from vouchers.core.database import db, end_reading
from vouchers.core.localised import Text
from vouchers.core.money import Money
from vouchers.ledger.chart import Account
from vouchers.ledger.models import StageBalance
from vouchers.organisations.models import Organisation
from vouchers.programmes.models import Call
from vouchers.publishing.queries.cooperating import was_in_force
from vouchers.publishing.queries.granted import AT_ONCE, VERIFIED, Scope, select_granted
from vouchers.publishing.rules.indicators import Counted, Once
from vouchers.regions.models import Region
from vouchers.reports.queries.choice import Choice
from vouchers.surveys.models import Survey
from vouchers.surveys.queries import Audience, list_answers
from vouchers.surveys.rules.results import Compared, compare


def scope_of(choice: Choice, programme_id: int) -> Scope:
    """The vouchers that a reader chose, within the reader's mandate."""
    return Scope(
        (programme_id,), choice.call or None, region_codes=choice.region_codes, instrument=choice.instrument or None
    )


Across = Mapping[str, frozenset[str]]


def list_counted(wanted: Scope, currency: str, across: Across) -> list[Counted]:
    """One line for each region with a voucher, by name; five queries.

    Args:
        across: region -> the organisations that cooperate across a border (`rules.indicators.list_across`).
    """
    rows = db.session.execute(
        select_granted(
            wanted,
            Region.id,
            func.count(Application.id),
            func.count(func.distinct(Application.organisation_id)),
            func.sum(func.coalesce(Agreement.amount_cents, Application.awarded_cents)),
        )
        .outerjoin(Agreement, Agreement.application_id == Application.id)
        .group_by(Region.id)
    ).all()
    paid, borne, supported = _map_paid(wanted), _map_borne(wanted), _map_supported(wanted)
    regions = {one.id: one for one in db.session.scalars(select(Region).where(Region.id.in_([row[0] for row in rows])))}
    counted = [
        Counted(
            code=regions[region_id].code,
            name=regions[region_id].name,
            vouchers=vouchers,
            recipients=recipients,
            supported=supported.get(region_id, 0),
            across_borders=len(across.get(regions[region_id].code, ())),
            awarded=Money(int(cents), currency),
            paid=Money(paid.get(region_id, 0), currency),
            own=Money(borne.get(region_id, 0), currency),
        )
        for region_id, vouchers, recipients, cents in rows
    ]
    return sorted(counted, key=lambda one: one.name.for_reader())


def count_once(wanted: Scope, across: Across) -> Once:
    """The organisations of all regions together, each counted once however many regions it has to do with."""
    each = func.count(func.distinct(Application.organisation_id))
    supported = _supported(wanted, each)
    return Once(
        recipients=int(db.session.scalar(select_granted(wanted, each)) or 0),
        supported=int(db.session.scalar(supported) or 0),
        across_borders=len(frozenset[str]().union(*across.values())),
    )


def _supported(wanted: Scope, *columns: Any) -> Select[Any]:
    """Of the vouchers whose agreement is, or was, in force: who has an award alone has no support yet."""
    found = select_granted(wanted, *columns).join(Agreement, Agreement.application_id == Application.id)
    return found.where(was_in_force())


def _map_supported(wanted: Scope) -> dict[int, int]:
    each = func.count(func.distinct(Application.organisation_id))
    found = db.session.execute(_supported(wanted, Application.region_id, each).group_by(Application.region_id))
    return dict(found.tuples().all())


def _map_paid(wanted: Scope) -> dict[int, int]:
    found = db.session.execute(
        select_granted(wanted, Application.region_id, func.sum(StageBalance.cents))
        .join(StageBalance, StageBalance.voucher == Application.reference)
        .where(StageBalance.account == Account.PAID.value)
        .group_by(Application.region_id)
    )
    return {region_id: int(cents) for region_id, cents in found}


def _map_borne(wanted: Scope) -> dict[int, int]:
    """What beneficiaries bore themselves of the costs of completed vouchers, as verified."""
    found = db.session.execute(
        select_granted(wanted, Application.region_id, func.sum(Claim.eligible_cents - Claim.grant_cents))
        .join(Agreement, Agreement.application_id == Application.id)
        .join(Claim, Claim.agreement_id == Agreement.id)
        .where(
            Application.state == ApplicationState.COMPLETED,
            Claim.state.in_(VERIFIED),
            Claim.eligible_cents.is_not(None),
            Claim.grant_cents.is_not(None),
        )
        .group_by(Application.region_id)
    )
    return {region_id: int(cents) for region_id, cents in found}


# Recipients ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recipient:
    """What one organisation has in one region."""

    name: str
    is_person: bool
    vat_number: str
    register_number: str
    town: str
    country: str
    region: str
    region_name: Text
    vouchers: int
    awarded: Money
    paid: Money


def stream_recipients(wanted: Scope, currency: str) -> Iterator[Recipient]:
    """Each organisation once for each region that gave it a voucher, a few at a time."""
    last, names = 0, {one.code: one.name for one in db.session.scalars(select(Region))}
    while True:
        ids = list(
            db.session.scalars(
                select_granted(wanted, Application.organisation_id)
                .where(Application.organisation_id > last)
                .distinct()
                .order_by(Application.organisation_id)
                .limit(AT_ONCE)
            )
        )
        found = _recipients(wanted, ids, currency, names) if ids else []
        end_reading()  # a slow reader holds no connection
        if not ids:
            return
        last = ids[-1]
        yield from found


def _recipients(wanted: Scope, ids: Sequence[int], currency: str, names: dict[str, Text]) -> list[Recipient]:
    paid = (
        select(func.coalesce(func.sum(StageBalance.cents), 0))
        .where(StageBalance.voucher == Application.reference, StageBalance.account == Account.PAID.value)
        .correlate(Application)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select_granted(
            wanted,
            Application.organisation_id,
            Region.code,
            func.count(Application.id),
            func.sum(func.coalesce(Agreement.amount_cents, Application.awarded_cents)),
            func.sum(paid),
        )
        .outerjoin(Agreement, Agreement.application_id == Application.id)
        .where(Application.organisation_id.in_(ids))
        .group_by(Application.organisation_id, Region.code)
        .order_by(Application.organisation_id, Region.code)
    ).all()
    people = {one.id: one for one in db.session.scalars(select(Organisation).where(Organisation.id.in_(ids)))}
    return [
        Recipient(
            name=people[who].name,
            is_person=people[who].is_person,
            vat_number=people[who].vat_number,
            register_number=people[who].register_number,
            town=people[who].town,
            country=people[who].country,
            region=region,
            region_name=names[region],
            vouchers=vouchers,
            awarded=Money(int(cents), currency),
            paid=Money(int(paid_cents), currency),
        )
        for who, region, vouchers, cents, paid_cents in rows
    ]


# Surveys -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """What those with a voucher answered so many months after the decision."""

    call: str
    months: int
    lines: list[Compared]


def list_surveyed(choice: Choice) -> list[tuple[Call, int]]:
    """The chosen calls with the months after which somebody has answered; none where not all regions may be seen."""
    if not choice.region and not choice.covers_all_regions:
        return []
    calls = [call for call in choice.calls if choice.call in ("", call.code) and call.plan.survey_months]
    answered = _list_answered([call.id for call in calls])
    return [(call, months) for call in calls for months in call.plan.survey_months if (call.id, months) in answered]


def list_found(choice: Choice) -> list[Found]:
    """The results of each of these surveys; nothing is told of fewer than five."""
    region = next((one for one in choice.regions if one.code == choice.region), None)
    return [
        Found(call.code, months, compare(list_answers(Audience(call, region), months)))
        for call, months in list_surveyed(choice)
    ]


def _list_answered(call_ids: Sequence[int]) -> set[tuple[int, int]]:
    found: Any = (
        select(Application.call_id, Survey.months)
        .join(Survey.application)
        .join(Call, Call.id == Application.call_id)
        .where(Application.call_id.in_(call_ids), Survey.answered_at.is_not(None))
        .distinct()
    )
    return {(call_id, months) for call_id, months in db.session.execute(found)}
