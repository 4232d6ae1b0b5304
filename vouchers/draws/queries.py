"""Finding draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload

from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.localised import Text
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.draws.models import Draw
from vouchers.draws.states import DrawState
from vouchers.programmes.models import Call, Programme
from vouchers.programmes.rules.plan import Allocation
from vouchers.regions.models import Region
from vouchers.users.models import User

WHOLE = (
    joinedload(Draw.call).joinedload(Call.programme).selectinload(Programme.instruments),
    joinedload(Draw.region),
)
_LIGHT = (defer(Draw.references), defer(Draw.result))
"""A pool may have tens of thousands of lines."""
ORDERS = {"frozen": Draw.frozen_at, "held": Draw.held_at}
BY_LOT = {Allocation.LOTTERY, Allocation.RANKING_LOTTERY}
_S = ApplicationState
_DECIDED = {_S.AWARDED, _S.RESERVED, _S.REJECTED, _S.AGREED, _S.COMPLETED, _S.LAPSED}

GUARDS: list[Callable[[Draw], None]] = []
"""Asked before a run is set aside; each raises `RuleBroken` where something rests on it. Higher floors add theirs."""
LATE: list[Callable[[Draw], Mapping[str, int]]] = []
"""Who came to a drawn list later: reference -> place. Higher floors, which know the lists, add theirs."""


def get_draw(draw_id: int) -> Draw:
    """A draw with its call and region. Raises `NotFound`."""
    found = db.session.scalars(select(Draw).where(Draw.id == draw_id).options(*WHOLE)).first()
    if found is None:
        raise NotFound(_("There is no such draw."))
    return found


def find_draw(*, call_id: int, region_id: int, instruments: str, round: int) -> Draw | None:
    """The draw of a list, once its pool is frozen."""
    wanted = {"call_id": call_id, "region_id": region_id, "instruments": instruments, "round": round}
    return db.session.scalars(select(Draw).filter_by(**wanted).options(*WHOLE)).first()


def find_draw_of(application: Application) -> Draw | None:
    """The draw in whose pool an application is."""
    call = application.call
    if call.plan.allocation not in BY_LOT:
        return None
    found = select(Draw).where(Draw.call_id == call.id, Draw.region_id == application.region_id).options(*WHOLE)
    return next((one for one in db.session.scalars(found) if application.reference in one.references), None)


def list_draws(query: ListQuery) -> Page:
    """One page of all draws."""
    found = select(Draw).options(*WHOLE, *_LIGHT)
    if programme := query.filters.get("programme"):
        found = found.join(Draw.call).join(Call.programme).where(Programme.code == programme)
    if region := query.filters.get("region"):
        found = found.join(Draw.region).where(Region.code == region)
    if state := query.filters.get("state"):
        found = found.where(Draw.state == state)
    return paginate(db.session, found, query, ORDERS)


@dataclass(frozen=True, slots=True)
class DrawMark:
    """What the page of a call tells of a draw."""

    id: int
    version: int
    state: DrawState
    region: Text
    instruments: str
    round: int


def list_draws_of_call(call_id: int) -> Sequence[DrawMark]:
    """The draws of a call, region by region."""
    found = select(Draw).where(Draw.call_id == call_id).options(joinedload(Draw.region), *_LIGHT).order_by(Draw.id)
    return [
        DrawMark(one.id, one.version, one.state, one.region.name, one.instruments, one.round)
        for one in db.session.scalars(found)
    ]


def list_late(draw: Draw) -> list[tuple[int, str]]:
    """Who was left out of the pool and stands at a place of the draw (`Draw.place_of_late`): place and reference."""
    if draw.keystring is None:
        return []
    return sorted((place, reference) for ask in LATE for reference, place in ask(draw).items())


def map_people(draw: Draw) -> dict[int, str]:
    """The names of those who took its steps, by their ids."""
    steps = ("frozen", "typed", "corrected", "run", "first_run", "set_aside")
    ids = {getattr(draw, f"{step}_by_id") for step in steps} - {None}
    return dict(db.session.execute(select(User.id, User.name).where(User.id.in_(ids))).tuples().all())


def count_decided(draw: Draw) -> int:
    """How many of a pool have been decided."""
    found = select(Application.reference).where(
        Application.call_id == draw.call_id,
        Application.region_id == draw.region_id,
        Application.state.in_(_DECIDED),
    )
    return len(set(db.session.scalars(found)) & set(draw.references))


def list_due(at: datetime) -> list[Draw]:
    """The draws whose source has drawn, and which nobody has run."""
    found = select(Draw).where(Draw.state.in_(["announced", "numbered"]), Draw.held_at <= at)
    return list(db.session.scalars(found.options(*WHOLE, *_LIGHT).order_by(Draw.held_at)))


def list_drawn_references(call_id: int) -> set[str]:
    """Everybody among whom a lot was drawn in a call."""
    pools = db.session.scalars(select(Draw.references).where(Draw.call_id == call_id))
    return {reference for pool in pools for reference in pool}
