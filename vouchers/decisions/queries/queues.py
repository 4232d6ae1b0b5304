"""The queues of a call that gives its money in the order of submission."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from vouchers.applications.models import Application, Submission
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.core.money import Money, total
from vouchers.core.tables import ListQuery, Page, page_of
from vouchers.decisions.models import QueueHold
from vouchers.decisions.queries.contests import UNDER_WAY, Contest, count_granted, get_group_of, list_groups
from vouchers.decisions.queries.ranked import map_applications
from vouchers.decisions.rules.awards import usual_amount
from vouchers.decisions.rules.queue import Place, Readiness, Waiting, walk
from vouchers.eligibility.models import AidDeclaration, OwnershipStatement
from vouchers.eligibility.states import DeclarationState, StatementState
from vouchers.evaluation.queries.assignments import map_results_of_call
from vouchers.ledger.models import Fund
from vouchers.organisations.states import Size
from vouchers.programmes.models import Call, Instrument
from vouchers.programmes.rules.grant_plan import Grant
from vouchers.programmes.rules.instrument_plan import Evaluator
from vouchers.programmes.rules.plan import Allocation
from vouchers.regions.models import Region

_S = ApplicationState
WAITING = frozenset({*UNDER_WAY, _S.EVALUATED, _S.RESERVED})
"""Who stands in the queue: submitted, and not decided for good."""


@dataclass(frozen=True, slots=True)
class Row:
    """One application of a queue as the database has it, in the order of the receipts."""

    id: int
    state: ApplicationState
    is_new: bool
    """The office has not looked at it yet."""
    has_newer_papers: bool
    """It waits for a person who checks it, and its company has handed in a paper since."""
    entry: Waiting


@dataclass(frozen=True)
class Queue:
    """Those who wait for the same money of a region, in the order of their receipts."""

    call: Call
    region: Region
    instruments: tuple[Instrument, ...]
    funds: tuple[Fund, ...]
    rows: tuple[Row, ...]
    left: Money
    quota: int | None
    granted: int
    """How many vouchers the envelope carries already."""

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.call.programme.code}/{self.region.code}"

    @property
    def slots(self) -> int | None:
        """How many vouchers the quota still allows; None without a quota."""
        return None if self.quota is None else max(self.quota - self.granted, 0)

    @cached_property
    def places(self) -> list[Place]:
        """The queue with what the money means for each."""
        entries = [row.entry for row in self.rows]
        return walk(entries, self.left, self.call.plan.cut_policy, self.slots)

    def find_place(self, application_id: int) -> Place | None:
        """Where an application stands; None for one that does not wait here."""
        return next((place for place in self.places if place.entry.key == application_id), None)


def list_queues(call: Call, region: Region) -> list[Queue]:
    """Every queue of a region in a call, one for each envelope; none in a call of another method."""
    if call.plan.allocation is not Allocation.FIRST_COME:
        return []
    return [get_queue(group) for group in list_groups(call, region)]


def get_queue(group: Contest) -> Queue:
    """The queue of a list's money, as it is now."""
    return Queue(
        group.call,
        group.region,
        group.instruments,
        group.funds,
        tuple(_rows(group)),
        group.left,
        group.quota,
        count_granted(group),
    )


def _rows(group: Contest) -> list[Row]:
    instruments = {instrument.id: instrument.plan for instrument in group.instruments}
    first = (
        select(Submission.application_id, func.min(Submission.id).label("id"))
        .join(Application, Application.id == Submission.application_id)
        .where(Application.call_id == group.call.id, Application.region_id == group.region.id)
        .group_by(Submission.application_id)
        .subquery()
    )
    held = and_(QueueHold.application_id == Application.id, QueueHold.at_state == Application.state)
    found = db.session.execute(
        select(
            Application.id,
            Application.state,
            Application.requested_cents,
            Application.currency,
            Application.instrument_id,
            Application.size,
            QueueHold.id.label("hold_id"),
            _newer_papers().label("has_newer_papers"),
        )
        .join(first, first.c.application_id == Application.id)
        .join(Submission, Submission.id == first.c.id)
        .outerjoin(QueueHold, held)
        .where(Application.call_id == group.call.id, Application.region_id == group.region.id)
        .where(Application.instrument_id.in_(list(instruments)), Application.state.in_(WAITING))
        .order_by(func.length(Submission.receipt_number), Submission.receipt_number)  # the order of the commits
    ).all()
    passing = _passing(group) if any(row.state == _S.EVALUATED for row in found) else set()
    rows = []
    for row in found:
        plan, requested = instruments[row.instrument_id], row.requested_cents
        is_unchecked = row.state == _S.SUBMITTED
        cap = _cap_of(plan.grant, row.size, group.region.code, is_unchecked=is_unchecked)
        wants = usual_amount(None if requested is None else Money(requested, row.currency), cap)
        is_marked = plan.evaluation is Evaluator.EXPERTS
        readiness = _readiness(row.state, is_marked, is_held=row.hold_id is not None, passes=row.id in passing)
        is_new, has_papers = is_unchecked and row.hold_id is None, is_unchecked and bool(row.has_newer_papers)
        rows.append(
            Row(row.id, row.state, is_new, has_papers, Waiting(row.id, wants, readiness, is_sum=plan.grant.is_sum))
        )
    return rows


def _cap_of(grant: Grant, size: Size | None, region: str, *, is_unchecked: bool) -> Money:
    """What it can have at most; before the check a company of any size."""
    return grant.span((region,)).most_cap if is_unchecked else grant.applying(size, region).cap


def _newer_papers() -> ColumnElement[bool]:
    """Whether the company has declared its aid or stated its owners since the application was held."""
    declared = exists().where(
        AidDeclaration.organisation_id == Application.organisation_id,
        AidDeclaration.state == DeclarationState.SIGNED,
        AidDeclaration.signed_at > QueueHold.held_at,
    )
    stated = exists().where(
        OwnershipStatement.organisation_id == Application.organisation_id,
        OwnershipStatement.state == StatementState.STATED,
        OwnershipStatement.stated_at > QueueHold.held_at,
    )
    return or_(declared, stated)


def _readiness(state: ApplicationState, is_marked: bool, *, is_held: bool, passes: bool) -> Readiness:
    if state == _S.EVALUATED and not passes:
        return Readiness.OUT
    if is_held or state in {_S.SUBMITTED, _S.IN_EVALUATION} or (state == _S.ELIGIBLE and is_marked):
        return Readiness.OPEN
    return Readiness.READY


def _passing(group: Contest) -> set[int]:
    marking = group.call.plan.marking
    if marking is None:
        return set()
    found = map_results_of_call(group.call.id, group.region.id, marking)
    return {key for key, (result, _count) in found.items() if result.passes}


def map_holds(application_ids: Sequence[Any]) -> dict[int, QueueHold]:
    """Why the office waits for a person, by application; only what still holds."""
    found = db.session.scalars(
        select(QueueHold)
        .join(Application, Application.id == QueueHold.application_id)
        .where(QueueHold.application_id.in_(application_ids), QueueHold.at_state == Application.state)
    )
    return {hold.application_id: hold for hold in found}


def is_taken_up(application_id: int) -> bool:
    """Whether a walk has looked at this application since it was submitted."""
    found = (
        select(Application.state, QueueHold.id)
        .outerjoin(QueueHold, QueueHold.application_id == Application.id)
        .where(Application.id == application_id)
    )
    row = db.session.execute(found).first()
    return row is None or row.state != _S.SUBMITTED or row.id is not None


def list_waiting_regions() -> list[tuple[int, int]]:
    """(call, region) of every queue or reserve list in which somebody waits whom the office could help."""
    found = (
        select(Application.call_id, Application.region_id)
        .join(Call, Call.id == Application.call_id)
        .where(
            or_(
                and_(
                    Call.config["allocation"].as_string() == Allocation.FIRST_COME.value,
                    Application.state.in_([_S.SUBMITTED, _S.ELIGIBLE, _S.EVALUATED, _S.RESERVED]),
                ),
                and_(Call.config["has_reserve_list"].as_boolean(), Application.state == _S.RESERVED),
            )
        )
        .distinct()
        .order_by(Application.call_id, Application.region_id)
    )
    return [(row.call_id, row.region_id) for row in db.session.execute(found)]


def total_ahead(queue: Queue, application_id: int) -> Money:
    """What those ahead of an application keep or wait for, as far as they are not out."""
    wishes = []
    for row in queue.rows:
        if row.id == application_id:
            break
        if row.entry.readiness is not Readiness.OUT:
            wishes.append(row.entry.wants)
    return total(wishes, queue.left.currency)


def find_queue_of(application: Application) -> Queue | None:
    """The queue in which an application waits; None where it does not wait in one."""
    if application.call.plan.allocation is not Allocation.FIRST_COME or application.state not in WAITING:
        return None
    return get_queue(get_group_of(application))


@dataclass(frozen=True, slots=True)
class QueuedRow:
    """One line of the queue's page: the place, the application, its receipt, and why a person must look."""

    place: Place
    application: Application
    receipt_number: str
    reasons: tuple[str, ...]


def list_queued(queue: Queue, query: ListQuery) -> Page:
    """One page of a queue; only its own applications are loaded."""
    wanted = query.filters.get("verdict")
    page = page_of([place for place in queue.places if not wanted or place.verdict == wanted], query)
    ids = [place.entry.key for place in page.items]
    applications, holds = map_applications(ids), map_holds(ids)
    receipts = {
        row.application_id: row.receipt_number
        for row in db.session.execute(
            select(Submission.application_id, Submission.receipt_number)
            .where(Submission.application_id.in_(ids))
            .order_by(Submission.id.desc())  # the first one is taken last, and stays
        )
    }
    rows = [
        QueuedRow(
            place,
            applications[place.entry.key],
            receipts[place.entry.key],
            tuple(one["sentence"] for one in holds[place.entry.key].reasons) if place.entry.key in holds else (),
        )
        for place in page.items
    ]
    return Page(rows, page.total, page.query)
