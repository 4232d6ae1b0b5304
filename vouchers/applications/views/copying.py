"""Copying an earlier application into a new draft."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request

from vouchers.applications import forms, policy
from vouchers.applications.actions.copying import copy_application
from vouchers.applications.models import Application
from vouchers.applications.queries import files as queries
from vouchers.applications.views.blueprint import blueprint, mark_page, to_application
from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.programmes.models import Call, Instrument
from vouchers.programmes.queries import list_calls
from vouchers.programmes.states import CallPhase


@blueprint.route("/<int:application_id>/copy", methods=["GET", "POST"])
@guarded(queries.get_application, policy.is_writer)
def copy(application: Application) -> Any:
    """Choose an open call; what fits there is filled in."""
    targets, language = _targets(application), actor().language
    form = forms.CopyApplicationForm()
    form.target.choices = [
        (key, f"{call.plan.title.in_language(language)}: {instrument.plan.name.in_language(language)}")
        for key, (call, instrument) in targets.items()
    ]
    mark_page(form)
    if form.validate_on_submit():
        call, instrument = targets[form.target.data]
        page, with_files = f"copy:{application.id}:{form.page.raw[:20]}", form.with_files.data
        try:
            draft = copy_application(
                application, call, instrument, with_files=with_files, page=page, by=actor(), at=clock.now()
            )
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("Here is the new draft. Look at every section: what did not fit is left open.")), "success")
            return to_application(draft)
    status = 422 if request.method == "POST" else 200
    return render_template("applications/copy.html", application=application, form=form, targets=targets), status


def _targets(application: Application) -> dict[str, tuple[Call, Instrument]]:
    """What the organisation can apply for now, the call that closes first on top."""
    region = application.region.code
    return {
        f"{call.id}-{instrument.code}": (call, instrument)
        for call in list_calls({"region": region, "state": CallPhase.OPEN.value}, at=clock.now())
        for instrument in call.programme.instruments
        if instrument.code in call.plan.instruments
    }
