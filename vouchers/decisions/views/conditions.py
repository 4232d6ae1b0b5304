"""The conditions of an award: met, or waived by two persons."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.decisions import forms, policy
from vouchers.decisions.actions import conditions as actions
from vouchers.decisions.lifecycle import AWARD_CONDITION
from vouchers.decisions.models import AwardCondition
from vouchers.decisions.queries.conditions import get_condition
from vouchers.decisions.views.blueprint import blueprint


@blueprint.route("/conditions/<int:condition_id>", methods=["GET", "POST"])
@guarded(get_condition, policy.may_read_condition, to_post=policy.may_settle)
def condition(condition: AwardCondition) -> Any:
    """Say that it is met, ask for its waiver, or decide on the waiver."""
    form = forms.ConditionForm(data={"remark": condition.remark})
    verbs = [row.verb for row in AWARD_CONDITION.open_to(actor(), condition)]
    asked = request.form.get("verb", "")
    is_answer = asked in {"waive", "keep"}
    if request.method == "POST" and (is_answer or form.validate_on_submit()):
        try:
            _settle(condition, asked, form.remark.data or "")
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("Saved.")), "success")
            return redirect(url_for(".show", application_id=condition.application_id), 303)
    return render_template(
        "decisions/condition.html", form=form, condition=condition, application=condition.application, verbs=verbs
    ), 422 if form.problems else 200


def _settle(condition: AwardCondition, verb: str, remark: str) -> None:
    at = clock.now()
    if verb == "waive":
        actions.waive_condition(condition, by=actor(), at=at)
    elif verb == "keep":
        actions.keep_condition(condition, by=actor(), at=at)
    elif verb == "ask_waiver":
        actions.ask_waiver(condition, remark, by=actor(), at=at)
    else:
        actions.meet_condition(condition, remark, by=actor(), at=at)
