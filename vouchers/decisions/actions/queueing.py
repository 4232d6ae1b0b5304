"""Walking a queue or a reserve list: whom the money reaches for sure is awarded, who needs a person is noted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application, get_call
from vouchers.applications.states import ApplicationState
from vouchers.core.clock import day_in
from vouchers.core.database import unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.decisions import letters
from vouchers.decisions.actions.deciding import grant, lock_company, lock_money, put_on_reserve
from vouchers.decisions.actions.guards import ensure_one_more
from vouchers.decisions.lifecycle import QUEUE_HOLD
from vouchers.decisions.models import Decision, QueueHold
from vouchers.decisions.queries.contests import Contest, list_groups, lock_available
from vouchers.decisions.queries.queues import Queue, get_queue
from vouchers.decisions.queries.reserves import get_reserve, has_moved, list_reserves
from vouchers.decisions.rules import awards
from vouchers.decisions.rules.queue import Place, Verdict
from vouchers.decisions.rules.shortage import SAID, Shortage
from vouchers.decisions.states import HoldState
from vouchers.enquiries.queries import find_open_clarification
from vouchers.evaluation.actions.checks import find_eligible, read_open_rules
from vouchers.evaluation.queries.checks import gather_facts
from vouchers.evaluation.rules.findings import STILL_ASKED
from vouchers.programmes.rules.plan import Allocation
from vouchers.regions.models import Region
from vouchers.workflow.transition import creation, fresh

AT_ONCE = 20
"""Steps in one unit of work: enough to be quick, few enough that nobody waits long for the budget."""

Reason = dict[str, Any]
_DRAW_DECIDES = _("It shares its place with others, or only a draw can award it: the order does not say who is next.")


def walk_queue(call_id: int, region_id: int, *, is_freed: bool = False, by: Any, at: datetime) -> int:
    """Do the next steps of the queues of a region in a call, in the order of the receipts, or of its reserve lists, in
    the order of their places. Answers how many it did.

    The budget of the queue is locked first, so only one walk at a time does anything there, and what it reads is what
    all others have committed. Whoever calls again until nothing was done has walked the queue to its end.

    Args:
        is_freed: somebody has left a reserve list, so that it may move although no money has come.
    """
    with unit_of_work():
        call, region = get_call(call_id), fresh(Region, region_id)
        if call.plan.allocation is not Allocation.FIRST_COME:
            return sum(_move_up(group, is_freed=is_freed, by=by, at=at) for group in list_reserves(call, region))
        return sum(_walk(group, by=by, at=at) for group in list_groups(call, region))


def _move_up(group: Contest, *, is_freed: bool, by: Any, at: datetime) -> int:
    """Award the next on a reserve list as far as the money reaches; the first who needs a person stops the walk."""
    lock_money(group)
    if not group.funds or not (is_freed or has_moved(group)):
        return 0
    reserve = get_reserve(group)
    if not reserve.is_settled:
        return 0
    done = 0
    for ranked, place in reserve.next_ones[:AT_ONCE]:
        done += 1
        why = _("From the reserve list, in its order, with money that became free.")
        if not _award(group, place, why, rank=ranked.rank, by=by, at=at):
            return done  # it is held now: what is sure for those behind must be reckoned again
    if not done and (stuck := reserve.stuck) is not None:
        hold_application(
            get_application(int(str(stuck.entry.key))), [{"rule": "", "sentence": str(_DRAW_DECIDES)}], by=by, at=at
        )
        done = 1
    return done


def _walk(group: Contest, *, by: Any, at: datetime) -> int:
    lock_money(group)
    done, rows = 0, get_queue(group).rows
    for row in [row for row in rows if row.is_new][:AT_ONCE]:
        _look_at(get_application(row.id), by=by, at=at)
        done += 1
    for row in [row for row in rows if row.has_newer_papers]:
        done += _look_again(get_application(row.id), by=by, at=at)
    if not group.funds:  # without voted money nobody is awarded and nobody beyond it
        return done
    queue = get_queue(group)
    for place in _to_do(queue)[:AT_ONCE]:
        done += 1
        if not _settle(queue, group, place, by=by, at=at):
            break  # it is held now: what is sure for those behind must be reckoned again
    return done


def _to_do(queue: Queue) -> list[Place]:
    """Whom the office awards, and whom it puts on the reserve list where the call has one."""
    awarded = [place for place in queue.places if place.verdict in {Verdict.AWARD, Verdict.OFFER}]
    states = {row.id: row.state for row in queue.rows}
    beyond = [place for place in queue.places if place.verdict == Verdict.BEYOND]
    fresh = [place for place in beyond if states[int(str(place.entry.key))] != ApplicationState.RESERVED]
    return [*awarded, *(fresh if queue.call.plan.has_reserve_list else [])]


# The formal check ----------------------------------------------------------------------------------------------------


def _look_at(application: Application, *, by: Any, at: datetime) -> None:
    """Every rule is met: it is eligible. Else a person must look, and it keeps its place and its money."""
    open_rules = read_open_rules(application, at=at)
    reasons = [{"rule": one.rule.code, "sentence": f"{one.rule.name}: {one.evidence}"} for one in open_rules]
    if find_open_clarification(application.id):
        reasons.append({"rule": "", "sentence": str(STILL_ASKED)})
    if reasons:
        hold_application(application, reasons, by=by, at=at)
    else:
        find_eligible(application, {}, by=by, at=at)


def _look_again(application: Application, *, by: Any, at: datetime) -> bool:
    """With the paper that was handed in since, every rule may be met; else it goes on waiting for its person."""
    if read_open_rules(application, at=at) or find_open_clarification(application.id):
        return False
    find_eligible(application, {}, by=by, at=at)
    return True


def hold_application(application: Application, reasons: Sequence[Reason], *, by: Any, at: datetime) -> None:
    """Note why a person must look at an application of the queue; it keeps its place and its money until then."""
    hold = QueueHold(
        state=HoldState.HELD,
        application=application,
        at_state=application.state.value,
        reasons=list(reasons),
        held_at=at,
    )
    with creation(hold, QUEUE_HOLD.hold, by=by, at=at) as step:
        if application.state == ApplicationState.RESERVED:
            letters.write_hold(step, application, [reason["sentence"] for reason in reasons])


# The money -----------------------------------------------------------------------------------------------------------


def _settle(queue: Queue, group: Contest, place: Place, *, by: Any, at: datetime) -> bool:
    """Award it or put it on the reserve list; False where a person must look first."""
    application = get_application(int(str(place.entry.key)))
    if place.verdict == Verdict.BEYOND:
        put_on_reserve(_decision(application, place.number, _what_ended(queue, place), at=at), by=by, at=at)
        return True
    why = _("In the order of submission, with the money that is left.")
    return _award(group, place, why, rank=place.number, by=by, at=at)


def _what_ended(queue: Queue, place: Place) -> Sentence:
    """The vouchers of the quota or the money: what those ahead have used up."""
    given = sum(one.verdict in {Verdict.AWARD, Verdict.OFFER} for one in queue.places[: place.number - 1])
    if queue.slots is not None and queue.slots <= given:
        return SAID[Shortage.VOUCHERS]
    return _("The money ended before its place.")


def _award(group: Contest, place: Place, why: Sentence, *, rank: int | None, by: Any, at: datetime) -> bool:
    """Award the one whose turn it is; False where something forbids it and a person must look first."""
    application = get_application(int(str(place.entry.key)))
    lock_company(application)
    if reasons := _obstacles(application, place.amount, at=at):
        hold_application(application, reasons, by=by, at=at)
        return False
    available = lock_available(group.funds)
    grant(_decision(application, rank, why, at=at), place.amount, group, available, by=by, at=at)
    return True


def _obstacles(application: Application, amount: Money, *, at: datetime) -> list[Reason]:
    """What forbids an award although the application is eligible, as it is at this moment."""
    facts, instrument = gather_facts(application, at=at), application.instrument.plan
    today = day_in(application.region.time_zone, at)
    rules: list[Callable[[], Any]] = [
        lambda: awards.ensure_amount(
            amount, requested=application.requested, cap=application.grant.cap, is_sum=application.grant.is_sum
        ),
        lambda: ensure_one_more(replace(facts, requested=amount)),
        lambda: awards.ensure_before_activity(facts.activity_start, today, prior_approval=instrument.prior_approval),
    ]
    found: list[Reason] = []
    for rule in rules:
        try:
            rule()
        except RuleBroken as broken:
            found.append({"rule": "", "sentence": str(broken)})
    return found


def _decision(application: Application, rank: int | None, reason: Sentence, *, at: datetime) -> Decision:
    return Decision(
        application=application,
        currency=application.currency,
        rank=rank,
        score=application.score,
        reason=str(reason),
        decided_at=at,
        decided_by_id=None,
        is_told=True,
    )
