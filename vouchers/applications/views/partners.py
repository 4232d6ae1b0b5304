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
from vouchers.applications.rules.consortium import Confirmation
from vouchers.applications.rules.deadline import closed_sentence
from vouchers.applications.states import PartnerState
from vouchers.applications.views.blueprint import blueprint as applications
from vouchers.applications.views.blueprint import is_writable
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
        form=form if may_write and (is_writable(application) or form.problems) else None,
        is_writable=is_writable(application),
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
    return _visit_page(partner, _confirm_form(partner))


def _confirm_form(partner: Partner) -> forms.ConfirmPartnerForm:
    return forms.ConfirmPartnerForm(data={"name": partner.name, "contact": partner.contact})


def _visit_page(partner: Partner, form: forms.ConfirmPartnerForm) -> str:
    return render_template(
        "applications/visit.html",
        partner=partner,
        application=partner.application,
        token=(request.view_args or {})["token"],
        form=form,
        may_answer=partner.state == PartnerState.INVITED,
        closed=closed_sentence(partner.application.call.plan, clock.now()),
    )


@blueprint.post("/<token>/confirm")
@guarded(get_partner_of_link, policy.holds_link, is_public=True)
def confirm(partner: Partner) -> Any:
    """The partner takes part. A second press finds it confirmed."""
    form = forms.ConfirmPartnerForm()
    if partner.state == PartnerState.CONFIRMED:
        return _to_visit()
    if partner.state != PartnerState.INVITED or form.validate():
        said = Confirmation(
            form.name.data, form.vat_number.data, form.register_number.data, form.contact.data, form.function.data
        )
        try:
            partnering.confirm_partner(partner, said, by=_contact(partner), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            return _to_visit()
    return _visit_page(partner, form), 422


@blueprint.post("/<token>/decline")
@guarded(get_partner_of_link, policy.holds_link, is_public=True)
def decline(partner: Partner) -> Any:
    """The partner does not take part."""
    if partner.state != PartnerState.DECLINED:
        try:
            partnering.decline_partner(partner, by=_contact(partner), at=clock.now())
        except RuleBroken as refused:
            form = forms.ConfirmPartnerForm(formdata=None)
            form.refuse(refused)
            return _visit_page(partner, form), 422
    return _to_visit()


def _contact(partner: Partner) -> PartnerContact:
    return PartnerContact(partner.id, partner.contact)


def _to_visit() -> Any:
    return redirect(url_for("partners.visit", **(request.view_args or {})), 303)
