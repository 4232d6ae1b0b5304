"""The signature: sent to whoever may sign, sent back with a reason."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request

from vouchers.applications import forms
from vouchers.applications.actions import signing
from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Application
from vouchers.applications.queries import files as queries
from vouchers.applications.states import ApplicationState
from vouchers.applications.views.blueprint import blueprint, to_application
from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded


@blueprint.post("/<int:application_id>/send-to-signatory")
@guarded(queries.get_application, APPLICATION.send_to_signatory)
def send_to_signatory(application: Application) -> Any:
    """The writers are done. A second press finds it sent."""
    if application.state != ApplicationState.AWAITING_SIGNATURE:
        try:
            signing.send_to_signatory_application(application, by=actor(), at=clock.now())
        except RuleBroken as refused:
            flash(str(refused), "error")
            return to_application(application)
    flash(str(_("It is with the person who signs. It counts once that person has submitted it.")), "success")
    return to_application(application)


@blueprint.route("/<int:application_id>/send-back", methods=["GET", "POST"])
@guarded(queries.get_application, APPLICATION.send_back)
def send_back(application: Application) -> Any:
    """Not yet: with a reason for the writers."""
    form = forms.SendBackApplicationForm()
    if form.validate_on_submit():
        signing.send_back_application(application, form.reason.data, by=actor(), at=clock.now())
        flash(str(_("It is sent back. The writers are told why.")), "success")
        return to_application(application)
    status = 422 if request.method == "POST" else 200
    return render_template("applications/send_back.html", application=application, form=form), status
