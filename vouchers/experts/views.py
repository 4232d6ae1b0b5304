"""The pages of experts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.localised import named_choices
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.experts import actions, forms, policy, queries
from vouchers.experts.lifecycle import EXPERT
from vouchers.experts.models import Expert
from vouchers.experts.states import ExpertState
from vouchers.providers.queries import list_programmes_kept_by, programmes_seen_by
from vouchers.regions.queries import list_choices, list_regions, map_names
from vouchers.users import policy as users_policy

blueprint = Blueprint("experts", __name__, url_prefix="/experts")


def _ask(template: str, form: Any, **context: Any) -> Any:
    """A form page: 422 once it was posted and refused."""
    return render_template(template, form=form, **context), 422 if request.method == "POST" else 200


@blueprint.get("/")
@asks(users_policy.is_staff)
def register() -> Any:
    """The register of experts."""
    regions = list_regions()
    query = ListQuery.read(
        request.args,
        sorts=list(queries.ORDERS),
        filters={"state": list(ExpertState), "region": [region.code for region in regions]},
    )
    return render_template(
        "experts/register.html",
        page=queries.list_register(query, programmes=programmes_seen_by(actor())),
        regions=dict(named_choices((region.code, region.name) for region in regions)),
        states=list(ExpertState),
        may_admit=policy.keeps_a_register(actor()) is None,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@asks(policy.keeps_a_register)
def admit() -> Any:
    """Enter a person into the register."""
    form = forms.AdmitExpertForm(data={"load_limit": 10})
    programmes = list_programmes_kept_by(actor())
    form.programme.choices = [(code, code) for code in programmes]
    form.region_code.choices = list_choices()
    if len(programmes) == 1 and request.method == "GET":
        form.programme.process_data(programmes[0])
    if form.validate_on_submit():
        try:
            expert = actions.admit_expert(
                form.email.data, form.name.data, form.programme.data, form.profile, by=actor(), at=clock.now()
            )
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("%(name)s is admitted, and we have written to them.", name=expert.user.name)), "success")
            return redirect(url_for(".show", expert_id=expert.id), 303)
    return _ask("experts/admit.html", form)


@blueprint.get("/<int:expert_id>")
@guarded(queries.get_expert, policy.may_read)
def show(expert: Expert) -> Any:
    """One expert."""
    return render_template(
        "experts/show.html",
        expert=expert,
        regions=map_names(),
        languages=dict(forms.LANGUAGES),
        EXPERT=EXPERT,
    )


@blueprint.route("/<int:expert_id>/edit", methods=["GET", "POST"])
@guarded(queries.get_expert, EXPERT.edit)
def edit(expert: Expert) -> Any:
    """Change the profile."""
    form = forms.EditExpertForm(obj=expert)
    form.region_code.choices = list_choices()
    if form.validate_on_submit():
        version = int(form.version.data) if str(form.version.data).isdecimal() else None
        actions.edit_expert(expert, form.profile, by=actor(), at=clock.now(), version=version)
        flash(str(_("The entry is saved.")), "success")
        return redirect(url_for(".show", expert_id=expert.id), 303)
    return _ask("experts/edit.html", form, expert=expert)


@blueprint.route("/<int:expert_id>/suspend", methods=["GET", "POST"])
@guarded(queries.get_expert, EXPERT.suspend)
def suspend(expert: Expert) -> Any:
    """Ask an expert no more, with a reason."""
    form = forms.SuspendExpertForm()
    if form.validate_on_submit():
        actions.suspend_expert(expert, form.reason.data, by=actor(), at=clock.now())
        flash(str(_("%(name)s is suspended and reads why.", name=expert.user.name)), "success")
        return redirect(url_for(".show", expert_id=expert.id), 303)
    return _ask("experts/suspend.html", form, expert=expert)


@blueprint.post("/<int:expert_id>/reinstate")
@guarded(queries.get_expert, EXPERT.reinstate)
def reinstate(expert: Expert) -> Any:
    """Ask an expert again."""
    actions.reinstate_expert(expert, by=actor(), at=clock.now())
    flash(str(_("%(name)s is admitted again.", name=expert.user.name)), "success")
    return redirect(url_for(".show", expert_id=expert.id), 303)
