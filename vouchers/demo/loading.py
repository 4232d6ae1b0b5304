"""Filling an empty office with the demo."""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import zip_longest

from sqlalchemy import func, select

from vouchers.applications.models import Application
from vouchers.audit.actions import seal_events
from vouchers.core.clock import stopped_at
from vouchers.core.database import db
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.demo.asking import ask_and_wait, ask_in_public
from vouchers.demo.auditing import audit
from vouchers.demo.claiming import leave_batches, pay
from vouchers.demo.closing import close_first_months
from vouchers.demo.finance.bank import Bank
from vouchers.demo.finance.ending import keep_a_file, let_system_read
from vouchers.demo.finance.spending import load_rates
from vouchers.demo.finance.stories import tell_stories
from vouchers.demo.moving import move_money
from vouchers.demo.owning import state_owners
from vouchers.demo.plan import STORIES, make_slots
from vouchers.demo.registering import register_aid
from vouchers.demo.settling import Settled, settle
from vouchers.demo.walking import Walker
from vouchers.programmes.actions import record_received_funds
from vouchers.programmes.models import Call, Programme
from vouchers.programmes.queries import list_envelopes_of
from vouchers.regions.queries import find_region
from vouchers.users.queries import find_user

PROGRAMME, CALL = "in2lifesciences", "2026-1"
BY_STEPS = 100
"""So many applications are built by performing every step; what exceeds them is built in bulk."""
USUAL = 64
FEWEST = 17
"""So many companies there are at least: three of the first region."""
ADVANCE = Decimal("0.3")


def load_demo(call: Call, *, count: int, seed: int, now: datetime) -> int:
    """Build the demo's people and `count` applications. Returns how many steps of applications were taken.

    Raises:
        RuleBroken: the demo was loaded before.
    """
    if find_user("coordinator@demo.example") is not None:
        raise RuleBroken(_("The demo is loaded already; nothing was changed."))
    chance = random.Random(seed)
    until = min(now, call.closes_at)
    with stopped_at(call.opens_at - timedelta(days=10)):
        begin = call.opens_at - timedelta(days=10)
        settled = settle(call.programme.code, companies=max(min(count, BY_STEPS), FEWEST), at=begin)
    with stopped_at(call.opens_at - timedelta(days=2)):
        state_owners(settled, at=call.opens_at - timedelta(days=2))
    _receive_advances(call, settled, at=call.opens_at + timedelta(hours=1))
    first = find_region(min(settled.companies))
    bank = Bank(first, settled.officers[first.code]) if first else None
    walker = Walker(call, {item.code: item for item in call.programme.instruments}, settled, chance, bank)
    steps = _live(walker, min(count, BY_STEPS), until=until, now=now)
    leave_batches(walker, at=now)
    with stopped_at(now):
        audit(call, settled, at=now)
    if count > BY_STEPS:
        from vouchers.demo.bulk import build_in_bulk

        build_in_bulk(call, count - BY_STEPS, seed=seed, until=until)
    close_first_months(call, settled, at=now)
    with stopped_at(now):
        keep_a_file(walker, at=now)
        let_system_read(walker, at=now)
    seal_events(at=now)
    return steps


def count_applications(programme_code: str, call_code: str) -> int:
    """How many the call holds, drafts too."""
    found = select(func.count(Application.id)).join(Application.call).join(Call.programme)
    return db.session.scalar(found.where(Programme.code == programme_code, Call.code == call_code)) or 0


def _receive_advances(call: Call, settled: Settled, *, at: datetime) -> None:
    """Each region's prefinancing has arrived before the call opens."""
    for number, envelope in enumerate(list_envelopes_of([call.id])):
        officer = settled.officers[envelope.region.code]
        for carried in envelope.funds:
            if carried.fund.kind == "prefinanced":
                amount = envelope.amount.share(carried.fund.rate).share(ADVANCE)
                reference = f"BANK-{at:%Y}-{number + 1:03d}"
                record_received_funds(
                    envelope, carried.fund.line, amount, on=at.date(), reference=reference, by=officer, at=at
                )


def _live(walker: Walker, count: int, *, until: datetime, now: datetime) -> int:
    """Let every application and every region's payments take their steps in the order of time, up to now."""
    slots = make_slots(count, opens_at=walker.call.opens_at, until=until, chance=walker.chance)
    by_region = [
        [(region, *entry) for entry in entries] for region, entries in sorted(walker.settled.companies.items())
    ]
    companies = [company for turn in zip_longest(*by_region) for company in turn if company]  # region by region in turn
    lives: list[Iterator[datetime]] = []
    places = 1 + max(place for _story, _instrument, _goal, place in STORIES)
    told, companies = by_region[0][:places], [one for one in companies if one not in by_region[0][:places]]
    for slot in slots:
        whose = companies[slot.number % len(companies)] if slot.story is None else told[slot.place]
        region, organisation, owner = whose
        lives.append(walker.walk(slot, region, organisation, owner))
    lives += [pay(walker, region, walker.call.opens_at, now) for region in sorted(walker.settled.companies)]
    lives += _offices(walker, until=until, now=now)
    queue: list[tuple[datetime, int]] = []
    for number, life in enumerate(lives):
        _wait(queue, number, life)
    steps = 0
    while queue and queue[0][0] <= now:
        moment, number = heapq.heappop(queue)
        with stopped_at(moment):
            _wait(queue, number, lives[number])
        steps += 1
    return steps


def _offices(walker: Walker, *, until: datetime, now: datetime) -> list[Iterator[datetime]]:
    """What the regions do beside the applications: register aid, answer questions, move money."""
    call_id, settled, opens_at = walker.call.id, walker.settled, walker.call.opens_at
    lives = [register_aid(region, settled.managers[region], opens_at, now) for region in sorted(settled.companies)]
    first = min(settled.companies)
    lives += tell_stories(walker, walker.bank, opens_at) if walker.bank else []
    lives.append(load_rates(opens_at + timedelta(hours=2), now, by=settled.officers[first]))
    lives.append(ask_in_public(call_id, settled, opens_at + (until - opens_at) / 2))
    if until - opens_at > timedelta(days=14):
        lives.append(ask_and_wait(call_id, settled, until - timedelta(days=1)))
        lives.append(move_money(call_id, settled, until - timedelta(days=6)))
    return lives


def _wait(queue: list[tuple[datetime, int]], number: int, life: Iterator[datetime]) -> None:
    """Take the life's next step and queue the one after it."""
    following = next(life, None)
    if following is not None:
        heapq.heappush(queue, (following, number))
