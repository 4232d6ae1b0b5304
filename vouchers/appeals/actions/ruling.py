"""What comes of an appeal: upheld, rejected, marked again. Nobody else's award is touched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from vouchers.appeals import letters
from vouchers.appeals.lifecycle import APPEAL
from vouchers.appeals.models import Appeal
from vouchers.appeals.queries import involved
from vouchers.appeals.rules import ruling as rules
from vouchers.appeals.states import ABOUT_AWARD, Against
from vouchers.applications.actions.appealing import mark_again_application, reinstate_application
from vouchers.applications.models import Application
from vouchers.core.clock import day_in
from vouchers.core.database import db
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.decisions.actions.appealing import decide_on_appeal, raise_on_appeal
from vouchers.decisions.actions.conditions import change_on_appeal
from vouchers.decisions.actions.deciding import lock_money
from vouchers.decisions.queries.conditions import list_unsettled
from vouchers.decisions.queries.contests import find_decision, get_group_of
from vouchers.decisions.queries.entries import get_contest_of
from vouchers.decisions.rules.conditions import ensure_ahead
from vouchers.decisions.rules.sessions import Condition
from vouchers.decisions.states import DecisionState
from vouchers.evaluation.actions.assignments import set_aside_assignments
from vouchers.evaluation.queries.assignments import list_counting, result_of
from vouchers.evaluation.queries.checks import gather_facts
from vouchers.evaluation.queries.tainted import list_tainted
from vouchers.users.models import User
from vouchers.workflow.transition import Step, transition

BY_ITS_LOT = _(
    "It cannot be awarded today, so it stands on the reserve list at the place of its lot. What was given to others "
    "stays."
)


@dataclass(frozen=True, slots=True)
class Change:
    """What an upheld appeal changes in the conditions of an award: which fall, and what comes in their place."""

    lifted: tuple[int, ...] = ()
    instead: Condition | None = None


NO_CHANGE = Change()


def uphold_appeal(appeal: Appeal, reason: str, change: Change = NO_CHANGE, *, by: User, at: datetime) -> None:
    """The applicant is right: the application is put where it would have been.

    Found eligible after all; awarded, if the money of its list is there, else first on the reserve list; or its award
    is raised, or conditions of its award fall or are changed.

    Raises:
        RuleBroken: no reasons, the person was involved before, it is below a threshold, an expert whose marks count
            has a conflict, or no money is left to raise.
        WrongState: other steps have moved the application meanwhile.
    """
    with transition(appeal, APPEAL.uphold, by=by, at=at, why=reason.strip()) as step:
        if appeal.against is not Against.INELIGIBLE:
            lock_money(get_group_of(appeal.application))  # first, as whoever moves the reserve list does
        application = _ensure_may_rule(appeal, reason, by=by)
        rules.ensure_still_stands(appeal.against, application.state)
        _note(appeal, reason, at=at)
        changed = _change_conditions(appeal, application, change, by=by, at=at)
        outcome = _put_where_it_belongs(step, appeal, application, by=by, at=at)
        letters.write_to_applicant(step, appeal, "uphold", reason=appeal.ruling, outcome=outcome, conditions=changed)


def _change_conditions(
    appeal: Appeal, application: Application, change: Change, *, by: User, at: datetime
) -> list[tuple[str, date | None]]:
    """Let conditions fall as the decider says. Returns those that are still to be met; empty where none was touched."""
    if appeal.against not in ABOUT_AWARD:
        return []
    standing = {one.id: one for one in list_unsettled(application.id)}
    rules.ensure_conditions_left(appeal.against, len(standing))
    if appeal.against is Against.LESS and change == NO_CHANGE:
        return []
    rules.ensure_changed(change.lifted, standing)
    decision, lifted = find_decision(application.id), [standing[key] for key in change.lifted]
    assert decision is not None  # it is an award
    if change.instead is not None:
        today = day_in(application.region.time_zone, at)
        ensure_ahead([change.instead.until], today)
    change_on_appeal(decision, lifted, change.instead, appeal.ruling, decider_id=by.id, at=at)
    return [(one.text, one.until) for one in list_unsettled(application.id)]


def _put_where_it_belongs(step: Step, appeal: Appeal, application: Application, *, by: User, at: datetime) -> Sentence:
    if appeal.against is Against.INELIGIBLE:
        size = gather_facts(application, at=at).terms.size
        reinstate_application(application, size=size, at=at, why=appeal.ruling)
        return _("Your application meets the rules. It is evaluated next.")
    if appeal.against is Against.LESS:
        decision = raise_on_appeal(application, appeal.ruling, decider_id=by.id, at=at)
        step.enqueue("agreements.offer_again", application_id=application.id)
        return _("Your award is raised to %(amount)s.", amount=decision.amount)
    if appeal.against is Against.CONDITIONS:
        step.enqueue("agreements.offer_again", application_id=application.id)
        left = len(list_unsettled(application.id))
        return _("The conditions of your award are changed.") if left else _("Your award holds without conditions.")
    ensure_may_be_listed(appeal)
    decision = decide_on_appeal(application, appeal.ruling, decider_id=by.id, at=at)
    if decision.state == DecisionState.AWARDED:
        return _("You receive a voucher of up to %(amount)s.", amount=decision.amount)
    if not decision.stands_first:
        return BY_ITS_LOT
    return _("It cannot be awarded today, so it stands first on the reserve list. What was given to others stays.")


def ensure_may_be_listed(appeal: Appeal) -> None:
    """Whether upholding can put the application where it would have been; its page asks this first.

    Raises:
        RuleBroken: it is below a threshold, or an expert whose marks count has a conflict.
        WrongState: other steps have moved the application meanwhile.
    """
    application: Application = appeal.application
    rules.ensure_still_stands(appeal.against, application.state)
    if appeal.against is Against.CONDITIONS:
        rules.ensure_conditions_left(appeal.against, len(list_unsettled(application.id)))
    if appeal.against in {Against.REJECTED, Against.RESERVED}:
        rules.ensure_passes(_passes(application))
        rules.ensure_marks_stand(list_tainted(application.call, [application.id]))


def _passes(application: Application) -> bool:
    marking, sheets = application.call.plan.marking, list_counting(application.id)
    return marking is None or not sheets or result_of([sheet.marks for sheet in sheets], marking).passes


def reject_appeal(appeal: Appeal, reason: str, *, by: User, at: datetime) -> None:
    """The decision was right; it stands."""
    with transition(appeal, APPEAL.reject, by=by, at=at, why=reason.strip()) as step:
        _ensure_may_rule(appeal, reason, by=by)
        _note(appeal, reason, at=at)
        letters.write_to_applicant(step, appeal, "reject", reason=appeal.ruling)
        if appeal.against in ABOUT_AWARD:
            step.enqueue("agreements.offer_again", application_id=appeal.application_id)


def order_new_marks_appeal(appeal: Appeal, reason: str, *, by: User, at: datetime) -> None:
    """The marks fall: the application is back in evaluation, other experts mark it, and it is ranked and decided again.

    Raises:
        RuleBroken: no reasons, the person was involved before, or no experts mark it.
        WrongState: other steps have moved the application meanwhile.
    """
    with transition(appeal, APPEAL.order_new_marks, by=by, at=at, why=reason.strip()) as step:
        application = _ensure_may_rule(appeal, reason, by=by)
        rules.ensure_may_be_marked(appeal.against, is_marked=get_contest_of(application).is_marked(application))
        rules.ensure_still_stands(appeal.against, application.state)
        _note(appeal, reason, at=at)
        told = str(_("After an appeal, other experts mark this application."))
        mark_again_application(application, at=at, why=appeal.ruling)
        set_aside_assignments(application, told, at=at)
        letters.write_to_applicant(step, appeal, "order_new_marks", reason=appeal.ruling)
        letters.write_to_managers(step, appeal, "marks_ordered")


def _ensure_may_rule(appeal: Appeal, reason: str, *, by: User) -> Application:
    """The application, locked, if the person may rule on its appeal."""
    rules.ensure_reason(reason)
    rules.ensure_not_involved(by.id, involved.list_involved(appeal))
    application: Application = appeal.application
    db.session.refresh(application, with_for_update={"of": Application})
    return application


def _note(appeal: Appeal, reason: str, *, at: datetime) -> None:
    appeal.ruling, appeal.decided_at = reason.strip(), at
