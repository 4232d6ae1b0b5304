"""Enrolling: begin, answer, attach files, check, submit with a receipt, withdraw."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.forms import is_sound
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.documents.actions import take_upload
from vouchers.documents.models import Document
from vouchers.documents.web import answer_with, sent_name
from vouchers.experts.rules.languages import LANGUAGES
from vouchers.organisations.queries import list_of_member
from vouchers.organisations.rules.address import read_website
from vouchers.organisations.rules.identifiers import ensure_identified, ensure_vat_number
from vouchers.pools import policy, queries
from vouchers.pools.actions import enrolling as actions
from vouchers.pools.forms import enrolling as forms
from vouchers.pools.lifecycle import ENROLMENT
from vouchers.pools.models import Enrolment, PoolCall
from vouchers.pools.rules.content import CV, CV_LABEL, files_asked
from vouchers.pools.rules.marking import list_below, read_marks
from vouchers.pools.states import PoolKind
from vouchers.pools.views.blueprint import ask, blueprint, version_of
from vouchers.providers.rules.offers import read_services
from vouchers.regions.queries import map_names


@blueprint.route("/<int:call_id>/enrol", methods=["GET", "POST"])
@guarded(queries.get_pool_call, policy.may_begin)
def start(call: PoolCall) -> Any:
    """Begin, for oneself or for an organisation; whoever began already goes on there."""
    form = forms.StartForm()
    organisations = [one for one in list_of_member(actor().id) if one.role_of(actor().id) != "viewer"]
    form.organisation.choices = [(one.id, one.name) for one in organisations]
    if call.kind == PoolKind.EXPERTS:
        del form.organisation
    if form.validate_on_submit():
        chosen = form.organisation.data if "organisation" in form else None
        organisation = next((one for one in organisations if one.id == chosen), None)
        try:
            begun = actions.start_enrolment(call, organisation, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            return _to(begun, "form")
    is_open = call.is_open(clock.now())
    return ask("pools/start.html", form, call=call, is_open=is_open, organisations=organisations)


def _to(enrolment: Enrolment, step: str = "enrolment") -> Any:
    return redirect(url_for(f".{step}", enrolment_id=enrolment.id), 303)


@blueprint.route("/enrolments/<int:enrolment_id>/form", methods=["GET", "POST"])
@guarded(queries.get_enrolment, ENROLMENT.save)
def form(enrolment: Enrolment) -> Any:
    """Answer; everything may be saved half done."""
    form = forms.EnrolForm.of(enrolment)
    if is_sound(form, form.content, *_rules(form)):
        version = version_of(form)
        actions.save_enrolment(enrolment, form.content(), by=actor(), at=clock.now(), version=version)
        flash(str(_("Your answers are saved.")), "success")
        has_files = files_asked(enrolment.call.kind, enrolment.call.terms)
        return _to(enrolment, "files" if has_files else "check")
    return ask("pools/form.html", form, enrolment=enrolment, call=enrolment.call)


def _rules(form: Any) -> list[Any]:
    if "services" not in form:
        return []
    vat, register, country = form.vat_number, form.register_number, form.country
    return [
        lambda: read_services(form.services.data, form.currency),
        lambda: read_website(form.website.data),
        lambda: ensure_vat_number(vat.data, country.data or ""),
        lambda: ensure_identified(vat_number=vat.data, register_number=register.data),
    ]


# Files ---------------------------------------------------------------------------------------------------------------


@blueprint.get("/enrolments/<int:enrolment_id>/files")
@guarded(queries.get_enrolment, ENROLMENT.attach)
def files(enrolment: Enrolment) -> Any:
    """The step for files: the CV, and what the call asks beside it."""
    return _draw_files(enrolment)


def _draw_files(enrolment: Enrolment, refused: dict[str, Any] | None = None) -> Any:
    call, there = enrolment.call, queries.list_files(enrolment)
    asked = [
        (one, CV_LABEL if one is CV else one.label, [file for file in there if file.purpose == one.code],
         (refused or {}).get(one.code) or forms.EnrolmentFileForm(formdata=None, prefix=f"{one.code}-"))
        for one in files_asked(call.kind, call.terms)
    ]  # fmt: skip
    return render_template("pools/files.html", enrolment=enrolment, call=call, asked=asked, failed=refused)


@blueprint.post("/enrolments/<int:enrolment_id>/files/<purpose>/attach")
@guarded(lambda enrolment_id, purpose: queries.get_enrolment(enrolment_id), ENROLMENT.attach)
def attach(enrolment: Enrolment) -> Any:
    """Lay a file to the enrolment."""
    purpose = (request.view_args or {})["purpose"]
    if purpose not in {one.code for one in files_asked(enrolment.call.kind, enrolment.call.terms)}:
        return _to(enrolment, "files")
    form = forms.EnrolmentFileForm(prefix=f"{purpose}-")
    if form.validate_on_submit():
        try:
            most = current_app.config["SETTINGS"].max_upload_bytes
            kept = take_upload(form.file.data.stream, sent_name(form.file.data), max_bytes=most)
            actions.attach_enrolment_file(enrolment, purpose, kept, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.file.errors = [*form.file.errors, refused.sentence]
        else:
            flash(str(_("“%(name)s” is attached.", name=kept.filename)), "success")
            return _to(enrolment, "files")
    return _draw_files(enrolment, {purpose: form}), 422


def _file_of(enrolment: Enrolment) -> Document | None:
    document_id = (request.view_args or {})["document_id"]
    return next((one for one in queries.list_files(enrolment) if one.id == document_id), None)


@blueprint.get("/enrolments/<int:enrolment_id>/files/<int:document_id>")
@guarded(queries.get_enrolment, policy.may_read)
def document(enrolment: Enrolment) -> Any:
    """Download a file."""
    return answer_with(_file_of(enrolment))


@blueprint.route("/enrolments/<int:enrolment_id>/files/<int:document_id>/remove", methods=["GET", "POST"])
@guarded(queries.get_enrolment, ENROLMENT.detach)
def detach(enrolment: Enrolment) -> Any:
    """Ask first, then take a file off. A second press finds it gone, and that is fine."""
    found, back = _file_of(enrolment), url_for(".files", enrolment_id=enrolment.id)
    if request.method == "GET" and found is not None:
        lost = _("The file is taken off your enrolment.")
        page = {"caption": enrolment.call.title, "name": found.filename, "lost": lost, "back": back}
        return render_template("layout/remove.html", **page)
    if found is not None:
        actions.detach_enrolment_file(enrolment, found.id, by=actor(), at=clock.now())
        flash(str(_("The file is removed.")), "success")
    return redirect(back, 303)


# Handing in ----------------------------------------------------------------------------------------------------------


@blueprint.route("/enrolments/<int:enrolment_id>/check", methods=["GET", "POST"])
@guarded(queries.get_enrolment, ENROLMENT.submit)
def check(enrolment: Enrolment) -> Any:
    """Look at everything once more, then submit."""
    form = forms.SubmitEnrolmentForm(data={"version": enrolment.version})
    if form.validate_on_submit():
        try:
            version = version_of(form)
            actions.submit_enrolment(enrolment, form.name.data, by=actor(), at=clock.now(), version=version)
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            return _to(enrolment)
    return ask("pools/check.html", form, is_open=enrolment.call.is_open(clock.now()), **_whole(enrolment))


def _whole(enrolment: Enrolment) -> dict[str, Any]:
    """What every page that shows an enrolment in full is given."""
    call = enrolment.call
    return {
        "enrolment": enrolment,
        "call": call,
        "gaps": actions.gaps_of(enrolment),
        "files": queries.list_files(enrolment),
        "labels": {one.code: CV_LABEL if one is CV else one.label for one in files_asked(call.kind, call.terms)},
        "fields": {code: name.for_reader() for code, name in queries.list_fields(call.programme_code)},
        "regions": map_names(),
        "languages": dict(LANGUAGES),
        "currency": queries.currency_of(call.programme_code),
    }


@blueprint.get("/enrolments/<int:enrolment_id>")
@guarded(queries.get_enrolment, policy.may_read)
def enrolment(enrolment: Enrolment) -> Any:
    """One enrolment: the receipt for whoever enrols, the whole with its marks for the office."""
    is_keeper = policy.may_keep_pool(actor(), enrolment) is None
    marks = read_marks(enrolment.marks)
    below = {one.code for one in list_below(marks, enrolment.call.terms.criteria)}
    return render_template(
        "pools/enrolment.html",
        marks=marks if is_keeper else {},
        below=below,
        is_keeper=is_keeper,
        ENROLMENT=ENROLMENT,
        **_whole(enrolment),
    )


@blueprint.route("/enrolments/<int:enrolment_id>/withdraw", methods=["GET", "POST"])
@guarded(queries.get_enrolment, ENROLMENT.withdraw)
def withdraw(enrolment: Enrolment) -> Any:
    """Ask first, then take it back."""
    if request.method == "GET":
        return render_template("pools/withdraw.html", enrolment=enrolment, call=enrolment.call)
    actions.withdraw_enrolment(enrolment, by=actor(), at=clock.now())
    flash(str(_("Your enrolment is withdrawn.")), "success")
    return redirect(url_for(".calls"), 303)
