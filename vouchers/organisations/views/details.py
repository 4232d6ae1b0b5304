"""The pages of an organisation itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.forms import is_sound
from vouchers.core.localised import named_choices
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded, is_local
from vouchers.organisations import actions, forms, policy, queries
from vouchers.organisations.lifecycle import BANK_ACCOUNT, MEMBERSHIP, ORGANISATION
from vouchers.organisations.models import Organisation
from vouchers.organisations.rules.address import ensure_post_code, ensure_seat, read_website
from vouchers.organisations.views.blueprint import ask, blueprint, seen_version
from vouchers.regions.models import Region
from vouchers.regions.queries import list_regions


@blueprint.get("/")
@asks(policy.is_signed_in)
def mine() -> Any:
    """The organisations that one acts for, and invitations."""
    person = actor()
    return render_template(
        "organisations/mine.html",
        organisations=queries.list_of_member(person.id),
        invitations=queries.list_invitations_to(person.email),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@asks(policy.may_take_part)
def found() -> Any:
    """Add an organisation."""
    form = forms.OrganisationForm()
    regions = list_regions()
    form.region.choices = named_choices((region.code, region.name) for region in regions)
    region = next((one for one in regions if one.code == form.region.data), None)
    if is_sound(form, *_rules(form, region)):
        try:
            assert region is not None  # one of the choices
            organisation = actions.found_organisation(form.details, region, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("%(name)s is registered, and you are its owner.", name=organisation.name)), "success")
            came_for = request.args.get("next", "")
            return redirect(came_for if is_local(came_for) else url_for(".show", organisation_id=organisation.id), 303)
    return ask("organisations/found.html", form)


def _rules(
    form: forms.OrganisationForm, region: Region | None, organisation: Organisation | None = None
) -> list[Callable[[], Any]]:
    """What the details must obey, one by one, so that all faults are said at once."""
    rules: list[Callable[[], Any]] = [
        lambda: actions.read_vat_number(form.details, organisation),
        lambda: ensure_post_code(form.details.post_code, form.details.country),
        lambda: read_website(form.details.website),
    ]
    if region is not None:
        rules.append(lambda: ensure_seat(form.details.country, region.name, region.country))
    return rules


@blueprint.get("/<int:organisation_id>")
@guarded(queries.get_organisation, policy.may_read)
def show(organisation: Organisation) -> Any:
    """One organisation: details, members, bank accounts."""
    return render_template(
        "organisations/show.html",
        organisation=organisation,
        accounts=queries.list_bank_accounts(organisation.id),
        members={user.id: user for user in queries.list_members(organisation.id)},
        ORGANISATION=ORGANISATION,
        MEMBERSHIP=MEMBERSHIP,
        BANK_ACCOUNT=BANK_ACCOUNT,
        policy=policy,
    )


@blueprint.route("/<int:organisation_id>/edit", methods=["GET", "POST"])
@guarded(queries.get_organisation, ORGANISATION.edit)
def edit(organisation: Organisation) -> Any:
    """Change the details."""
    form = forms.OrganisationForm(obj=organisation)
    del form.region
    if is_sound(form, *_rules(form, organisation.region, organisation)):
        try:
            actions.edit_organisation(
                organisation, form.details, by=actor(), at=clock.now(), version=seen_version(form)
            )
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            waits = organisation.asked_name is not None and organisation.asked_name == form.details.name
            saved = _("The details are saved.")
            flash(str(_("The details are saved. The office checks the new name next.") if waits else saved), "success")
            return redirect(url_for(".show", organisation_id=organisation.id), 303)
    is_live = queries.has_live_money(organisation.id)
    return ask("organisations/edit.html", form, organisation=organisation, is_live=is_live)
