"""Stepping back from an application, and lifting it."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request

from vouchers.applications import forms, policy
from vouchers.applications.actions import recusing as actions
from vouchers.applications.lifecycle import RECUSAL
from vouchers.applications.models import Application, Recusal
from vouchers.applications.queries import recusals
from vouchers.applications.queries.files import get_application
from vouchers.applications.states import RecusalState
from vouchers.applications.views.blueprint import blueprint, to_application
from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded


@blueprint.route("/<int:application_id>/step-back", methods=["GET", "POST"])
@guarded(get_application, policy.may_step_back)
def recuse(application: Application) -> Any:
    """Say that one has a conflict of interest: somebody else takes all steps from now on."""
    form = forms.RecuseForm()
    if form.validate_on_submit():
        try:
            actions.recuse(application, form.reason.data, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("You have stepped back. The other managers of the region were told.")), "success")
            return to_application(application)
    ties = recusals.list_ties(actor(), application)
    return _ask("applications/recuse.html", form, application=application, ties=ties)


@blueprint.route("/recusals/<int:recusal_id>/lift", methods=["GET", "POST"])
@guarded(recusals.get_recusal, RECUSAL.lift)
def lift_recusal(recusal: Recusal) -> Any:
    """Say that the reason is gone."""
    form = forms.LiftRecusalForm()
    if recusal.state == RecusalState.RECUSED and form.validate_on_submit():
        actions.lift_recusal(recusal, form.reason.data, by=actor(), at=clock.now())
        flash(str(_("%(name)s may take steps on this application again.", name=recusal.user.name)), "success")
        return to_application(recusal.application)
    return _ask("applications/lift_recusal.html", form, recusal=recusal)


def _ask(template: str, form: Any, **context: Any) -> Any:
    return render_template(template, form=form, **context), 422 if request.method == "POST" else 200
