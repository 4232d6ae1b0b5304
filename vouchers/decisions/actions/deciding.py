"""Deciding: awards that set money aside, the reserve list, rejections."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from vouchers.applications.actions.deciding import award_application, reject_application, reserve_application
from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application
from vouchers.core.clock import day_in
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money, total
from vouchers.core.text import say as _
from vouchers.decisions import letters, postings
from vouchers.decisions.actions.conditions import attach_conditions
from vouchers.decisions.lifecycle import DECISION
from vouchers.decisions.models import Decision, DecisionSession
from vouchers.decisions.queries import contests as queries
from vouchers.decisions.queries import entries, ranked
from vouchers.decisions.queries.basis import gather_basis
from vouchers.decisions.queries.contests import Contest
from vouchers.decisions.queries.pools import find_pool, turn_of
from vouchers.decisions.queries.queues import get_queue, total_ahead
from vouchers.decisions.rules import awards
from vouchers.decisions.rules.conditions import ensure_ahead
from vouchers.decisions.rules.pools import ensure_drawn, ensure_no_pool_thinned
from vouchers.decisions.rules.queue import Verdict
from vouchers.decisions.rules.ranking import list_passed_over
from vouchers.decisions.rules.sessions import Condition
from vouchers.eligibility.rules.aid_rules import ensure_grantable
from vouchers.eligibility.rules.applicant_rules import list_limits
from vouchers.evaluation.actions.grants import note_grant
from vouchers.evaluation.queries.checks import gather_facts
from vouchers.evaluation.queries.tainted import ensure_untainted
from vouchers.evaluation.rules.scoring import score_text
from vouchers.organisations.models import Organisation
from vouchers.users.models import User
from vouchers.workflow.transition import creation


def award_decision(
    application: Application,
    amount: Money | None,
    reason: str = "",
    *,
    conditions: Sequence[Condition] = (),
    by: User,
    at: datetime,
) -> Decision:
    """Grant a voucher: the region's money is set aside for it, and the applicant is told.

    Args:
        amount: None for what was asked for, up to the cap.
        conditions: what must be done before the agreement is offered.

    Raises:
        RuleBroken: not enough money is left or the quota is used up, it is below a threshold, one limit of the company
            is reached, the activity has begun, its round still runs, somebody before it is passed over without a
            reason, or (first come, first served) the money is kept for those ahead.
        WrongState: it was decided before, or its marks are not complete.
    """
    with unit_of_work():
        application = get_application(application.id)
        lock_money(queries.get_group_of(application))
        ensure_untainted(application.call, [application.id])
        contest = entries.get_contest_of(application)
        return award_within(contest, application, amount, reason, conditions=conditions, by=by, at=at)


def award_within(
    contest: Contest,
    application: Application,
    amount: Money | None,
    reason: str,
    *,
    conditions: Sequence[Condition] = (),
    session: DecisionSession | None = None,
    together: Collection[Any] = (),
    by: Any,
    at: datetime,
) -> Decision:
    """The same within a list whose money the caller has locked.

    Args:
        session: the session of two persons in which it is decided; the letter then waits for its batch.
        together: the keys of those who are awarded in the same step, whom nobody passes over.
    """
    lock_company(application)
    awards.ensure_ripe(application, is_by_marks=contest.is_marked(application))
    ensure_ahead([one.until for one in conditions], _today(application, at))
    granted = _ensure_grantable(application, contest, amount, reason, together, at=at)
    available = queries.lock_available(contest.funds)
    left = total(list(available.values()), granted.currency)
    awards.ensure_money_left(granted, left, application.region.name)
    awards.ensure_quota_left(contest.quota, queries.count_granted(contest), application.region.name)
    if contest.is_queue:
        _ensure_not_kept_for_others(application, contest, granted)
    decision = _new(application, contest, reason, session, by=by, at=at)
    return grant(decision, granted, contest, available, conditions=conditions, by=by, at=at)


def ensure_one_more(facts: Any) -> None:
    """The company stays within what the call and the programme allow with one more voucher. Raises `RuleBroken`."""
    awards.ensure_within_limits(list_limits(facts))
    ensure_grantable(facts)


def lock_money(group: Contest) -> dict[int, Money]:
    """What each fund of a list has available, held to the end of the step: nobody else counts on the same euro.

    Whoever decides takes this lock first, then the company, then the application; so nobody waits in a circle.
    """
    return queries.lock_available(group.funds)


def lock_company(application: Application) -> None:
    """Hold the company to the end of the step, so that two awards cannot both be its last one within a limit."""
    db.session.refresh(application.organisation, with_for_update={"of": Organisation})


def grant(
    decision: Decision,
    granted: Money,
    group: Contest,
    available: Mapping[int, Money],
    *,
    conditions: Sequence[Condition] = (),
    by: Any,
    at: datetime,
) -> Decision:
    """Write an award whose rules have been asked: application, decision, books, conditions, letter."""
    application, why = decision.application, decision.reason or None
    decision.amount = granted
    award_application(application, granted, is_told=decision.is_told, by=by, at=at, why=why)
    with creation(decision, DECISION.award, by=by, at=at, why=why) as step:
        beneficiary = application.organisation.name
        step.post(postings.awarded(application.reference, granted, group.funds, available, beneficiary=beneficiary))
        attach_conditions(decision, conditions, by=by, at=at)
        if decision.is_told:
            letters.write_decision(step, decision)
        note_grant(application, granted, at=at)
    return decision


def _ensure_grantable(
    application: Application,
    contest: Contest,
    amount: Money | None,
    reason: str,
    together: Collection[Any],
    *,
    at: datetime,
) -> Money:
    instrument = application.instrument.plan
    if not contest.funds:
        raise RuleBroken(_("%(region)s has no money in this call.", region=application.region.name))
    usual = awards.usual_amount(application.requested, application.grant.cap)
    granted = awards.ensure_within(amount or usual, usual, is_sum=application.grant.is_sum)
    awards.ensure_passes(contest.results.get(application.id), application.call.plan.marking)
    facts = gather_facts(application, at=at)
    ensure_one_more(replace(facts, requested=granted))
    awards.ensure_before_activity(
        facts.activity_start, _today(application, at), prior_approval=instrument.prior_approval
    )
    if contest.round is not None:
        awards.ensure_round_over(contest.round, at, application.call.time_zone)
        awards.ensure_earlier_decided(ranked.list_open_before(contest), reason)
    ensure_turn(contest, application.id, application.reference, reason, together)
    return granted


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


def _ensure_not_kept_for_others(application: Application, contest: Contest, granted: Money) -> None:
    """In a queue, whoever is ahead and not decided keeps its money; a person cannot give it to one behind."""
    queue = get_queue(contest)
    place = queue.find_place(application.id)
    if place is None:
        return
    slots_ahead = sum(1 for one in queue.places[: place.number - 1] if one.verdict != Verdict.OUT)
    left = max(queue.left - total_ahead(queue, application.id), Money(0, granted.currency))
    awards.ensure_not_kept(granted, left, is_place_left=queue.slots is None or queue.slots > slots_ahead)


def _today(application: Application, at: datetime) -> date:
    return day_in(application.region.time_zone, at)


def reserve_decision(application: Application, reason: str = "", *, by: Any, at: datetime) -> Decision:
    """Put it on the reserve list: nothing is set aside; it may be awarded when money becomes free.

    Raises:
        RuleBroken: the call has no reserve list, it is below a threshold, or a lot will be drawn about it.
    """
    with unit_of_work():
        application = get_application(application.id)
        return reserve_within(entries.get_contest_of(application), application, reason, by=by, at=at)


def reserve_within(
    contest: Contest,
    application: Application,
    reason: str,
    *,
    session: DecisionSession | None = None,
    by: Any,
    at: datetime,
) -> Decision:
    """The same within a list that the caller has read."""
    awards.ensure_ripe(application, is_by_marks=contest.is_marked(application))
    awards.ensure_passes(contest.results.get(application.id), application.call.plan.marking)
    if not application.call.plan.has_reserve_list:
        raise RuleBroken(_("This call has no reserve list."))
    _ensure_pool_stays(application, contest)
    return put_on_reserve(_new(application, contest, reason, session, by=by, at=at), by=by, at=at)


def put_on_reserve(decision: Decision, *, by: Any, at: datetime) -> Decision:
    """Write a place on the reserve list whose rules have been asked: application, decision, letter."""
    application, why = decision.application, decision.reason or None
    reserve_application(application, is_told=decision.is_told, by=by, at=at, why=why)
    with creation(decision, DECISION.reserve, by=by, at=at, why=why) as step:
        if decision.is_told:
            letters.write_decision(step, decision)
    return decision


def reject_decision(application: Application, reason: str, *, by: User, at: datetime) -> Decision:
    """Decide not to support it, for a reason that the applicant reads together with the marks."""
    with unit_of_work():
        application = get_application(application.id)
        return reject_within(entries.get_contest_of(application), application, reason, by=by, at=at)


def reject_within(
    contest: Contest,
    application: Application,
    reason: str,
    *,
    session: DecisionSession | None = None,
    by: Any,
    at: datetime,
) -> Decision:
    """The same within a list that the caller has read."""
    awards.ensure_ripe(application, is_by_marks=contest.is_marked(application))
    if not reason.strip() and not contest.was_drawn(application.id):
        raise RuleBroken(_("Say why it is not supported"), field="reason")
    _ensure_pool_stays(application, contest)
    decision = _new(application, contest, reason, session, by=by, at=at)
    reject_application(application, is_told=decision.is_told, by=by, at=at, why=reason)
    with creation(decision, DECISION.reject, by=by, at=at, why=reason) as step:
        if decision.is_told:
            letters.write_decision(step, decision)
    return decision


def _ensure_pool_stays(application: Application, contest: Contest) -> None:
    if contest.is_drawable(application.id):
        ensure_no_pool_thinned(find_pool(contest))


def _new(
    application: Application,
    contest: Contest,
    reason: str,
    session: DecisionSession | None,
    *,
    by: Any,
    at: datetime,
) -> Decision:
    """A decision with the place and the score on which it was made."""
    place, result = contest.find_place(application.id), contest.results.get(application.id)
    return Decision(
        application=application,
        currency=application.currency,
        rank=place.rank if place else None,
        score=score_text(result.ranking_score) if result else None,
        reason=reason,
        decided_at=at,
        decided_by_id=session.decided_by_id if session else by.id,
        session_id=session.id if session else None,
        is_told=session is None,
        basis=gather_basis(application, contest),
    )
