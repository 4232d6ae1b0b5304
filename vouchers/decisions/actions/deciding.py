"""Deciding: awards that set money aside, the reserve list, rejections."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from vouchers.applications.actions.deciding import award_application, reject_application, reserve_application
from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application
from vouchers.core.database import db, unit_of_work
from vouchers.core.money import Money, total
from vouchers.decisions import letters, postings
from vouchers.decisions.actions.conditions import attach_conditions
from vouchers.decisions.actions.guards import Asked, ensure_awardable, ensure_rejectable, ensure_reservable
from vouchers.decisions.lifecycle import DECISION
from vouchers.decisions.models import Decision, DecisionSession
from vouchers.decisions.queries import contests as queries
from vouchers.decisions.queries import entries
from vouchers.decisions.queries.basis import gather_basis
from vouchers.decisions.queries.contests import Contest
from vouchers.decisions.rules.sessions import Condition
from vouchers.evaluation.actions.grants import note_grant
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
    available = queries.lock_available(contest.funds)
    left = total(list(available.values()), application.currency)
    asked = Asked(amount, left, reason, conditions, together)
    granted = ensure_awardable(contest, application, asked, at=at)
    decision = _new(application, contest, reason, session, by=by, at=at)
    return grant(decision, granted, contest, available, conditions=conditions, by=by, at=at)


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


def reserve_decision(application: Application, reason: str = "", *, by: Any, at: datetime) -> Decision:
    """Put it on the reserve list: nothing is set aside; it may be awarded when money becomes free.

    Raises:
        RuleBroken: the call has no reserve list, it is below a threshold, a lot will be drawn about it, or nobody says
            why although the money does not end before its place.
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
    ensure_reservable(contest, application, reason)
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
    ensure_rejectable(contest, application, reason)
    decision = _new(application, contest, reason, session, by=by, at=at)
    reject_application(application, is_told=decision.is_told, by=by, at=at, why=reason)
    with creation(decision, DECISION.reject, by=by, at=at, why=reason) as step:
        if decision.is_told:
            letters.write_decision(step, decision)
    return decision


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
