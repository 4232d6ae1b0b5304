"""Giving time to pay: one officer proposes instalments, another one agrees; what held before is kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from vouchers.core.clock import day_in
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.likenesses.actions import ensure_two_persons
from vouchers.recoveries import letters, policy, queries
from vouchers.recoveries.actions.booking import add_parts, book_interest
from vouchers.recoveries.lifecycle import RECOVERY
from vouchers.recoveries.models import Recovery, RecoveryPlan
from vouchers.recoveries.rules import orders
from vouchers.recoveries.rules.plans import needs_second_person
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, transition


def propose_plan(recovery: Recovery, parts: int, first_on: date, reason: str, *, by: User, at: datetime) -> bool:
    """Ask another officer to let the debtor pay what is left in monthly parts. The first instalments before anything
    is due hold at once.

    Returns:
        whether they hold already.

    Raises:
        RuleBroken: the number or the first day do not fit.
        NotPermitted: others wait for a second person.
    """
    with unit_of_work():
        recovery = queries.get_recovery(recovery.id)
        with transition(recovery, RECOVERY.propose_plan, by=by, at=at, why=reason) as step:
            today = _today(recovery, at)
            _divide(recovery, parts, first_on, today)
            is_for_two = needs_second_person(recovery.instalments, recovery.planned_at, first_on, today)
            plan = RecoveryPlan(
                recovery_id=recovery.id,
                parts=parts,
                first_on=first_on,
                reason=reason,
                proposed_at=at,
                proposed_by_id=by.id,
            )
            db.session.add(plan)
            db.session.flush()
            db.session.refresh(recovery, ["plans"])
            if is_for_two:
                letters.write_to_officers(step, recovery, "propose_plan", besides=by.id, **letters.plan_facts(plan))
        if not is_for_two:
            _agree(recovery, by=OFFICE, at=at)
        return not is_for_two


def plan_recovery(
    recovery: Recovery, *, by: User, at: datetime, version: int | None = None, two_persons: str = ""
) -> None:
    """As another person: the instalments hold from now on. Interest so far stays owed; the plan before is kept.

    Raises:
        RuleBroken: the first day has passed, or the principal is paid back by now.
    """
    with unit_of_work():
        recovery = queries.get_recovery(recovery.id)
        _agree(recovery, by=by, at=at, version=version, two_persons=two_persons)


def _agree(recovery: Recovery, *, by: Any, at: datetime, version: int | None = None, two_persons: str = "") -> None:
    with transition(recovery, RECOVERY.plan, by=by, at=at, version=version) as step:
        plan, today = recovery.proposed_plan, _today(recovery, at)
        assert plan is not None  # the policy has asked
        ensure_two_persons(step, policy.others_of_plan(recovery), two_persons)
        step.why = plan.reason
        parts = _divide(recovery, plan.parts, plan.first_on, today)
        book_interest(step, recovery, today)
        recovery.settled_cents, recovery.settled_on = recovery.interest_cents, today
        recovery.planned_at = at
        if recovery.plan_in_force is not None:
            recovery.plan_in_force.replaced_at = at
        for one in queries.list_current_instalments(recovery.id):
            one.replaced_at = at
        db.session.flush()
        plan.agreed_at, plan.decided_by_id = at, by.id
        add_parts(recovery, parts, plan)
        db.session.flush()
        db.session.refresh(recovery, ["instalments", "plans"])
        letters.write_to_debtor(step, recovery, "plan", instalments=[(due, part) for due, part in parts])


def refuse_plan(recovery: Recovery, answer: str, *, by: User, at: datetime) -> None:
    """What held before goes on to hold; who proposed the instalments reads why."""
    with unit_of_work():
        recovery = queries.get_recovery(recovery.id)
        with transition(recovery, RECOVERY.refuse_plan, by=by, at=at, why=answer) as step:
            plan = recovery.proposed_plan
            assert plan is not None  # the policy has asked
            plan.refused_at, plan.decided_by_id, plan.answer = at, by.id, answer
            letters.write_to_proposer(step, recovery, plan.proposed_by, "refuse_plan", answer=answer)


def _today(recovery: Recovery, at: datetime) -> date:
    return day_in(recovery.agreement.application.region.time_zone, at)


def _divide(recovery: Recovery, parts: int, first_on: date, today: date) -> list[tuple[date, Money]]:
    if not recovery.open_principal:
        raise RuleBroken(_("The principal is paid back already; only interest is owed."))
    return orders.plan_instalments(recovery.open_principal, parts, first_on, today)
