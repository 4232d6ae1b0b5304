"""Finding runs, their pairs, wishes and bids."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from vouchers.applications.models import Application
from vouchers.applications.queries import files as applications
from vouchers.core.database import db, end_reading
from vouchers.core.errors import NotFound
from vouchers.core.localised import Text
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.evaluation.queries.conflicts import map_known_among
from vouchers.evaluation.rules.conflicts import Conflict
from vouchers.experts.models import Expert
from vouchers.matching.models import Bid, MatchingPair, MatchingRun, Wish
from vouchers.matching.policy import ALL_REGIONS
from vouchers.matching.states import PairState, RunState, WishState
from vouchers.programmes.models import Call, Programme
from vouchers.regions.models import Region
from vouchers.regions.queries import map_names
from vouchers.users.mandate import Mandate
from vouchers.users.models import User
from vouchers.users.queries import covered_by

BUSY = frozenset({RunState.ASKED, RunState.RUNNING, RunState.GIVING})
WAITING = frozenset({RunState.PROPOSED, RunState.IMPOSSIBLE})
"""Somebody must confirm it, or ask for another one."""
_WHOLE = (
    joinedload(MatchingRun.call).joinedload(Call.programme),
    joinedload(MatchingRun.region),
    joinedload(MatchingRun.asked_by),
)
_EXPERT = joinedload(MatchingPair.expert).joinedload(Expert.user)
SHOWN_RUNS = 10


def get_run(run_id: int) -> MatchingRun:
    """A run with its call and region, as it stands now. Raises `NotFound`."""
    found = select(MatchingRun).where(MatchingRun.id == run_id).options(*_WHOLE)
    run = db.session.scalars(found.execution_options(populate_existing=True)).first()
    if run is None:
        raise NotFound(_("There is no such proposal."))
    return run


def list_overlapping(call_id: int, place: str, states: Collection[RunState]) -> list[MatchingRun]:
    """The runs in these states that look at the same region, or at all of them."""
    found = select(MatchingRun).where(MatchingRun.call_id == call_id, MatchingRun.state.in_(states))
    if place != ALL_REGIONS:
        found = found.where(MatchingRun.place.in_([place, ALL_REGIONS]))
    return list(db.session.scalars(found.options(*_WHOLE).order_by(MatchingRun.id)))


def list_runs(call_id: int, place: str) -> list[MatchingRun]:
    """The newest runs that concern a region (or all)."""
    found = select(MatchingRun).where(MatchingRun.call_id == call_id)
    if place != ALL_REGIONS:
        found = found.where(MatchingRun.place.in_([place, ALL_REGIONS]))
    return list(db.session.scalars(found.options(*_WHOLE).order_by(MatchingRun.id.desc()).limit(SHOWN_RUNS)))


def list_runs_over_calls(query: ListQuery, mandate: Mandate) -> Page:
    """The runs that a mandate covers, of all calls."""
    found = select(MatchingRun).join(MatchingRun.call).join(Call.programme).outerjoin(MatchingRun.region)
    if state := query.filters.get("state"):
        found = found.where(MatchingRun.state.in_(WAITING if state == "waiting" else [RunState(state)]))
    orders = {"asked": (MatchingRun.asked_at, MatchingRun.id)}
    return paginate(db.session, of_mandate(found, mandate).options(*_WHOLE), query, orders)


def of_mandate(statement: Any, mandate: Mandate) -> Any:
    """Narrow a query of runs to a mandate; one for all regions of a call concerns each of them."""
    whole = Mandate(frozenset((programme, None) for programme, _region in mandate.pairs))
    for_all = MatchingRun.region_id.is_(None) & covered_by(whole, Programme.code, Programme.code)
    return statement.where(or_(covered_by(mandate, Programme.code, Region.code), for_all))


def is_still(run_id: int, attempt: int) -> bool:
    """Whether this attempt is still the one that reckons. Reads and lets go of the database."""
    found = db.session.execute(
        select(MatchingRun.state, MatchingRun.attempt).where(MatchingRun.id == run_id)
    ).one_or_none()
    end_reading()
    return found is not None and found.state == RunState.RUNNING and found.attempt == attempt


# Pairs ---------------------------------------------------------------------------------------------------------------


def list_pairs(run: MatchingRun, query: ListQuery, *, regions: Collection[str]) -> Page:
    """The pairs of a run in these regions, by application, or the least fitting first."""
    found = (
        select(MatchingPair)
        .join(MatchingPair.application)
        .join(Application.region)
        .join(MatchingPair.expert)
        .join(Expert.user)
        .where(MatchingPair.run_id == run.id, Region.code.in_(regions))
        .options(joinedload(MatchingPair.application).options(*applications.WHOLE), _EXPERT)
    )
    if query.q:
        columns = (Application.reference, Application.title, User.name)
        found = found.where(or_(*(column.icontains(query.q, autoescape=True) for column in columns)))
    if state := query.filters.get("state"):
        found = found.where(MatchingPair.state == PairState(state))
    orders = {
        "reference": (Application.reference, MatchingPair.id),
        "expert": (User.name, MatchingPair.id),
        "worth": (MatchingPair.worth, MatchingPair.id),
    }
    return paginate(db.session, found, query, orders)


def map_known(run: MatchingRun, pairs: Sequence[MatchingPair]) -> dict[int, list[Conflict]]:
    """Pair -> what the office knows against it, also what forbids nothing. A constant number of queries."""
    experts = {pair.expert_id: pair.expert for pair in pairs}
    found = map_known_among(run.call, list(experts.values()), {pair.application_id for pair in pairs}) if pairs else {}
    return {pair.id: found.get((pair.expert_id, pair.application_id), []) for pair in pairs}


def count_places(run_id: int, *, regions: Collection[str]) -> list[tuple[str, int]]:
    """The experts who are proposed in these regions, by name, each with the number of places."""
    found: Any = select(User.name, func.count()).select_from(MatchingPair)
    found = _proposed(found.join(MatchingPair.expert).join(Expert.user), run_id, regions)
    rows = db.session.execute(found.group_by(User.id, User.name).order_by(User.name))
    return [(name, int(count)) for name, count in rows]


def find_weakest(run_id: int, *, regions: Collection[str]) -> MatchingPair | None:
    """The pair with the least points of what is proposed in these regions."""
    found = _proposed(select(MatchingPair), run_id, regions).options(joinedload(MatchingPair.application), _EXPERT)
    return db.session.scalars(found.order_by(MatchingPair.worth, MatchingPair.id).limit(1)).first()


def _proposed(found: Select[Any], run_id: int, regions: Collection[str]) -> Select[Any]:
    found = found.join(MatchingPair.application).join(Application.region)
    return found.where(
        MatchingPair.run_id == run_id, MatchingPair.state == PairState.PROPOSED, Region.code.in_(regions)
    )


def count_pairs(run_id: int, *, regions: Collection[str] | None = None) -> dict[PairState, int]:
    """How many pairs of a run stand in each state, in these regions (None: all)."""
    found = select(MatchingPair.state, func.count()).where(MatchingPair.run_id == run_id)
    if regions is not None:
        found = found.join(MatchingPair.application).join(Application.region).where(Region.code.in_(regions))
    return {row.state: row[1] for row in db.session.execute(found.group_by(MatchingPair.state))}


@dataclass(frozen=True, slots=True)
class RegionPart:
    """How many pairs of a run one region has, by what became of them."""

    name: Text
    counts: Mapping[PairState, int]

    @property
    def waits(self) -> bool:
        """Whether its manager has not confirmed all of them yet."""
        return self.counts.get(PairState.PROPOSED, 0) > 0


def list_parts(run: MatchingRun) -> list[RegionPart]:
    """The regions of a run with their pairs, by name; empty for a run of one region."""
    if run.place != ALL_REGIONS:
        return []
    found = (
        select(Region.code, MatchingPair.state, func.count())
        .join(MatchingPair.application)
        .join(Application.region)
        .where(MatchingPair.run_id == run.id)
        .group_by(Region.code, MatchingPair.state)
    )
    counts: dict[str, dict[PairState, int]] = {}
    for code, state, number in db.session.execute(found):
        counts.setdefault(code, {})[state] = number
    return [RegionPart(name, counts[code]) for code, name in map_names().items() if code in counts]


def list_to_give(run_id: int, *, regions: Collection[str], at_most: int) -> list[MatchingPair]:
    """The next pairs of these regions that are not assigned yet."""
    found = (
        select(MatchingPair)
        .join(MatchingPair.application)
        .join(Application.region)
        .where(MatchingPair.run_id == run_id, MatchingPair.state == PairState.PROPOSED, Region.code.in_(regions))
        .order_by(MatchingPair.id)
        .limit(at_most)
    )
    return list(db.session.scalars(found))


def map_pairs(pair_ids: Sequence[int]) -> dict[int, MatchingPair]:
    """Pairs by their ids."""
    found = select(MatchingPair).where(MatchingPair.id.in_(pair_ids))
    return {pair.id: pair for pair in db.session.scalars(found.execution_options(populate_existing=True))}


def find_reference(application_id: int | None) -> Any:
    """The reference and title of the application that fares worst, None without one."""
    if application_id is None:
        return None
    found = select(Application.id, Application.reference, Application.title)
    return db.session.execute(found.where(Application.id == application_id)).one_or_none()


# Wishes and bids -----------------------------------------------------------------------------------------------------


def get_wish(wish_id: int) -> Wish:
    """A wish with its application. Raises `NotFound`."""
    whole = joinedload(Wish.application).options(*applications.WHOLE)
    found = db.session.scalars(select(Wish).where(Wish.id == wish_id).options(whole)).first()
    if found is None:
        raise NotFound(_("There is no such wish."))
    return found


def find_wish(application_id: int, expert_id: int) -> Wish | None:
    """The wish of a pair that holds."""
    found = select(Wish).where(
        Wish.application_id == application_id, Wish.expert_id == expert_id, Wish.state != WishState.DROPPED
    )
    return db.session.scalars(found).first()


def list_wishes(call_id: int, regions: Collection[str]) -> list[Wish]:
    """The wishes of a call that hold, in these regions."""
    found = (
        select(Wish)
        .join(Wish.application)
        .join(Application.region)
        .where(Application.call_id == call_id, Region.code.in_(regions), Wish.state != WishState.DROPPED)
        .options(
            joinedload(Wish.application).options(*applications.WHOLE), joinedload(Wish.expert).joinedload(Expert.user)
        )
        .order_by(Application.reference, Wish.id)
    )
    return list(db.session.scalars(found))


def map_bids(expert_id: int, application_ids: Sequence[int]) -> dict[int, Bid]:
    """What an expert has answered, by application."""
    found = select(Bid).where(Bid.expert_id == expert_id, Bid.application_id.in_(application_ids))
    return {bid.application_id: bid for bid in db.session.scalars(found.options(joinedload(Bid.expert)))}
