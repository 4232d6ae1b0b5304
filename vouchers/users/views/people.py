"""The register of people: who has which role, for administrators and coordinators."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.errors import NotPermitted, RuleBroken
from vouchers.core.localised import named_choices
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.regions.queries import list_choices, list_regions, map_names
from vouchers.users import forms, policy, queries
from vouchers.users.actions import accounts, roles, second_factor
from vouchers.users.lifecycle import ROLE, USER
from vouchers.users.models import RoleGrant, User
from vouchers.users.states import GrantState, Role, UserState
from vouchers.users.views.blueprint import ask, blueprint


@blueprint.get("/people")
@asks(policy.may_manage_people)
def people() -> Any:
    """Everybody whom one may see."""
    regions = list_regions()
    query = ListQuery.read(
        request.args,
        sorts=["name", "email", "since"],
        filters={"role": list(Role), "region": [region.code for region in regions], "state": list(UserState)},
    )
    page = queries.list_people(query, programmes=policy.programmes_to_see(actor()))
    choices = {
        "role": [(role.value, role.label) for role in Role],
        "region": named_choices((region.code, region.name) for region in regions),
        "state": [(state.value, state.label) for state in UserState],
    }
    return render_template("users/people.html", page=page, choices=choices)


@blueprint.get("/people/<int:user_id>")
@guarded(queries.get_user, policy.may_see_person)
def person(user: User) -> Any:
    """One person: account, roles, sessions."""
    return render_template(
        "users/person.html",
        person=user,
        sessions=queries.list_sessions(user.id, at=clock.now()),
        USER=USER,
        ROLE=ROLE,
        policy=policy,
        regions=map_names(),
    )


@blueprint.route("/people/invite", methods=["GET", "POST"])
@asks(policy.may_manage_people)
def invite() -> Any:
    """Invite somebody into a role."""
    form = _with_choices(forms.InviteForm())
    if form.validate_on_submit():
        try:
            invited = accounts.invite_user(form.email.data, form.name.data, *_granted(form), by=actor(), at=clock.now())
        except (RuleBroken, NotPermitted) as refused:
            form.refuse(refused)
        else:
            flash(str(_("We have written to %(email)s.", email=invited.user.email)), "success")
            return redirect(url_for(".people", q=invited.user.email), 303)
    return ask("users/invite.html", form)


@blueprint.route("/people/<int:user_id>/roles", methods=["GET", "POST"])
@guarded(queries.get_user, policy.may_see_person)
def grant_role(user: User) -> Any:
    """Give a person another role."""
    form = _with_choices(forms.GrantRoleForm())
    if form.validate_on_submit():
        try:
            roles.grant_role(user, *_granted(form), by=actor(), at=clock.now())
        except (RuleBroken, NotPermitted) as refused:
            form.refuse(refused)
        else:
            flash(str(_("%(name)s has the role now.", name=user.name)), "success")
            return redirect(url_for(".person", user_id=user.id), 303)
    return ask("users/grant_role.html", form, person=user)


@blueprint.post("/roles/<int:grant_id>/revoke")
@guarded(queries.get_grant, ROLE.revoke)
def revoke_role(grant: RoleGrant) -> Any:
    """Take a role back."""
    try:
        if grant.state != GrantState.REVOKED:
            roles.revoke_role(grant, by=actor(), at=clock.now())
        flash(str(_("%(name)s no longer has this role.", name=grant.user.name)), "success")
    except RuleBroken as refused:
        flash(str(refused), "error")
    return redirect(url_for(".person", user_id=grant.user_id), 303)


@blueprint.route("/people/<int:user_id>/disable", methods=["GET", "POST"])
@guarded(queries.get_user, USER.disable)
def disable(user: User) -> Any:
    """Close an account."""
    form = forms.ReasonForm()
    if form.validate_on_submit():
        try:
            if user.state != UserState.DISABLED:
                accounts.disable_user(user, by=actor(), at=clock.now(), why=form.reason.data)
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(
                str(_("The account of %(name)s is disabled, and all its sessions are ended.", name=user.name)),
                "success",
            )
            return redirect(url_for(".person", user_id=user.id), 303)
    return ask("users/disable.html", form, person=user)


@blueprint.post("/people/<int:user_id>/enable")
@guarded(queries.get_user, USER.enable)
def enable(user: User) -> Any:
    """Open a closed account again."""
    if user.state == UserState.DISABLED:
        accounts.enable_user(user, by=actor(), at=clock.now())
    flash(str(_("The account of %(name)s is enabled.", name=user.name)), "success")
    return redirect(url_for(".person", user_id=user.id), 303)


@blueprint.route("/people/<int:user_id>/reset-second-factor", methods=["GET", "POST"])
@guarded(queries.get_user, USER.reset_second_factor)
def reset_second_factor(user: User) -> Any:
    """Remove a lost second factor."""
    form = forms.ReasonForm()
    if form.validate_on_submit():
        second_factor.reset_second_factor(user, by=actor(), at=clock.now(), why=form.reason.data)
        flash(
            str(_("The second factor of %(name)s is removed, and all sessions are ended.", name=user.name)), "success"
        )
        return redirect(url_for(".person", user_id=user.id), 303)
    return ask("users/reset_second_factor.html", form, person=user)


def _with_choices(form: Any) -> Any:
    form.programme_code.choices = [(code, code) for code in queries.list_programme_codes()]
    form.region_code.choices = [(code, f"{name} ({code})") for code, name in list_choices()]
    return form


def _granted(form: Any) -> tuple[Role, str | None, str | None]:
    return form.role.data, form.programme_code.data or None, form.region_code.data or None
