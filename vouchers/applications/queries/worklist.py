"""The staff's list of applications: which a reader may see, one page of them, all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Numeric, and_, case, cast, false, or_, select

from vouchers.applications.models import Application
from vouchers.applications.queries.files import WHOLE
from vouchers.applications.rules.next_steps import UNDECIDED
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.core.localised import Text, named_choices
from vouchers.core.money import Money
from vouchers.core.tables import Filled, ListQuery, Order, Page, paginate
from vouchers.organisations.models import Organisation
from vouchers.programmes.models import Call, Instrument, Programme
from vouchers.programmes.rules.instrument_plan import Evaluator
from vouchers.programmes.rules.restoring import restore
from vouchers.regions.models import Region
from vouchers.users.models import RoleGrant, User
from vouchers.users.states import Role

# The worklist --------------------------------------------------------------------------------------------------------

READERS = frozenset({Role.CLUSTER_MANAGER, Role.FINANCE_OFFICER, Role.COORDINATOR, Role.AUDITOR})
DECISION = "decision"
"""The filter for what waits for a decision."""
NOBODY = "nobody"
"""The filter for what nobody handles."""
SORTS = (
    "submitted",
    "reference",
    "organisation",
    "region",
    "instrument",
    "state",
    "due",
    "requested",
    "score",
    "officer",
)
_REGIONS = select(Region.id, Region.code, Region.names).order_by(Region.plain_name)
_CALLS = (
    select(Call.id, Call.code, Programme.code, Programme.config["name"], Call.config["decision_by"].as_string())
    .join(Call.programme)
    .order_by(Call.opens_at)
)
_INSTRUMENTS = select(Instrument.id, Instrument.code, Instrument.config["name"], Programme.code).join(
    Instrument.programme
)


@dataclass(frozen=True, slots=True)
class CallKey:
    """What the worklist needs of a call."""

    id: int
    code: str
    programme: str
    programme_name: Text
    decision_by: date | None


@dataclass(frozen=True, slots=True)
class Desk:
    """What a reader's worklist is about: the regions, calls and instruments within the reader's mandates."""

    regions: dict[int, tuple[str, Text]]
    """Code and name by id."""
    calls: dict[int, CallKey]
    instruments: dict[int, str]
    instrument_names: dict[int, Text]
    within: ColumnElement[bool]
    """Which applications the mandates cover."""

    @property
    def instrument_choices(self) -> list[tuple[str, str]]:
        """Code and name of each, for a filter."""
        return named_choices((code, self.instrument_names[key]) for key, code in self.instruments.items())

    @property
    def filters(self) -> dict[str, list[str]]:
        """The values that each filter may take."""
        return {
            "region": [code for code, _name in self.regions.values()],
            "instrument": sorted(set(self.instruments.values())),
            "state": [state.value for state in ApplicationState if state != ApplicationState.DRAFT],
            "call": [str(call_id) for call_id in self.calls],
            "waits": [DECISION],
        }


class Row(NamedTuple):
    """One line of the worklist. `decision_by` is the day by which the call promises a decision, while one is owed."""

    id: int
    reference: str
    title: str
    organisation: str
    region: str
    region_name: Text
    programme: str
    call: str
    instrument: str
    instrument_name: Text
    state: ApplicationState
    submitted_at: datetime
    decision_by: date | None
    requested: Money | None
    awarded: Money | None
    score: str | None
    officer: str | None
    """The name of who handles it."""
    version: int


def find_desk(grants: Sequence[RoleGrant]) -> Desk:
    """The desk of a reader with these roles, in three small queries."""
    mandates = [(grant.programme_code, grant.region_code) for grant in grants if grant.role in READERS]
    regions = {
        region_id: (code, Text.of(names))
        for region_id, code, names in db.session.execute(_REGIONS)
        if any(region in (None, code) for _programme, region in mandates)
    }
    calls = {
        call_id: CallKey(
            call_id, code, programme, restore(Text, name), date.fromisoformat(decision_by) if decision_by else None
        )
        for call_id, code, programme, name, decision_by in db.session.execute(_CALLS)
        if any(asked in (None, programme) for asked, _region in mandates)
    }
    programmes = {call.programme for call in calls.values()}
    found = [row[:3] for row in db.session.execute(_INSTRUMENTS) if row[3] in programmes]
    instruments = {key: code for key, code, _name in found}
    names = {key: restore(Text, name) for key, _code, name in found}
    return Desk(regions, calls, instruments, names, _within(mandates, regions, calls))


def _within(
    mandates: Sequence[tuple[str | None, str | None]],
    regions: dict[int, tuple[str, Text]],
    calls: dict[int, CallKey],
) -> ColumnElement[bool]:
    clauses: list[ColumnElement[bool]] = [false()]
    for programme, region in mandates:
        parts = [Application.submitted_at.is_not(None)]
        if programme is not None:
            parts.append(Application.call_id.in_([call.id for call in calls.values() if call.programme == programme]))
        if region is not None:
            parts.append(Application.region_id.in_([key for key, (code, _n) in regions.items() if code == region]))
        clauses.append(and_(*parts))
    return or_(*clauses) if len(clauses) > 2 else clauses[-1]


_ROWS: Any = select(
    Application.id, Application.reference, Application.title, Organisation.name, Application.region_id,
    Application.call_id, Application.instrument_id, Application.state, Application.submitted_at,
    Application.requested_cents, Application.awarded_cents, Application.currency, Application.score,
    User.name, Application.version,
).join(Application.organisation).outerjoin(Application.officer)  # fmt: skip


def list_worklist(desk: Desk, query: ListQuery) -> Page:
    """One page of the applications on a desk, as `Row`s, in two queries."""
    keys = _chosen(desk, query, select(Application.id))
    if query.sort == "organisation":
        keys = keys.outerjoin(Application.organisation)  # which the database leaves out when it counts
    if query.sort == "officer":
        keys = keys.outerjoin(Application.officer)
    order = {query.sort: _order(desk, query.sort)}
    page = paginate(db.session, keys, query, order, unique=[Application.id], shown=_ROWS)
    return replace(page, items=[_row(desk, found) for found in page.items])


def list_picked(desk: Desk, ids: Collection[int]) -> list[Application]:
    """Of these, those on a desk, in the order in which they were submitted."""
    found = select(Application).where(desk.within, Application.id.in_(ids)).options(*WHOLE)
    return list(db.session.scalars(found.order_by(Application.submitted_at, Application.id)))


def stream_worklist(desk: Desk, query: ListQuery) -> Iterator[Row]:
    """All of the chosen applications, in constant memory."""
    found = _chosen(desk, query, _ROWS).order_by(Application.id)
    for row in db.session.execute(found.execution_options(yield_per=1_000)):
        yield _row(desk, row)


def _chosen(desk: Desk, query: ListQuery, of: Any) -> Any:
    chosen = query.filters
    found = of.where(desk.within)
    if region := chosen.get("region"):
        found = found.where(
            Application.region_id.in_([key for key, (code, _n) in desk.regions.items() if code == region])
        )
    if instrument := chosen.get("instrument"):
        ids = [key for key, code in desk.instruments.items() if code == instrument]
        found = found.where(Application.instrument_id.in_(ids))
    if state := chosen.get("state"):
        found = found.where(Application.state == ApplicationState(state))
    if chosen.get("waits") == DECISION:
        found = found.where(waits_for_decision())
    if call := chosen.get("call"):
        found = found.where(Application.call_id == int(call))
    if officer := chosen.get("officer"):
        found = found.where(Application.officer_id == (None if officer == NOBODY else int(officer)))
    if query.q:
        named = select(Organisation.id).where(Organisation.name.icontains(query.q, autoescape=True))
        found = found.where(
            or_(Application.reference.icontains(query.q, autoescape=True), Application.organisation_id.in_(named))
        )
    return found


def waits_for_decision() -> ColumnElement[bool]:
    """The evaluation is finished, or nobody marks it and it is eligible."""
    by_experts = select(Instrument.id).where(Instrument.config["evaluation"].as_string() == Evaluator.EXPERTS.value)
    is_by_hand = and_(Application.state == ApplicationState.ELIGIBLE, Application.instrument_id.not_in(by_experts))
    return or_(Application.state == ApplicationState.EVALUATED, is_by_hand)


_ORDERS: dict[str, Order] = {
    "submitted": Filled(Application.submitted_at),
    "reference": Filled(Application.reference),
    "organisation": Organisation.name,
    "state": Filled(Application.state),
    "requested": Application.requested_cents,
    "officer": User.name,
    "score": cast(Application.score, Numeric(12, 4)),
}


def _order(desk: Desk, name: str) -> Order:
    match name:
        case "region":
            return _mapped(
                Application.region_id, {key: name.for_reader() for key, (_code, name) in desk.regions.items()}
            )
        case "instrument":
            names = {key: name.for_reader() for key, name in desk.instrument_names.items()}
            return _mapped(Application.instrument_id, names)
        case "due":
            return case((Application.state.in_(UNDECIDED), _mapped(Application.call_id, _due_days(desk))))
        case _:
            return _ORDERS[name]


def _due_days(desk: Desk) -> dict[int, str]:
    return {call.id: call.decision_by.isoformat() for call in desk.calls.values() if call.decision_by}


def _mapped(column: Any, texts: dict[int, str]) -> Any:
    """The text that stands for an id, for sorting: the registers are small, so no table is joined."""
    return case(texts, value=column) if texts else column


def _row(desk: Desk, found: Any) -> Row:
    key, reference, title, organisation, region_id, call_id, instrument_id, state, submitted_at, *rest = found
    requested, awarded, currency, score, officer, version = rest
    call = desk.calls[call_id]
    region, region_name = desk.regions[region_id]
    return Row(
        id=key,
        reference=reference,
        title=title,
        organisation=organisation,
        region=region,
        region_name=region_name,
        programme=call.programme,
        call=call.code,
        instrument=desk.instruments[instrument_id],
        instrument_name=desk.instrument_names[instrument_id],
        state=state,
        submitted_at=submitted_at,
        decision_by=call.decision_by if state in UNDECIDED else None,
        requested=_amount(requested, currency),
        awarded=_amount(awarded, currency),
        score=score,
        officer=officer,
        version=version,
    )


def _amount(cents: int | None, currency: str) -> Money | None:
    return None if cents is None else Money(cents, currency)
