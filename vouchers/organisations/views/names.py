"""The pages of an organisation's new name."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.asking import take
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.organisations import actions, forms, policy, queries
from vouchers.organisations.lifecycle import ORGANISATION
from vouchers.organisations.models import Organisation
from vouchers.organisations.views.blueprint import ask, blueprint, seen_version
from vouchers.users import policy as users_policy
from vouchers.users.mandate import mandate_of


@blueprint.get("/names")
@asks(users_policy.is_staff)
def names() -> Any:
    """New names that wait for a second person."""
    query = ListQuery.read(request.args, sorts=["asked", "organisation", "region"])
    return render_template(
        "organisations/names.html",
        page=queries.list_asked_names(query, mandate_of(actor())),
        is_officer=users_policy.is_officer,
    )


@blueprint.post("/<int:organisation_id>/name/withdraw")
@guarded(queries.get_organisation, ORGANISATION.withdraw_name)
def withdraw_name(organisation: Organisation) -> Any:
    """Keep the present name."""
    actions.withdraw_name(organisation, by=actor(), at=clock.now())
    flash(str(_("The present name stays.")), "success")
    return redirect(url_for(".show", organisation_id=organisation.id), 303)


@blueprint.route("/<int:organisation_id>/name", methods=["GET", "POST"])
@guarded(queries.get_organisation, ORGANISATION.confirm_name)
def confirm_name(organisation: Organisation) -> Any:
    """Confirm a new name as the second person."""
    actions.ensure_name_asked(organisation)
    form = forms.ConfirmNameForm(data={"version": organisation.version})
    form.warn(actor(), policy.others_of_name(organisation))

    def act() -> None:
        seen = seen_version(form) or -1
        actions.confirm_name(organisation, by=actor(), at=clock.now(), version=seen, two_persons=form.why_two)

    if take(form, act, _("The name is confirmed. Papers and payments bear it from now on.")):
        return redirect(url_for(".show", organisation_id=organisation.id), 303)
    account = queries.find_confirmed_account(organisation.id)
    return ask("organisations/confirm_name.html", form, organisation=organisation, account=account)


@blueprint.route("/<int:organisation_id>/name/refuse", methods=["GET", "POST"])
@guarded(queries.get_organisation, ORGANISATION.refuse_name)
def refuse_name(organisation: Organisation) -> Any:
    """Refuse a new name, with a reason."""
    actions.ensure_name_asked(organisation)
    form = forms.RefuseNameForm(data={"version": organisation.version})

    def act() -> None:
        actions.refuse_name(
            organisation, form.reason.data, by=actor(), at=clock.now(), version=seen_version(form) or -1
        )

    if take(form, act, _("The name is refused, and the organisation reads why.")):
        return redirect(url_for(".names"), 303)
    return ask("organisations/refuse_name.html", form, organisation=organisation)
