"""What is asked before a decision is written. Whoever decides asks it, and so does the page that foretells it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from vouchers.applications.models import Application
from vouchers.core.clock import day_in
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.decisions.queries import contests as queries
from vouchers.decisions.queries import ranked
from vouchers.decisions.queries.contests import Contest
from vouchers.decisions.queries.pools import find_pool, turn_of
from vouchers.decisions.queries.queues import get_queue, total_ahead
from vouchers.decisions.rules import awards
from vouchers.decisions.rules.conditions import ensure_ahead
from vouchers.decisions.rules.pools import ensure_drawn, ensure_no_pool_thinned
from vouchers.decisions.rules.queue import Verdict
from vouchers.decisions.rules.ranking import list_passed_over
from vouchers.decisions.rules.sessions import Condition
from vouchers.decisions.rules.shortage import ensure_said
from vouchers.eligibility.rules.aid import Aid
from vouchers.eligibility.rules.aid_rules import ensure_grantable
from vouchers.eligibility.rules.applicant_rules import list_limits
from vouchers.eligibility.rules.facts import Facts
from vouchers.eligibility.rules.papers import OWN
from vouchers.evaluation.queries.checks import gather_facts, state_aid_of
from vouchers.programmes.rules.plan import StateAid


@dataclass(frozen=True, slots=True)
class Before:
    """An award of the same step that comes before the one that is asked about, and is not written yet."""

    application: Application
    amount: Money


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for one award.

    Args:
        amount: None for what was asked for, up to the cap.
        left: what the list's money holds at this moment.
        together: the keys of those who are awarded in the same step, whom nobody passes over.
        before: of these, those that come first and are not written yet.
    """

    amount: Money | None
    left: Money
    reason: str = ""
    conditions: Sequence[Condition] = ()
    together: Collection[Any] = ()
    before: Sequence[Before] = ()


def ensure_awardable(contest: Contest, application: Application, asked: Asked, *, at: datetime) -> Money:
    """All that must hold for an award, beside who gives it. Returns what would be granted.

    Raises:
        RuleBroken: with the first rule that does not hold.
        WrongState: it was decided before, or its marks are not complete.
    """
    region = application.region.name
    awards.ensure_ripe(application, is_by_marks=contest.is_marked(application))
    ensure_ahead([one.until for one in asked.conditions], _today(application, at))
    granted = _ensure_grantable(application, contest, asked, at=at)
    taken = sum(one.amount.cents for one in asked.before)
    awards.ensure_money_left(granted, asked.left - Money(taken, granted.currency), region)
    awards.ensure_quota_left(contest.quota, queries.count_granted(contest) + len(asked.before), region)
    if contest.is_queue:
        _ensure_not_kept_for_others(application, contest, granted)
    return granted


def ensure_reservable(contest: Contest, application: Application, reason: str) -> None:
    """All that must hold for a place on the reserve list. Raises `RuleBroken` or `WrongState`."""
    awards.ensure_ripe(application, is_by_marks=contest.is_marked(application))
    awards.ensure_passes(contest.results.get(application.id), application.call.plan.marking)
    if not application.call.plan.has_reserve_list:
        raise RuleBroken(_("This call has no reserve list."))
    _ensure_pool_stays(application, contest)
    ensure_said(contest.find_shortage(application.id), reason)


def ensure_rejectable(contest: Contest, application: Application, reason: str) -> None:
    """All that must hold for a rejection. Raises `RuleBroken` or `WrongState`."""
    awards.ensure_ripe(application, is_by_marks=contest.is_marked(application))
    if not reason.strip() and not contest.was_drawn(application.id):
        raise RuleBroken(_("Say why it is not supported"), field="reason")
    _ensure_pool_stays(application, contest)


def ensure_one_more(facts: Any) -> None:
    """The company stays within what the call and the programme allow with one more voucher. Raises `RuleBroken`."""
    awards.ensure_within_limits(list_limits(facts))
    ensure_grantable(facts)


def ensure_turn(contest: Contest, key: int, reference: str, reason: str, together: Collection[Any] = ()) -> None:
    """It is its turn: by its lot, or by its place in the ranking. Raises `RuleBroken`.

    Args:
        together: the keys of those who are awarded in the same step, whom nobody passes over.
    """
    if contest.is_drawn(key):
        draw, ahead, reaches = turn_of(contest, key, together)
        ensure_drawn(draw, reference, reason, ahead, reaches=reaches, is_late=reference in contest.late)
    elif contest.is_by_marks:
        skipped = [one.entry.key for one in list_passed_over(contest.places, key)]
        skipped = [one for one in skipped if one not in together]
        awards.ensure_in_order(ranked.list_references(skipped) if skipped else [], reason, contest.policy)


def _ensure_grantable(application: Application, contest: Contest, asked: Asked, *, at: datetime) -> Money:
    instrument = application.instrument.plan
    if not contest.funds:
        raise RuleBroken(_("%(region)s has no money in this call.", region=application.region.name))
    usual = awards.usual_amount(application.requested, application.grant.cap)
    granted = awards.ensure_within(asked.amount or usual, usual, is_sum=application.grant.is_sum)
    awards.ensure_passes(contest.results.get(application.id), application.call.plan.marking)
    facts = _with_those_before(gather_facts(application, at=at), application, asked.before)
    ensure_one_more(replace(facts, requested=granted))
    awards.ensure_before_activity(
        facts.activity_start, _today(application, at), prior_approval=instrument.prior_approval
    )
    if contest.round is not None:
        awards.ensure_round_over(contest.round, at, application.call.time_zone)
        awards.ensure_earlier_decided(ranked.list_open_before(contest), asked.reason)
    ensure_turn(contest, application.id, application.reference, asked.reason, asked.together)
    return granted


def _with_those_before(facts: Facts, application: Application, before: Sequence[Before]) -> Facts:
    """The facts of a company as if its awards before this one were written."""
    own = [one for one in before if one.application.organisation_id == application.organisation_id]
    for one in own:
        facts = _with_one(facts, one, is_same=one.application.instrument_id == application.instrument_id)
    return facts


def _with_one(facts: Facts, one: Before, *, is_same: bool) -> Facts:
    """All of one list are of one call, so whatever is of the same instrument is also of the same call."""
    vouchers, aid = facts.vouchers, facts.aid
    vouchers = replace(vouchers, granted_in_programme=vouchers.granted_in_programme + 1)
    if is_same:
        vouchers = replace(
            vouchers,
            granted_in_call=vouchers.granted_in_call + 1,
            active=vouchers.active + 1,
            granted_in_all=vouchers.granted_in_all + 1,
            amount_in_all=(vouchers.amount_in_all or Money(0, one.amount.currency)) + one.amount,
        )
    entries = aid.entries
    if state_aid_of(one.application) is StateAid.DE_MINIMIS:
        entries = (*entries, Aid(OWN, facts.today, one.amount, one.application.region.country))
    in_programme = (aid.in_programme or Money(0, one.amount.currency)) + one.amount
    return replace(facts, vouchers=vouchers, aid=replace(aid, entries=entries, in_programme=in_programme))


def _ensure_not_kept_for_others(application: Application, contest: Contest, granted: Money) -> None:
    """In a queue, whoever is ahead and not decided keeps its money; a person cannot give it to one behind."""
    queue = get_queue(contest)
    place = queue.find_place(application.id)
    if place is None:
        return
    slots_ahead = sum(1 for one in queue.places[: place.number - 1] if one.verdict != Verdict.OUT)
    left = max(queue.left - total_ahead(queue, application.id), Money(0, granted.currency))
    awards.ensure_not_kept(granted, left, is_place_left=queue.slots is None or queue.slots > slots_ahead)


def _ensure_pool_stays(application: Application, contest: Contest) -> None:
    if contest.is_drawable(application.id):
        ensure_no_pool_thinned(find_pool(contest))


def _today(application: Application, at: datetime) -> date:
    return day_in(application.region.time_zone, at)
