"""Decisions that an upheld appeal brings about: from the money of the list, without touching anybody else's award."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from vouchers.applications.actions.appealing import (
    award_on_appeal_application,
    raise_award_application,
    reopen_application,
)
from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.core.clock import day_in
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money, total
from vouchers.core.text import Sentence
from vouchers.decisions import letters, postings
from vouchers.decisions.actions.deciding import lock_company, lock_money
from vouchers.decisions.actions.guards import ensure_one_more
from vouchers.decisions.lifecycle import DECISION
from vouchers.decisions.models import Decision
from vouchers.decisions.queries import contests as queries
from vouchers.decisions.queries import entries
from vouchers.decisions.queries.contests import Contest
from vouchers.decisions.queries.pools import is_reached_by_lot
from vouchers.decisions.rules import awards
from vouchers.decisions.rules.pools import ensure_reached
from vouchers.eligibility.actions import cancel_entry_of
from vouchers.evaluation.actions.grants import note_grant
from vouchers.evaluation.queries.checks import gather_facts
from vouchers.workflow.transition import OFFICE, creation


def decide_on_appeal(application: Application, reason: str, *, decider_id: int, at: datetime) -> Decision:
    """Award what was asked for, if the list's money and every rule allow it now; else put it on the reserve list:
    first, or at the place of its lot where one was drawn about it.

    Called in the appeal's own step, for an application that was rejected or stands on the reserve list.
    """
    group = queries.get_group_of(application)
    available = lock_money(group)
    lock_company(application)
    amount = awards.usual_amount(application.requested, application.grant.cap)
    left = total(list(available.values()), amount.currency)
    obstacles = list_obstacles(application, group, amount, left, at=at)
    contest = entries.get_contest_of(application)
    if application.state == ApplicationState.REJECTED:
        reopen_application(application, at=at, why=reason)
    decision = _decision(application, contest, reason, decider_id, at=at)
    if obstacles:
        return _reserve(decision, obstacles, at=at)
    return _award(decision, amount, group, available, at=at)


def raise_on_appeal(application: Application, reason: str, *, decider_id: int, at: datetime) -> Decision:
    """Raise an award to what was asked for, as far as the list's money goes; called in the appeal's own step.

    Raises:
        RuleBroken: nothing is left in the list's money.
    """
    group = queries.get_group_of(application)
    available = lock_money(group)
    lock_company(application)
    before, usual = application.awarded, awards.usual_amount(application.requested, application.grant.cap)
    left = total(list(available.values()), before.currency)
    more = min(usual - before, left)
    if more.cents <= 0:
        awards.ensure_money_left(usual - before, left, application.region.name)
    decision = _decision(application, entries.get_contest_of(application), reason, decider_id, at=at)
    decision.amount = before + more
    raise_award_application(application, decision.amount, at=at, why=reason)
    with creation(decision, DECISION.award_on_appeal, by=OFFICE, at=at, why=reason) as step:
        step.post(_set_aside(application, more, group, available))
        letters.write_decision(step, decision)
        cancel_entry_of(application.id, reason, at=at)
        note_grant(application, decision.amount, at=at)
    return decision


def list_obstacles(
    application: Application, group: Contest, amount: Money, left: Money, *, at: datetime
) -> list[Sentence | str]:
    """Why what was asked for cannot be awarded at this moment with what is left in the list's money; none where it
    can.
    """
    facts, instrument, name = gather_facts(application, at=at), application.instrument.plan, application.region.name
    today = day_in(application.region.time_zone, at)
    rules: list[Callable[[], Any]] = [
        lambda: awards.ensure_money_now(amount, left),
        lambda: ensure_reached(is_reached_by_lot(application)),
        lambda: awards.ensure_quota_left(group.quota, queries.count_granted(group), name),
        lambda: ensure_one_more(replace(facts, requested=amount)),
        lambda: awards.ensure_before_activity(facts.activity_start, today, prior_approval=instrument.prior_approval),
    ]
    found: list[Sentence | str] = []
    for rule in rules:
        try:
            rule()
        except RuleBroken as broken:
            found.append(broken.sentence)
    return found


def _award(
    decision: Decision, amount: Money, group: Contest, available: Mapping[int, Money], *, at: datetime
) -> Decision:
    application, decision.amount = decision.application, amount
    award_on_appeal_application(application, amount, at=at, why=decision.reason)
    with creation(decision, DECISION.award_on_appeal, by=OFFICE, at=at, why=decision.reason) as step:
        step.post(_set_aside(application, amount, group, available))
        letters.write_decision(step, decision)
        note_grant(application, amount, at=at)
    return decision


def _set_aside(application: Application, amount: Money, group: Contest, available: Mapping[int, Money]) -> Any:
    beneficiary = application.organisation.name
    return postings.awarded(application.reference, amount, group.funds, available, beneficiary=beneficiary)


def _reserve(decision: Decision, obstacles: list[Sentence | str], *, at: datetime) -> Decision:
    decision.stands_first = is_reached_by_lot(decision.application) is None
    decision.reason = "\n".join([decision.reason, *(str(one) for one in obstacles)])
    with creation(decision, DECISION.reserve_on_appeal, by=OFFICE, at=at, why=decision.reason) as step:
        letters.write_decision(step, decision)
    return decision


def _decision(application: Application, contest: Contest, reason: str, decider_id: int, *, at: datetime) -> Decision:
    place = contest.find_place(application.id)
    return Decision(
        application=application,
        currency=application.currency,
        rank=place.rank if place else None,
        score=application.score,
        reason=reason,
        decided_at=at,
        decided_by_id=decider_id,
    )
