"""The register of experts, and one entry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.localised import named_choices
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.experts import forms, policy, queries
from vouchers.experts.actions import register as actions
from vouchers.experts.actions.tasks import list_open_tasks
from vouchers.experts.lifecycle import EXPERT
from vouchers.experts.models import Expert, ExpertContract
from vouchers.experts.rules.languages import LANGUAGES
from vouchers.experts.states import ContractState, ExpertState
from vouchers.experts.views.blueprint import ask, blueprint, version_of
from vouchers.providers.queries import list_fields, list_programmes_kept_by, name_of_programme, programmes_seen_by
from vouchers.regions.queries import list_choices, list_regions_of, map_names
from vouchers.users import policy as users_policy


@blueprint.get("/")
@asks(users_policy.is_staff)
def register() -> Any:
    """The register of experts."""
    seen, today = programmes_seen_by(actor()), clock.office_day(clock.now())
    regions, names = list_regions_of(seen), map_names()
    fields = _names_of_fields(sorted(seen) if seen is not None else list_programmes_kept_by(actor()))
    filters: dict[str, list[Any] | None] = {
        "state": list(ExpertState),
        "region": [region.code for region in regions],
        "field": list(fields),
        "interests": ["overdue"],
    }
    query = ListQuery.read(request.args, sorts=list(queries.ORDERS), filters=filters)
    page = queries.list_register(query, programmes=seen, today=today)
    return render_template(
        "experts/register.html",
        page=page,
        obstacles=queries.find_obstacles(page.items, today),
        contracts=queries.map_contracts([one.id for one in page.items]),
        fields=fields,
        today=today,
        regions=names,
        region_choices=named_choices((region.code, region.name) for region in regions),
        states=list(ExpertState),
        may_admit=policy.keeps_a_register(actor()) is None,
    )


def _names_of_fields(programmes: Iterable[str]) -> dict[str, str]:
    return {code: name.for_reader() for one in programmes for code, name in list_fields(one)}


@blueprint.route("/new", methods=["GET", "POST"])
@asks(policy.keeps_a_register)
def admit() -> Any:
    """Enter a person into the register."""
    form = forms.AdmitExpertForm(data={"load_limit": 10})
    programmes = list_programmes_kept_by(actor())
    form.programme.choices = [(code, code) for code in programmes]
    form.region_code.choices = list_choices(programmes)
    forms.take_fields(form, programmes)
    if len(programmes) == 1 and request.method == "GET":
        form.programme.process_data(programmes[0])
    if form.validate_on_submit():
        try:
            expert = actions.admit_expert(
                form.email.data,
                form.name.data,
                form.programme.data,
                form.profile,
                until=form.admitted_until.data,
                by=actor(),
                at=clock.now(),
            )
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("%(name)s is admitted, and we have written to them.", name=expert.user.name)), "success")
            return redirect(url_for(".show", expert_id=expert.id), 303)
    return ask("experts/admit.html", form)


@blueprint.get("/<int:expert_id>")
@guarded(queries.get_expert, policy.may_read)
def show(expert: Expert) -> Any:
    """One expert, and what there is to do."""
    today, contracts = clock.office_day(clock.now()), queries.list_contracts(expert.id)
    return render_template(
        "experts/show.html",
        expert=expert,
        programme=name_of_programme(expert.programme_code),
        obstacle=queries.find_obstacles([expert], today).get(expert.id),
        may_read_files=policy.may_read_files(actor(), expert) is None,
        files=queries.list_files(expert),
        absences=queries.list_absences(expert.id, today),
        contracts=contracts,
        declaration=next(iter(queries.list_declared(expert.id)), None),
        fields=_names_of_fields([expert.programme_code]),
        regions=map_names(),
        languages=dict(LANGUAGES),
        EXPERT=EXPERT,
        may_issue=policy.may_keep_register(actor(), expert) is None and not _runs(contracts),
    )


def _runs(contracts: list[ExpertContract]) -> bool:
    return any(one.state != ContractState.ENDED for one in contracts)


@blueprint.route("/<int:expert_id>/edit", methods=["GET", "POST"])
@guarded(queries.get_expert, EXPERT.edit)
def edit(expert: Expert) -> Any:
    """Change the profile."""
    form = forms.EditExpertForm(obj=expert)
    form.region_code.choices = list_choices([expert.programme_code], and_code=expert.region_code)
    forms.take_fields(form, [expert.programme_code])
    if form.validate_on_submit():
        actions.edit_expert(expert, form.profile, by=actor(), at=clock.now(), version=version_of(form))
        flash(str(_("The entry is saved.")), "success")
        return redirect(url_for(".show", expert_id=expert.id), 303)
    return ask("experts/edit.html", form, expert=expert)


@blueprint.route("/<int:expert_id>/suspend", methods=["GET", "POST"])
@guarded(queries.get_expert, EXPERT.suspend)
def suspend(expert: Expert) -> Any:
    """Ask an expert no more, with a reason."""
    form = forms.SuspendExpertForm()
    if form.validate_on_submit():
        actions.suspend_expert(expert, form.reason.data, by=actor(), at=clock.now())
        flash(str(_("%(name)s is suspended and reads why.", name=expert.user.name)), "success")
        return redirect(url_for(".show", expert_id=expert.id), 303)
    return ask("experts/suspend.html", form, expert=expert, open_tasks=list_open_tasks(expert))


@blueprint.post("/<int:expert_id>/reinstate")
@guarded(queries.get_expert, EXPERT.reinstate)
def reinstate(expert: Expert) -> Any:
    """Ask an expert again."""
    actions.reinstate_expert(expert, by=actor(), at=clock.now())
    flash(str(_("%(name)s is admitted again.", name=expert.user.name)), "success")
    return redirect(url_for(".show", expert_id=expert.id), 303)


@blueprint.route("/<int:expert_id>/renew", methods=["GET", "POST"])
@guarded(queries.get_expert, EXPERT.renew)
def renew(expert: Expert) -> Any:
    """Admit an expert for a further term."""
    form = forms.RenewForm(data={"admitted_until": expert.admitted_until, "version": expert.version})
    if form.validate_on_submit():
        try:
            until = form.admitted_until.data
            actions.renew_expert(expert, until, by=actor(), at=clock.now(), version=version_of(form))
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("%(name)s is admitted again.", name=expert.user.name)), "success")
            return redirect(url_for(".show", expert_id=expert.id), 303)
    return ask("experts/renew.html", form, expert=expert)
