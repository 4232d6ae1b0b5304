"""The reserve list of a region's money: who is next when some of it comes back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any

from sqlalchemy import func, select

from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.core.money import Money
from vouchers.decisions.models import Decision, QueueHold
from vouchers.decisions.queries.contests import Contest, get_group_of, list_groups
from vouchers.decisions.queries.entries import get_contest
from vouchers.decisions.queries.queues import map_holds
from vouchers.decisions.rules import queue as rules
from vouchers.decisions.rules.queue import Readiness, Verdict, Waiting
from vouchers.decisions.rules.ranking import Place
from vouchers.decisions.states import DecisionState
from vouchers.ledger.chart import Account
from vouchers.ledger.models import Fund, Journal, JournalLine
from vouchers.programmes.models import Call
from vouchers.programmes.rules.plan import CutPolicy
from vouchers.programmes.rules.rounds import rounds_of
from vouchers.regions.models import Region

GIVES = frozenset({Verdict.AWARD, Verdict.OFFER})


@dataclass(frozen=True)
class Reserve:
    """A list of a region in the order in which it is served, with those who wait on its reserve list."""

    contests: tuple[Contest, ...]
    """The list, or its rounds, the earliest first."""
    on_reserve: frozenset[int]
    holds: dict[int, QueueHold]

    @property
    def left(self) -> Money:
        """What the region can still award here."""
        return self.contests[0].left

    @property
    def policy(self) -> CutPolicy:
        """What the call published for the first one that the money does not cover."""
        return self.contests[0].policy

    @property
    def is_settled(self) -> bool:
        """Whether nobody is on the way to a place any more."""
        return not any(contest.under_way for contest in self.contests)

    @cached_property
    def order(self) -> list[Place]:
        """Those who wait for money, the next first; whom an appeal put ahead of all is so over all rounds."""
        waiting = [
            place
            for contest in self.contests
            for place in contest.places
            if place.rank is not None and place.entry.is_open and place.entry.passes
        ]
        return sorted(waiting, key=lambda place: not place.entry.stands_first)

    @cached_property
    def served(self) -> list[tuple[Place, rules.Place]]:
        """Each one who waits, with what the money means for it.

        Whoever is not on the reserve list yet, is held, or can only be drawn keeps the money it waits for. So do those
        who share a place where the money does not reach all of them: between them a lot decides, and no order.
        """
        tied: frozenset[Any] = frozenset()
        while True:
            found = list(zip(self.order, self._walk(tied), strict=True))
            torn = frozenset(self._torn(found)) - tied
            if not torn:
                return found
            tied |= torn

    def _walk(self, tied: frozenset[Any]) -> list[rules.Place]:
        entries = [
            Waiting(
                place.entry.key,
                place.entry.wants,
                Readiness.READY if self._is_ready(place.entry.key) and place.entry.key not in tied else Readiness.OPEN,
            )
            for place in self.order
        ]
        return rules.walk(entries, self.left, self.policy, self.contests[0].slots)

    def _is_ready(self, key: Any) -> bool:
        if key not in self.on_reserve or key in self.holds:
            return False
        return not any(
            contest.is_drawn(key) and not contest.was_drawn(key) for contest in self.contests if contest.is_by_lot
        )

    def _torn(self, found: Sequence[tuple[Place, rules.Place]]) -> Iterator[Any]:
        for _rank, group in groupby(found, key=lambda pair: self._rank(pair[0])):
            same = list(group)
            verdicts = {one.verdict for _place, one in same}
            if len(same) > 1 and verdicts & GIVES and verdicts != {Verdict.AWARD}:
                yield from (place.entry.key for place, _one in same)

    def _rank(self, place: Place) -> tuple[int, int | None]:
        return self._parts[place.entry.key], place.rank

    @cached_property
    def _parts(self) -> dict[Any, int]:
        """Key -> in which of the rounds it stands."""
        return {place.entry.key: number for number, contest in enumerate(self.contests) for place in contest.places}

    @cached_property
    def numbers(self) -> dict[Any, int]:
        """Key of each one on the reserve list -> its place there, from 1; those who are tied share one."""
        waiting = [place for place in self.order if place.entry.key in self.on_reserve]
        found: dict[Any, int] = {}
        ahead = 0
        for _rank, group in groupby(waiting, key=lambda place: (place.entry.stands_first, *self._rank(place))):
            same = list(group)
            found |= {place.entry.key: ahead + 1 for place in same}
            ahead += len(same)
        return found

    @property
    def next_ones(self) -> list[tuple[Place, rules.Place]]:
        """Whom the money reaches for sure."""
        return [pair for pair in self.served if pair[1].verdict in GIVES and pair[0].entry.key in self.on_reserve]

    @property
    def stuck(self) -> Place | None:
        """The first on the reserve list whom only a person can help, although the money reaches it: a draw decides."""
        for place, one in self.served:
            key = place.entry.key
            if key in self.on_reserve and key not in self.holds and one.verdict == Verdict.KEEPS and one.amount.cents:
                return place
        return None


def list_reserves(call: Call, region: Region) -> list[Contest]:
    """The lists of a region's money in a call, without their entries; none in a call without a reserve list."""
    return list_groups(call, region) if call.plan.has_reserve_list else []


def get_reserve(group: Contest) -> Reserve:
    """The reserve list of a list's money as it is now, over all rounds of a continuous call."""
    code, parts = group.instruments[0].code, rounds_of(group.call.plan) or (None,)
    contests = tuple(get_contest(group.call, group.region, code, part=part) for part in parts)
    on_reserve = frozenset(
        db.session.scalars(
            select(Application.id).where(
                Application.call_id == group.call.id,
                Application.region_id == group.region.id,
                Application.instrument_id.in_([instrument.id for instrument in group.instruments]),
                Application.state == ApplicationState.RESERVED,
                Application.disposed_at.is_(None),
            )
        )
    )
    return Reserve(contests, on_reserve, map_holds(list(on_reserve)))


def find_reserve_place(application: Application) -> int | None:
    """The place of an application on its reserve list as it is now, from 1; None while only a draw can give it one."""
    return get_reserve(get_group_of(application)).numbers.get(application.id)


def has_moved(group: Contest) -> bool:
    """Whether money has come to a list since the first of those who wait was put on its reserve list."""
    first = db.session.scalar(
        select(func.min(Decision.decided_at))
        .join(Application, Application.id == Decision.application_id)
        .where(
            Decision.state == DecisionState.RESERVED,
            Application.state == ApplicationState.RESERVED,
            Application.call_id == group.call.id,
            Application.region_id == group.region.id,
            Application.instrument_id.in_([instrument.id for instrument in group.instruments]),
        )
    )
    came = _last_credit(group.funds)
    return first is not None and came is not None and first <= came


def _last_credit(funds: Sequence[Fund]) -> datetime | None:
    """When money last became available on these funds."""
    return db.session.scalar(
        select(func.max(Journal.at))
        .join(JournalLine, JournalLine.journal_id == Journal.id)
        .where(JournalLine.fund_id.in_([fund.id for fund in funds]))
        .where(JournalLine.account == Account.AVAILABLE.value, JournalLine.cents > 0)
    )
