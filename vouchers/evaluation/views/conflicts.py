"""One expert beside one application: what is found, where it comes from, and the manager's word on it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for

from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.evaluation import forms, policy
from vouchers.evaluation.actions import conflicts as actions
from vouchers.evaluation.queries.conflicts import Looked, get_looked
from vouchers.evaluation.states import ConflictState
from vouchers.evaluation.views.blueprint import ask, blueprint


@blueprint.route("/applications/<int:application_id>/experts/<int:expert_id>/conflicts", methods=["GET", "POST"])
@guarded(get_looked, policy.may_look, to_post=policy.may_settle)
def settle_conflict(looked: Looked) -> Any:
    """The findings with their evidence; clear or confirm one."""
    form = forms.SettleConflictForm()
    open_ones = [one for one, kept in looked.rows if kept is None or kept.state != ConflictState.CONFIRMED]
    form.finding.choices = [(" ".join(one.key), one.evidence) for one in open_ones]
    if form.validate_on_submit():
        settle = actions.confirm_conflict if request.form.get("then") == "confirm" else actions.clear_conflict
        try:
            settle(looked, _key(form.finding.data), form.reason.data, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("Your word on the finding is on record.")), "success")
            return redirect(url_for(".assign", application_id=looked.application.id), 303)
    may_settle = policy.may_settle(actor(), looked) is None
    return ask("evaluation/settle_conflict.html", form, looked=looked, may_settle=may_settle)


def _key(posted: str) -> tuple[str, str]:
    kind, _space, fact = posted.partition(" ")
    return kind, fact
