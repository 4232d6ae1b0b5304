"""Giving time to pay: instalments, proposed by one officer and agreed on by another one."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for

from vouchers.core import clock
from vouchers.core.asking import ask, take
from vouchers.core.clock import day_in
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.recoveries import forms, policy, queries
from vouchers.recoveries.actions import planning
from vouchers.recoveries.lifecycle import RECOVERY
from vouchers.recoveries.models import Recovery
from vouchers.recoveries.rules import orders
from vouchers.recoveries.views.blueprint import blueprint, page_of, seen_version, step_page

AGREED = _("Agreed. The company was told.")
PROPOSED = _("Proposed. Another officer of the region decides; the company is not told before.")


@blueprint.route("/<int:recovery_id>/plan", methods=["GET", "POST"])
@guarded(queries.get_recovery, RECOVERY.propose_plan)
def propose_plan(recovery: Recovery) -> Any:
    """Let the debtor pay in parts."""
    form, holds = forms.PlanRecoveryForm(), []

    def act() -> None:
        holds.append(
            planning.propose_plan(
                recovery, form.count.data, form.first_on.data, form.reason.data, by=actor(), at=clock.now()
            )
        )

    home = url_for(".show", recovery_id=recovery.id)
    if take(form, act):
        flash(str(AGREED if holds[0] else PROPOSED), "success")
        return redirect(home, 303)
    return ask("recoveries/step.html", form, verb="propose_plan", home=home, **page_of(recovery))


@blueprint.route("/<int:recovery_id>/plan/agree", methods=["GET", "POST"])
@guarded(queries.get_recovery, RECOVERY.plan)
def plan(recovery: Recovery) -> Any:
    """The second person: these instalments hold from now on."""
    form = forms.AgreeOnPlanForm(data={"version": recovery.version})
    form.warn(actor(), policy.others_of_plan(recovery))

    def act() -> None:
        planning.plan_recovery(
            recovery, by=actor(), at=clock.now(), version=seen_version(form), two_persons=form.why_two
        )

    return step_page(recovery, form, "plan", AGREED, act, parts=_parts_proposed(recovery))


def _parts_proposed(recovery: Recovery) -> list[tuple[Any, Money]]:
    """Days and amounts as they would hold if they were agreed on today; none where they cannot be any more."""
    wanted = recovery.proposed_plan
    assert wanted is not None  # the guard has asked
    today = day_in(recovery.agreement.application.region.time_zone, clock.now())
    try:
        return orders.plan_instalments(recovery.open_principal, wanted.parts, wanted.first_on, today)
    except RuleBroken:
        return []


@blueprint.route("/<int:recovery_id>/plan/refuse", methods=["GET", "POST"])
@guarded(queries.get_recovery, RECOVERY.refuse_plan)
def refuse_plan(recovery: Recovery) -> Any:
    """What held before goes on to hold."""
    form = forms.ReasonForm()

    def act() -> None:
        planning.refuse_plan(recovery, form.answer.data, by=actor(), at=clock.now())

    return step_page(recovery, form, "refuse_plan", _("Refused. What held before goes on to hold."), act)
