"""The pages of who acts for an organisation."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.organisations import actions, forms, policy, queries
from vouchers.organisations.lifecycle import MEMBERSHIP
from vouchers.organisations.models import Membership, Organisation
from vouchers.organisations.states import MemberRole
from vouchers.organisations.views.blueprint import ask, blueprint


@blueprint.route("/<int:organisation_id>/members/invite", methods=["GET", "POST"])
@guarded(queries.get_organisation, policy.is_owner)
def invite_member(organisation: Organisation) -> Any:
    """Invite a colleague."""
    form = forms.InviteMemberForm()
    if form.validate_on_submit():
        try:
            actions.invite_member(organisation, form.email.data, MemberRole(form.role.data), by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("We have written to %(email)s.", email=form.email.data)), "success")
            return redirect(url_for(".show", organisation_id=organisation.id), 303)
    return ask("organisations/invite_member.html", form, organisation=organisation)


@blueprint.post("/members/<int:membership_id>/accept")
@guarded(queries.get_membership, MEMBERSHIP.accept)
def accept_membership(membership: Membership) -> Any:
    """Join an organisation."""
    actions.accept_membership(membership, by=actor(), at=clock.now())
    flash(str(_("You now act for %(name)s.", name=membership.organisation.name)), "success")
    return redirect(url_for(".show", organisation_id=membership.organisation_id), 303)


@blueprint.post("/members/<int:membership_id>/role")
@guarded(queries.get_membership, MEMBERSHIP.change_role)
def change_member_role(membership: Membership) -> Any:
    """Give a member another role."""
    try:
        role = MemberRole(request.form.get("role", ""))
        actions.change_member_role(membership, role, by=actor(), at=clock.now())
    except ValueError:
        flash(str(_("Choose one of the roles.")), "error")
    except RuleBroken as refused:
        flash(str(refused), "error")
    return redirect(url_for(".show", organisation_id=membership.organisation_id), 303)


@blueprint.post("/members/<int:membership_id>/name-signatory")
@guarded(queries.get_membership, MEMBERSHIP.name_signatory)
def name_signatory(membership: Membership) -> Any:
    """Mark a member as one who may sign."""
    actions.name_signatory(membership, by=actor(), at=clock.now())
    flash(str(_("%(email)s may sign for the organisation now.", email=membership.email)), "success")
    return redirect(url_for(".show", organisation_id=membership.organisation_id), 303)


@blueprint.post("/members/<int:membership_id>/end-signatory")
@guarded(queries.get_membership, MEMBERSHIP.end_signatory)
def end_signatory(membership: Membership) -> Any:
    """Take the mark away."""
    actions.end_signatory(membership, by=actor(), at=clock.now())
    flash(str(_("%(email)s does not sign for the organisation any more.", email=membership.email)), "success")
    return redirect(url_for(".show", organisation_id=membership.organisation_id), 303)


@blueprint.route("/members/<int:membership_id>/end", methods=["GET", "POST"])
@guarded(queries.get_membership, MEMBERSHIP.end)
def end_membership(membership: Membership) -> Any:
    """Ask first, then take a member away."""
    if request.method == "GET":
        return render_template(
            "layout/remove.html",
            caption=membership.organisation.name,
            name=membership.email,
            lost=_("This person then sees and writes nothing of the organisation any more. You can invite them again."),
            back=url_for(".show", organisation_id=membership.organisation_id),
        )
    try:
        actions.end_membership(membership, by=actor(), at=clock.now())
        flash(str(_("%(email)s no longer acts for the organisation.", email=membership.email)), "success")
    except RuleBroken as refused:
        flash(str(refused), "error")
    return redirect(url_for(".show", organisation_id=membership.organisation_id), 303)
