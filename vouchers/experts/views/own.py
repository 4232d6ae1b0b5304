"""What an expert does with the own entry: availability, files, interests."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.forms import is_sound
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.documents.actions import take_upload
from vouchers.documents.models import Document
from vouchers.documents.web import answer_with, sent_name
from vouchers.experts import forms, policy, queries
from vouchers.experts.actions import own as actions
from vouchers.experts.lifecycle import ABSENCE, EXPERT
from vouchers.experts.models import Absence, Expert
from vouchers.experts.rules.availability import ensure_stretch
from vouchers.experts.rules.interests import read_organisations
from vouchers.experts.views.blueprint import ask, blueprint, version_of
from vouchers.providers.queries import name_of_programme


@blueprint.get("/mine")
@asks(policy.is_signed_in)
def mine() -> Any:
    """One's own entries; straight to it where there is only one."""
    entries = queries.list_of_user(actor().id)
    if len(entries) == 1:
        return redirect(url_for(".show", expert_id=entries[0].id), 303)
    return render_template(
        "experts/mine.html", entries=[(one, name_of_programme(one.programme_code)) for one in entries]
    )


@blueprint.route("/<int:expert_id>/own", methods=["GET", "POST"])
@guarded(queries.get_expert, EXPERT.edit_own)
def edit_own(expert: Expert) -> Any:
    """Say for what to be asked."""
    form = forms.OwnEntryForm(obj=expert)
    forms.take_fields(form, [expert.programme_code])
    if form.validate_on_submit():
        fields = tuple(form.fields.data) if "fields" in form else tuple(expert.fields)
        offer = actions.Offer(tuple(form.languages.data), fields, form.load_limit.data)
        actions.edit_own_expert(expert, offer, by=actor(), at=clock.now(), version=version_of(form))
        flash(str(_("The entry is saved.")), "success")
        return _to(expert)
    return ask("experts/edit_own.html", form, expert=expert)


def _to(expert: Expert) -> Any:
    return redirect(url_for(".show", expert_id=expert.id), 303)


@blueprint.route("/<int:expert_id>/absences/new", methods=["GET", "POST"])
@guarded(queries.get_expert, policy.may_write)
def note_absence(expert: Expert) -> Any:
    """Enter days in which nothing new is given to the expert."""
    form = forms.AbsenceForm()
    today = clock.office_day(clock.now())
    if is_sound(form, lambda: _ensure_stretch(form, today)):
        actions.note_absence(expert, form.from_on.data, form.until_on.data, by=actor(), at=clock.now())
        flash(str(_("The absence is noted.")), "success")
        return _to(expert)
    return ask("experts/note_absence.html", form, expert=expert)


def _ensure_stretch(form: Any, today: Any) -> None:
    if form.from_on.data and form.until_on.data:
        ensure_stretch(form.from_on.data, form.until_on.data, today)


@blueprint.post("/absences/<int:absence_id>/cancel")
@guarded(queries.get_absence, ABSENCE.cancel)
def cancel_absence(absence: Absence) -> Any:
    """Take an absence back."""
    actions.cancel_absence(absence, by=actor(), at=clock.now())
    flash(str(_("The absence is taken back.")), "success")
    return _to(absence.expert)


# Files ---------------------------------------------------------------------------------------------------------------


@blueprint.route("/<int:expert_id>/files/attach", methods=["GET", "POST"])
@guarded(queries.get_expert, EXPERT.attach)
def attach(expert: Expert) -> Any:
    """Lay a CV or a reference to the entry."""
    form = forms.ExpertFileForm()
    if form.validate_on_submit():
        try:
            most = current_app.config["SETTINGS"].max_upload_bytes
            kept = take_upload(form.file.data.stream, sent_name(form.file.data), max_bytes=most)
            actions.attach_expert_file(expert, form.purpose.data, kept, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("“%(name)s” is attached.", name=kept.filename)), "success")
            return _to(expert)
    return ask("experts/attach.html", form, expert=expert)


@blueprint.get("/<int:expert_id>/files/<int:document_id>")
@guarded(lambda expert_id, document_id: queries.get_expert(expert_id), policy.may_read_files)
def document(expert: Expert) -> Any:
    """Download a CV or a reference."""
    return answer_with(_file_of(expert))


def _file_of(expert: Expert) -> Document | None:
    document_id = (request.view_args or {})["document_id"]
    return next((one for one in queries.list_files(expert) if one.id == document_id), None)


@blueprint.route("/<int:expert_id>/files/<int:document_id>/remove", methods=["GET", "POST"])
@guarded(lambda expert_id, document_id: queries.get_expert(expert_id), EXPERT.detach)
def detach(expert: Expert) -> Any:
    """Ask first, then take a file off. A second press finds it gone, and that is fine."""
    found, back = _file_of(expert), url_for(".show", expert_id=expert.id)
    if request.method == "GET" and found is not None:
        return render_template(
            "layout/remove.html",
            caption=expert.user.name,
            name=found.filename,
            lost=_("The file is taken off the entry."),
            back=back,
        )
    if found is not None:
        actions.detach_expert_file(expert, found.id, by=actor(), at=clock.now())
        flash(str(_("The file is removed.")), "success")
    return redirect(back, 303)


# Interests -----------------------------------------------------------------------------------------------------------


@blueprint.route("/<int:expert_id>/interests", methods=["GET", "POST"])
@guarded(queries.get_expert, policy.is_that_expert)
def declare(expert: Expert) -> Any:
    """Declare one's interests for a year; the boxes hold what was declared last."""
    last = next(iter(queries.list_declared(expert.id)), None)
    known = {"statement": last.statement, "organisations": "\n".join(last.organisations)} if last else {}
    form = forms.DeclareInterestsForm(data=known)
    if is_sound(form, lambda: read_organisations(form.organisations.data)):
        try:
            names = read_organisations(form.organisations.data)
            actions.declare_interests(expert, form.statement.data, names, form.name.data, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("Your declaration is kept. It holds for a year.")), "success")
            return _to(expert)
    return ask("experts/declare.html", form, expert=expert)
