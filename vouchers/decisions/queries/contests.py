"""Finding decisions, and the lists from which they are made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from sqlalchemy import func, select

from vouchers.applications.models import Application
from vouchers.applications.queries.files import map_calls
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.core.money import Money
from vouchers.decisions.models import Decision
from vouchers.decisions.rules.ranking import Entry, Place, Standing, count_payable, left_at, places
from vouchers.decisions.rules.shortage import Shortage, shortage_of
from vouchers.draws.models import Draw
from vouchers.evaluation.rules.scoring import Result
from vouchers.ledger.chart import Account
from vouchers.ledger.models import Fund, StageBalance
from vouchers.ledger.queries import total_on_stage
from vouchers.programmes.models import Call, Instrument
from vouchers.programmes.rules.instrument_plan import Evaluator
from vouchers.programmes.rules.plan import Allocation, CutPolicy
from vouchers.programmes.rules.rounds import Round
from vouchers.regions.models import Region

_S = ApplicationState
DECIDED = frozenset({_S.AWARDED, _S.AGREED, _S.COMPLETED, _S.REJECTED, _S.LAPSED})
AWARDED = frozenset({_S.AWARDED, _S.AGREED, _S.COMPLETED})
UNDER_WAY = frozenset({_S.SUBMITTED, _S.ELIGIBLE, _S.IN_EVALUATION})
"""Before a place in the ranking of those that experts mark."""


def list_decisions(application_id: int) -> list[Decision]:
    """What was decided, oldest first; the last one holds."""
    found = select(Decision).where(Decision.application_id == application_id).order_by(Decision.id)
    return list(db.session.scalars(found))


def find_decision(application_id: int) -> Decision | None:
    """The decision that holds."""
    return next(iter(reversed(list_decisions(application_id))), None)


# The list of a region ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Contest:
    """Those who compete for the same money of a region in a call, and how: by marks, or in the order of submission."""

    call: Call
    region: Region
    instruments: tuple[Instrument, ...]
    is_by_marks: bool
    funds: tuple[Fund, ...]
    results: dict[int, Result] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    under_way: int = 0
    """How many are still on their way to a place."""
    siblings: tuple[Contest, ...] = ()
    """All lists of the region in the call, this one too, without their entries."""
    round: Round | None = None
    """The round of a continuous call whose applications these are."""
    draw: Draw | None = None
    """Of a call that draws lots, once the pool is frozen."""
    in_draw: frozenset[int] = frozenset()
    """The applications of its pool, and those that came to the list after the draw."""
    late: Mapping[str, int] = field(default_factory=dict)
    """The latter by their references, with the place that each would have been drawn at."""

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.call.programme.code}/{self.region.code}"

    @cached_property
    def left(self) -> Money:
        """What the region can still award here."""
        return total_on_stage(self.funds, Account.AVAILABLE)

    @cached_property
    def places(self) -> list[Place]:
        """The ranking with the cut, best first."""
        return places(self.entries, self.left, self.policy, self.slots)

    @cached_property
    def slots(self) -> int | None:
        """How many vouchers the quota still allows; None without a quota."""
        return None if self.quota is None else max(self.quota - count_granted(self), 0)

    @property
    def ends_by_quota(self) -> bool:
        """Whether the quota is used up by those within the money."""
        within = sum(place.standing in {Standing.WITHIN, Standing.OFFER} for place in self.places)
        return self.slots is not None and within >= self.slots

    @property
    def is_queue(self) -> bool:
        """Whether the office itself gives the money, first come, first served."""
        return self.call.plan.allocation is Allocation.FIRST_COME

    @property
    def is_by_lot(self) -> bool:
        """Whether a lot is drawn: among all who are eligible, or among those tied where the money ends."""
        return self.call.plan.allocation in {Allocation.LOTTERY, Allocation.RANKING_LOTTERY}

    @property
    def is_lottery(self) -> bool:
        """Whether everybody who is eligible has the same chance, so that nobody has a rank."""
        return self.call.plan.allocation is Allocation.LOTTERY

    def is_drawn(self, application_id: int) -> bool:
        """Whether only a draw can award this application."""
        if self.is_lottery or application_id in self.in_draw:
            return True
        place = self.find_place(application_id) if self.is_by_lot else None
        return place is not None and place.standing == Standing.TIED

    def was_drawn(self, application_id: int) -> bool:
        """Whether a draw that was held here says why it was decided so."""
        return application_id in self.in_draw and self.draw is not None and self.draw.result is not None

    def is_drawable(self, application_id: int) -> bool:
        """Whether it is one of those among whom a lot is drawn."""
        place = self.find_place(application_id)
        return place is not None and place.entry.passes and place.entry.is_open and self.is_drawn(application_id)

    @property
    def carried(self) -> tuple[Instrument, ...]:
        """Every instrument that this money is for, also those of the region's other lists."""
        lists = [one for one in self.siblings if one.funds == self.funds] or [self]
        return tuple(instrument for one in lists for instrument in one.instruments)

    @property
    def quota(self) -> int | None:
        """The most vouchers that the envelope behind this money carries."""
        codes = {instrument.code for instrument in self.carried}
        for envelope in self.call.plan.envelopes:
            if envelope.region == self.region.code and (envelope.instrument is None or envelope.instrument in codes):
                return envelope.quota
        return None

    def is_marked(self, application: Application) -> bool:
        """Whether experts mark an application of this list."""
        by_experts = application.instrument.plan.evaluation is Evaluator.EXPERTS
        return by_experts and self.call.plan.marking is not None

    @property
    def policy(self) -> CutPolicy:
        """What the call published for the cut. In the order of submission, what fits is given."""
        is_published = self.is_by_marks or self.is_queue or self.is_lottery
        return self.call.plan.cut_policy if is_published else CutPolicy.SKIP

    @property
    def cut_before(self) -> Any:
        """The key of the first one that the money does not reach; None where it reaches all."""
        short = {Standing.BEYOND, Standing.TIED}
        return next((place.entry.key for place in self.places if place.standing in short), None)

    @property
    def left_at_cut(self) -> Money:
        """What is left there once those above it have theirs."""
        return left_at(self.places, self.cut_before, self.left, self.slots)[0]

    @property
    def payable_at_cut(self) -> tuple[int, int, int]:
        """Of those tied at the cut: how many can be paid at least, at most, and how many there are."""
        return count_payable(self.places, *left_at(self.places, self.cut_before, self.left, self.slots))

    @cached_property
    def _places_by_key(self) -> dict[Any, Place]:
        return {place.entry.key: place for place in self.places}

    def without(self, keys: Collection[Any]) -> Contest:
        """The same list as if these did not wait for its money any more."""
        entries = tuple(replace(one, is_open=one.is_open and one.key not in keys) for one in self.entries)
        return replace(self, entries=entries)

    def find_place(self, application_id: int) -> Place | None:
        """Where an application stands."""
        return self._places_by_key.get(application_id)

    def find_shortage(self, application_id: int) -> Shortage | None:
        """What ends before its place: the money, or the vouchers of the quota; None where neither does for sure."""
        _left, slots = left_at(self.places, application_id, self.left, self.slots)
        return shortage_of(self.find_place(application_id), slots)


def list_groups(call: Call, region: Region) -> list[Contest]:
    """The lists of a region in a call, without their entries: those that experts mark first."""
    return _list_groups(call, region, _map_funds([(call, region)])[call.id, region.id])


def _list_groups(call: Call, region: Region, funds: Mapping[str, tuple[Fund, ...]]) -> list[Contest]:
    offered = [one for one in call.programme.instruments if one.code in call.plan.instruments]
    groups: dict[tuple[bool, tuple[Fund, ...]], list[Instrument]] = defaultdict(list)
    for instrument in offered:
        by_marks = instrument.plan.evaluation is Evaluator.EXPERTS and call.plan.marking is not None
        by_marks = by_marks and call.plan.allocation is not Allocation.FIRST_COME  # one queue for all, marked or not
        groups[by_marks, funds.get(instrument.code) or funds.get("*", ())].append(instrument)
    ordered = sorted(groups.items(), key=lambda item: not item[0][0])
    found = [Contest(call, region, tuple(ones), by_marks, carrying) for (by_marks, carrying), ones in ordered]
    return [replace(one, siblings=tuple(found)) for one in found]


def get_group_of(application: Application) -> Contest:
    """The list of an application without its entries: whose money it is."""
    return map_groups_of([application])[application.id]


def map_groups_of(applications: Sequence[Application]) -> dict[int, Contest]:
    """Application id -> the same, in as many queries however many they are."""
    calls = map_calls({one.call_id for one in applications})
    places = {(one.call_id, one.region_id): (calls[one.call_id], one.region) for one in applications}
    funds = _map_funds(places.values())
    groups = {key: _list_groups(*place, funds[key]) for key, place in places.items()}
    return {
        one.id: next(
            group
            for group in groups[one.call_id, one.region_id]
            if one.instrument_id in {instrument.id for instrument in group.instruments}
        )
        for one in applications
    }


def count_granted(group: Contest) -> int:
    """How many vouchers of a list's money have been granted and stand."""
    found = select(func.count(Application.id)).where(
        Application.call_id == group.call.id,
        Application.region_id == group.region.id,
        Application.instrument_id.in_([instrument.id for instrument in group.carried]),
        Application.state.in_(AWARDED),
    )
    return db.session.scalar(found) or 0


def _map_funds(places: Collection[tuple[Call, Region]]) -> dict[tuple[int, int], dict[str, tuple[Fund, ...]]]:
    """(call id, region id) -> the region's funds in the call by their instrument.

    ``*`` is for those instruments that have none of their own.
    """
    wanted = select(Fund).where(
        Fund.programme.in_({call.programme.code for call, _region in places}),
        Fund.call.in_({call.code for call, _region in places}),
        Fund.region.in_({region.code for _call, region in places}),
    )
    found: dict[tuple[str, str, str], dict[str, tuple[Fund, ...]]] = defaultdict(dict)
    for fund in db.session.scalars(wanted.order_by(Fund.id)) if places else ():
        ones = found[fund.programme, fund.call, fund.region]
        ones[fund.instrument] = (*ones.get(fund.instrument, ()), fund)
    return {
        (call.id, region.id): found.get((call.programme.code, call.code, region.code), {}) for call, region in places
    }


def lock_available(funds: Sequence[Fund]) -> dict[int, Money]:
    """What each fund has available, held until the step ends: two awards cannot count on the same euro."""
    found = db.session.execute(
        select(StageBalance.fund_id, StageBalance.cents)
        .where(StageBalance.fund_id.in_([fund.id for fund in funds]), StageBalance.account == Account.AVAILABLE.value)
        .order_by(StageBalance.fund_id)
        .with_for_update()
    ).all()
    cents = {row.fund_id: row.cents for row in found}
    return {fund.id: Money(cents.get(fund.id, 0), fund.currency) for fund in funds}
