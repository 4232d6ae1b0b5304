"""The pages of a report: its words, what was delivered, journeys, marks, and the names under it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.agreements.states import PartyKind
from vouchers.claims.actions import drafting, reporting, travelling
from vouchers.claims.forms import writing as forms
from vouchers.claims.lifecycle import CLAIM
from vouchers.claims.models import Claim
from vouchers.claims.policy import ReportVisit, came_with_link
from vouchers.claims.queries import delivering
from vouchers.claims.queries import files as queries
from vouchers.claims.views.blueprint import ask, ask_to_remove, back_home, blueprint, moved_on_from, number_in_address
from vouchers.core import clock
from vouchers.core.autosaving import answer_refused, answer_saved, read_body
from vouchers.core.choices import only_one
from vouchers.core.errors import NotFound, RuleBroken
from vouchers.core.text import say as _
from vouchers.core.typed import formdata_from_json
from vouchers.core.web import actor, guarded
from vouchers.documents.queries import list_documents_of


@blueprint.route("/<int:claim_id>/report", methods=["GET", "POST"])
@guarded(queries.get_claim, CLAIM.save_report)
def save_report(claim: Claim) -> Any:
    """Write what was done."""
    if moved_on := moved_on_from(claim, CLAIM.save_report):
        return moved_on
    form = forms.report_form(claim)
    if form.validate_on_submit():
        basis = form.version.raw or None
        drafting.save_report(claim, form.report.data, form.raw_answers, basis=basis, by=actor(), at=clock.now())
        return back_home(claim, _("The report is saved. The claim is not submitted yet."))
    return ask("save_report", claim, form)


@blueprint.post("/<int:claim_id>/report/autosave")
@guarded(queries.get_claim, CLAIM.save_report)
def autosave_report(claim: Claim) -> Any:
    """Keep the report while it is being written."""
    at = clock.now()
    form = forms.report_form(claim, formdata=formdata_from_json(read_body()))
    if form.is_too_long:
        return answer_refused(_("Not saved: the report is too long."))
    basis = form.version.raw or None
    drafting.save_report(claim, form.report.raw, form.raw_answers, basis=basis, by=actor(), at=at)
    return answer_saved(drafting.basis_of(claim), at, actor().time_zone)


# What was delivered --------------------------------------------------------------------------------------------------


@blueprint.route("/<int:claim_id>/deliverables", methods=["GET", "POST"])
@guarded(queries.get_claim, CLAIM.save_deliverable)
def save_deliverable(claim: Claim) -> Any:
    """Say what was delivered."""
    if moved_on := moved_on_from(claim, CLAIM.save_deliverable):
        return moved_on
    asked = claim.agreement.application.instrument.plan.claim.deliverables
    there = {one.code: one for one in claim.delivered}
    chosen = there.get(request.args.get("code", ""))
    offered = [(one.code, one.name.for_reader()) for one in asked]
    values: dict[str, Any] = {"code": request.args.get("code") or only_one(offered)}
    if chosen is not None:
        values |= {"note": chosen.note, "delivered_on": chosen.delivered_on}
    form = forms.SaveDeliverableForm(data=values)
    form.code.choices = offered
    if form.validate_on_submit():
        try:
            saved = reporting.save_deliverable(
                claim, form.code.data, form.note.data, form.delivered_on.data, by=actor(), at=clock.now()
            )
        except RuleBroken as refused:
            form.refuse(refused)
            claim = queries.get_claim(claim.id)
        else:
            flash(str(_("Saved. Now attach a file that shows it.")), "success")
            return redirect(url_for(".attach", claim_id=claim.id, purpose=saved.purpose), 303)
    return ask("deliverables", claim, form, asked=asked)


@blueprint.route("/<int:claim_id>/deliverables/<code>/remove", methods=["GET", "POST"])
@guarded(queries.get_claim, CLAIM.remove_deliverable)
def remove_deliverable(claim: Claim) -> Any:
    """Ask first, then take a deliverable out of the claim."""
    if moved_on := moved_on_from(claim, CLAIM.remove_deliverable):
        return moved_on
    assert request.view_args is not None
    code = str(request.view_args["code"])
    there = next((one for one in claim.delivered if one.code == code), None)
    if there is not None and request.method == "GET":
        return ask_to_remove(claim, there.note[:80], _("What you wrote about it is lost, and its files are taken off."))
    if there is not None:
        reporting.remove_deliverable(claim, code, by=actor(), at=clock.now())
    return back_home(claim, _("The deliverable is taken out."))


# Journeys ------------------------------------------------------------------------------------------------------------


@blueprint.route("/<int:claim_id>/costs/<int:line_id>/journeys", methods=["GET", "POST"])
@guarded(queries.get_claim, CLAIM.save_journey)
def save_journey(claim: Claim) -> Any:
    """Say which way a cost paid, part by part."""
    if moved_on := moved_on_from(claim, CLAIM.save_journey):
        return moved_on
    line = queries.get_line(claim, number_in_address("line_id") or 0)
    form = forms.SaveJourneyForm(data={"leaves_on": line.activity_on, "arrives_on": line.activity_on})
    if form.validate_on_submit():
        try:
            travelling.save_journey(claim, line.id, form.leg, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
            claim = queries.get_claim(claim.id)
            line = queries.get_line(claim, line.id)
        else:
            flash(str(_("The journey is saved.")), "success")
            return redirect(url_for(".save_journey", claim_id=claim.id, line_id=line.id), 303)
    return ask("journeys", claim, form, line=line)


@blueprint.post("/<int:claim_id>/journeys/<int:journey_id>/remove")
@guarded(queries.get_claim, CLAIM.remove_journey)
def remove_journey(claim: Claim) -> Any:
    """Take a part of the way out."""
    if moved_on := moved_on_from(claim, CLAIM.remove_journey):
        return moved_on
    with suppress(NotFound):  # removed by the first of two clicks
        travelling.remove_journey(claim, number_in_address("journey_id") or 0, by=actor(), at=clock.now())
    return back_home(claim, _("The journey is removed."))


# Satisfaction and names ----------------------------------------------------------------------------------------------


@blueprint.route("/<int:claim_id>/satisfaction", methods=["GET", "POST"])
@guarded(queries.get_claim, CLAIM.save_satisfaction)
def save_satisfaction(claim: Claim) -> Any:
    """Say how satisfied the company is."""
    if moved_on := moved_on_from(claim, CLAIM.save_satisfaction):
        return moved_on
    form = forms.satisfaction_form(claim)
    if form.validate_on_submit():
        try:
            reporting.save_satisfaction(claim, form.marks, form.note.data or "", by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
            claim = queries.get_claim(claim.id)
        else:
            return back_home(claim, _("Thank you. Your marks are saved."))
    return ask("satisfaction", claim, form)


@blueprint.route("/<int:claim_id>/sign", methods=["GET", "POST"])
@guarded(queries.get_claim, CLAIM.sign_as_sme)
def sign_as_sme(claim: Claim) -> Any:
    """Sign the report as it stands."""
    if moved_on := moved_on_from(claim, CLAIM.sign_as_sme):
        return moved_on
    form = forms.SignReportForm(data={"sha256": claim.report_sha256, "name": actor().name})
    del form.function
    if form.validate_on_submit():
        try:
            reporting.sign_as_sme(claim, form.name.data, form.sha256.data or "", by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
            claim = queries.get_claim(claim.id)
        else:
            return back_home(claim, _("The report is signed."))
    return ask("sign", claim, form, unwritten=reporting.list_unwritten(claim))


@blueprint.route("/<int:claim_id>/ask-provider", methods=["GET", "POST"])
@guarded(queries.get_claim, CLAIM.ask_provider)
def ask_provider(claim: Claim) -> Any:
    """Send the provider's contact a link to sign."""
    if moved_on := moved_on_from(claim, CLAIM.ask_provider):
        return moved_on
    form = forms.AskProviderForm()
    if form.validate_on_submit():
        try:
            reporting.ask_provider(claim, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
            claim = queries.get_claim(claim.id)
        else:
            return back_home(claim, _("We have written to the provider. You are told when the report is signed."))
    return ask("ask_provider", claim, form, unwritten=reporting.list_unwritten(claim))


@blueprint.route("/provider/<token>", methods=["GET", "POST"])
@guarded(delivering.get_visit, came_with_link, is_public=True)
def provider(visit: ReportVisit) -> Any:
    """The report for the provider's contact person, who has no account, and the name under it."""
    claim = visit.claim
    form = forms.SignReportForm(data={"sha256": claim.report_sha256})
    if form.validate_on_submit():
        try:
            reporting.sign_as_provider(
                claim,
                form.name.data,
                form.sha256.data or "",
                function=form.function.data or "",
                by=visit.contact,
                at=clock.now(),
            )
        except RuleBroken as refused:
            form.refuse(refused)
            claim = queries.get_claim(claim.id)
        else:
            flash(str(_("The report is signed. The company was told.")), "success")
            assert request.view_args is not None
            return redirect(url_for(".provider", token=request.view_args["token"]), 303)
    return render_template(
        "claims/provider.html",
        claim=claim,
        application=claim.agreement.application,
        form=form,
        signature=claim.signature_of(PartyKind.PROVIDER),
        is_unwritten=bool(reporting.list_unwritten(claim)),
        may_sign=CLAIM.is_open_to(visit.contact, claim, "sign_as_provider"),
        documents=[one for one in list_documents_of("claim", claim.id) if one.purpose.startswith("deliverable_")],
    ), 422 if form.problems else 200
