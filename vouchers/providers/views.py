"""The pages of providers: the public directory and the register."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.forms import is_sound
from vouchers.core.localised import named_choices
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded, public
from vouchers.organisations.rules.address import read_website
from vouchers.providers import actions, forms, policy, queries
from vouchers.providers.lifecycle import PROVIDER
from vouchers.providers.models import Provider
from vouchers.providers.states import ProviderState
from vouchers.regions.queries import list_regions_of, map_names
from vouchers.users import policy as users_policy

blueprint = Blueprint("providers", __name__, url_prefix="/providers")


def _ask(template: str, form: Any, **context: Any) -> Any:
    """A form page: 422 once it was posted and refused."""
    return render_template(template, form=form, **context), 422 if request.method == "POST" else 200


def _query(programmes: list[str], **more: Any) -> tuple[ListQuery, dict[str, str], dict[str, str]]:
    """What is asked of a list, the names of regions, and of the fields of these programmes."""
    regions = dict(named_choices((region.code, region.name) for region in list_regions_of(programmes)))
    fields = {code: name.for_reader() for one in programmes for code, name in queries.list_fields(one)}
    filters = {"region": list(regions), "field": list(fields), **more}
    return ListQuery.read(request.args, sorts=list(queries.ORDERS), filters=filters), regions, fields


@blueprint.get("/")
@public
def directory() -> Any:
    """The public directory: who may be chosen, and what is offered."""
    programmes = queries.list_programmes_listed()
    query, regions, fields = _query(programmes, programme=programmes)
    return render_template(
        "providers/directory.html",
        page=queries.list_directory(query),
        regions=regions,
        region_names=map_names(),
        fields=fields,
        programmes=programmes,
    )


@blueprint.get("/register")
@asks(users_policy.is_staff)
def register() -> Any:
    """The register, with those who are suspended or left."""
    seen = queries.programmes_seen_by(actor())
    query, regions, fields = _query(sorted(seen or queries.list_programmes_listed()), state=list(ProviderState))
    return render_template(
        "providers/register.html",
        page=queries.list_register(query, programmes=seen),
        regions=regions,
        region_names=map_names(),
        fields=fields,
        states=list(ProviderState),
        may_register=policy.keeps_a_register(actor()) is None,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@asks(policy.keeps_a_register)
def register_new() -> Any:
    """Enter a provider."""
    programmes = queries.list_programmes_kept_by(actor())
    form = forms.RegisterProviderForm.of(programmes=programmes)
    form.programme.choices = [(code, code) for code in programmes]
    if len(programmes) == 1 and request.method == "GET":
        form.programme.process_data(programmes[0])
    if is_sound(form, *_rules(form, form.programme.data or "")):
        try:
            provider = actions.register_provider(form.programme.data, form.whole, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("%(name)s is in the register.", name=provider.name)), "success")
            return redirect(url_for(".show", provider_id=provider.id), 303)
    return _ask("providers/register_new.html", form)


def _rules(form: forms.ProviderForm, programme: str, own_id: int | None = None) -> list[Callable[[], Any]]:
    """What an entry must obey, one by one, so that all faults are said at once."""
    return [
        lambda: actions.read_details(replace(form.details, website=""), programme, own_id),
        lambda: read_website(form.details.website),
        form.offer,
    ]


@blueprint.get("/<int:provider_id>")
@guarded(queries.get_provider, policy.may_see, is_public=True)
def show(provider: Provider) -> Any:
    """One provider: what it offers; for staff also its past vouchers and what may be done."""
    fields = {code: name.for_reader() for code, name in queries.list_fields(provider.programme_code)}
    return render_template(
        "providers/show.html",
        provider=provider,
        vouchers=queries.list_vouchers(provider),
        regions=map_names(),
        fields=fields,
        PROVIDER=PROVIDER,
    )


@blueprint.route("/<int:provider_id>/edit", methods=["GET", "POST"])
@guarded(queries.get_provider, PROVIDER.edit)
def edit(provider: Provider) -> Any:
    """Change the entry."""
    form = forms.ProviderForm.of(provider)
    if is_sound(form, *_rules(form, provider.programme_code, provider.id)):
        try:
            actions.edit_provider(provider, form.whole, by=actor(), at=clock.now(), version=_version(form))
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("The entry is saved.")), "success")
            return redirect(url_for(".show", provider_id=provider.id), 303)
    return _ask("providers/edit.html", form, provider=provider)


def _version(form: Any) -> int | None:
    return int(form.version.data) if str(form.version.data).isdecimal() else None


@blueprint.route("/<int:provider_id>/accredit", methods=["GET", "POST"])
@guarded(queries.get_provider, PROVIDER.accredit)
def accredit(provider: Provider) -> Any:
    """Accredit a provider, or prolong the accreditation."""
    form = forms.AccreditForm(data={"until": provider.accredited_until, "version": provider.version})
    if form.validate_on_submit():
        try:
            actions.accredit_provider(provider, form.until.data, by=actor(), at=clock.now(), version=_version(form))
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("%(name)s is accredited.", name=provider.name)), "success")
            return redirect(url_for(".show", provider_id=provider.id), 303)
    return _ask("providers/accredit.html", form, provider=provider)


@blueprint.route("/<int:provider_id>/suspend", methods=["GET", "POST"])
@guarded(queries.get_provider, PROVIDER.suspend)
def suspend(provider: Provider) -> Any:
    """Let nobody choose a provider any more, with a reason."""
    form = forms.ReasonForm()
    if form.validate_on_submit():
        actions.suspend_provider(provider, form.reason.data, by=actor(), at=clock.now())
        flash(str(_("%(name)s is suspended and reads why.", name=provider.name)), "success")
        return redirect(url_for(".show", provider_id=provider.id), 303)
    return _ask("providers/suspend.html", form, provider=provider)


@blueprint.post("/<int:provider_id>/reinstate")
@guarded(queries.get_provider, PROVIDER.reinstate)
def reinstate(provider: Provider) -> Any:
    """Let a provider be chosen again."""
    actions.reinstate_provider(provider, by=actor(), at=clock.now())
    flash(str(_("%(name)s stands in the directory again.", name=provider.name)), "success")
    return redirect(url_for(".show", provider_id=provider.id), 303)


@blueprint.route("/<int:provider_id>/end", methods=["GET", "POST"])
@guarded(queries.get_provider, PROVIDER.end)
def end(provider: Provider) -> Any:
    """Take a provider out of the register, with a reason."""
    form = forms.ReasonForm()
    if form.validate_on_submit():
        actions.end_provider(provider, form.reason.data, by=actor(), at=clock.now())
        flash(str(_("%(name)s has left the register.", name=provider.name)), "success")
        return redirect(url_for(".show", provider_id=provider.id), 303)
    return _ask("providers/end.html", form, provider=provider)
