"""Partners: for the applicant, a page of the draft; for the partner, a page behind the link, without an account."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from vouchers.applications import forms, policy
from vouchers.applications.actions import partnering
from vouchers.applications.lifecycle import PARTNER
from vouchers.applications.models import Application, Partner
from vouchers.applications.policy import PartnerContact
from vouchers.applications.queries import files as queries
from vouchers.applications.queries.partners import get_partner, get_partner_of_link, list_partners
from vouchers.applications.states import ApplicationState, PartnerState
from vouchers.applications.views.blueprint import blueprint as applications
from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded

blueprint = Blueprint("partners", __name__, url_prefix="/partners")


@applications.route("/<int:application_id>/partners", methods=["GET", "POST"])
@guarded(queries.get_application, policy.may_read, to_post=policy.is_writer)
def partners(application: Application) -> Any:
    """Who applies together, and whom to invite."""
    form = forms.InvitePartnerForm()
    if form.validate_on_submit():
        name, contact, email = form.name.data, form.contact.data, form.email.data
        try:
            partnering.invite_partner(application, name, contact, email, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("%(email)s is invited.", email=email)), "success")
            return _to_partners(application)
    may_write = policy.is_writer(actor(), application) is None
    return render_template(
        "applications/partners.html",
        application=application,
        consortium=application.call.plan.consortium,
        partners=list_partners(application),
        form=form if may_write and application.state == ApplicationState.DRAFT else None,
        PARTNER=PARTNER,
    ), 422 if request.method == "POST" else 200


def _to_partners(application: Application) -> Any:
    return redirect(url_for("applications.partners", application_id=application.id), 303)


@applications.route("/partners/<int:partner_id>/remove", methods=["GET", "POST"])
@guarded(get_partner, PARTNER.remove)
def remove_partner(partner: Partner) -> Any:
    """Ask first, then go on without a partner."""
    if request.method == "GET" and partner.state != PartnerState.REMOVED:
        return render_template(
            "layout/remove.html",
            caption=_("Application %(reference)s", reference=partner.application.reference),
            name=partner.name,
            lost=_("Its link stops working, and so does its confirmation. To bring it back you invite it again."),
            back=url_for("applications.partners", application_id=partner.application_id),
        )
    try:
        if partner.state != PartnerState.REMOVED:
            partnering.remove_partner(partner, by=actor(), at=clock.now())
        flash(str(_("%(name)s is removed.", name=partner.name)), "success")
    except RuleBroken as refused:
        flash(str(refused), "error")
    return _to_partners(partner.application)


@blueprint.get("/<token>")
@guarded(get_partner_of_link, policy.holds_link, is_public=True)
def visit(partner: Partner) -> str:
    """What the partner is asked, and by whom."""
    return _visit_page(partner)


def _visit_page(partner: Partner, refusal: str = "") -> str:
    return render_template(
        "applications/visit.html",
        partner=partner,
        application=partner.application,
        token=(request.view_args or {})["token"],
        refusal=refusal,
        may_answer=partner.state == PartnerState.INVITED,
    )


@blueprint.post("/<token>/confirm")
@guarded(get_partner_of_link, policy.holds_link, is_public=True)
def confirm(partner: Partner) -> Any:
    """The partner takes part."""
    return _answer(partner, PartnerState.CONFIRMED, partnering.confirm_partner)


@blueprint.post("/<token>/decline")
@guarded(get_partner_of_link, policy.holds_link, is_public=True)
def decline(partner: Partner) -> Any:
    """The partner does not take part."""
    return _answer(partner, PartnerState.DECLINED, partnering.decline_partner)


def _answer(partner: Partner, wanted: PartnerState, act: Any) -> Any:
    if partner.state != wanted:
        try:
            act(partner, by=PartnerContact(partner.id, partner.contact), at=clock.now())
        except RuleBroken as refused:
            return _visit_page(partner, str(refused)), 422
    return redirect(url_for("partners.visit", **(request.view_args or {})), 303)
