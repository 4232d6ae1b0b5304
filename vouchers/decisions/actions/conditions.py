"""The conditions of an award: attached with it, met or waived before the agreement is offered, gone with the award."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from vouchers.applications.models import Application
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.decisions import letters
from vouchers.decisions.lifecycle import AWARD_CONDITION
from vouchers.decisions.models import AwardCondition, Decision
from vouchers.decisions.queries.conditions import list_conditions
from vouchers.decisions.rules.sessions import Condition
from vouchers.decisions.states import ConditionState
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, creation, transition


def attach_conditions(decision: Decision, conditions: Sequence[Condition], *, by: Any, at: datetime) -> None:
    """Write down under which conditions an award is given, within the step that gives it."""
    for one in conditions:
        with creation(_new(decision, one, at), AWARD_CONDITION.attach, by=by, at=at):
            pass


def _new(decision: Decision, one: Condition, at: datetime) -> AwardCondition:
    return AwardCondition(
        application=decision.application,
        decision_id=decision.id,
        text=one.text,
        until=one.until,
        attached_at=at,
        remark="",
    )


def change_on_appeal(
    decision: Decision,
    lifted: Sequence[AwardCondition],
    instead: Condition | None,
    reason: str,
    *,
    decider_id: int,
    at: datetime,
) -> None:
    """Conditions fall with an upheld appeal, and one may come in their place; called in the appeal's own step."""
    for condition in lifted:
        with transition(condition, AWARD_CONDITION.lift, by=OFFICE, at=at, why=reason):
            condition.remark, condition.settled_at, condition.settled_by_id = reason, at, decider_id
    if instead is not None:
        with creation(_new(decision, instead, at), AWARD_CONDITION.put_instead, by=OFFICE, at=at, why=reason):
            pass


def meet_condition(condition: AwardCondition, remark: str, *, by: User, at: datetime) -> None:
    """A manager has seen that it is met, and says by what."""
    _ensure_said(remark)
    with transition(condition, AWARD_CONDITION.meet, by=by, at=at, why=remark):
        condition.remark, condition.settled_at, condition.settled_by_id = remark, at, by.id


def ask_waiver(condition: AwardCondition, remark: str, *, by: User, at: datetime) -> None:
    """A manager wants to do without it; somebody else decides that."""
    _ensure_said(remark)
    with transition(condition, AWARD_CONDITION.ask_waiver, by=by, at=at, why=remark):
        condition.remark, condition.asked_by_id = remark, by.id


def waive_condition(condition: AwardCondition, *, by: User, at: datetime) -> None:
    """The second person agrees: the award holds without it."""
    with transition(condition, AWARD_CONDITION.waive, by=by, at=at, why=condition.remark):
        condition.settled_at, condition.settled_by_id = at, by.id


def keep_condition(condition: AwardCondition, *, by: User, at: datetime) -> None:
    """The second person does not agree: the condition stands as before."""
    with transition(condition, AWARD_CONDITION.keep, by=by, at=at):
        condition.remark, condition.asked_by_id = "", None


def remind_condition(condition: AwardCondition, *, by: Any, at: datetime) -> None:
    """Tell the applicant that the last day is near; a second run of the job writes nothing."""
    with transition(condition, AWARD_CONDITION.remind, by=by, at=at) as step:
        if condition.reminded_at is None:
            condition.reminded_at = at
            letters.write_condition(step, condition)


def lapse_conditions(application: Application, *, by: Any, at: datetime) -> None:
    """The award has ended, so nothing is to be met any more."""
    for condition in list_conditions(application.id):
        if condition.state in {ConditionState.OPEN, ConditionState.WAIVER_ASKED}:
            with transition(condition, AWARD_CONDITION.lapse, by=by, at=at):
                condition.settled_at = at


def _ensure_said(remark: str) -> None:
    if not remark.strip():
        raise RuleBroken(_("Say by what it is met, or why it shall be waived."), field="remark")
