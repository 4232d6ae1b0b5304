"""The files of an appeal, and the application as whoever decides it reads it."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for

from vouchers.appeals import forms, policy
from vouchers.appeals.actions import filing as actions
from vouchers.appeals.lifecycle import APPEAL
from vouchers.appeals.models import Appeal
from vouchers.appeals.queries import files as queries
from vouchers.appeals.queries.files import AppealFile
from vouchers.appeals.views.blueprint import ask, blueprint
from vouchers.applications.queries.files import get_submission
from vouchers.applications.queries.versions import find_document_of_version
from vouchers.applications.rules.asking import labels_of_files, may_read_file, shown_answers
from vouchers.applications.rules.content import read_content
from vouchers.core import clock
from vouchers.core.errors import NotFound, RuleBroken
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.documents.actions import take_upload
from vouchers.documents.web import answer_with, sent_name
from vouchers.programmes.queries import form_of
from vouchers.programmes.rules.form_plan import Reader

READERS = frozenset({Reader.MANAGER})
"""Whoever decides reads what the region's manager read."""


@blueprint.route("/appeals/<int:appeal_id>/files/attach", methods=["GET", "POST"])
@guarded(queries.get_appeal, APPEAL.attach)
def attach(appeal: Appeal) -> Any:
    """Put a file to the draft."""
    form, back = forms.AttachAppealForm(), url_for(".edit", appeal_id=appeal.id)
    if form.validate_on_submit():
        try:
            most = current_app.config["SETTINGS"].max_upload_bytes
            kept = take_upload(form.file.data.stream, sent_name(form.file.data), max_bytes=most)
            actions.attach_appeal(appeal, kept, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("“%(name)s” is attached.", name=kept.filename)), "success")
            return redirect(back, 303)
    return ask("appeals/attach.html", form, appeal=appeal, application=appeal.application, back=back)


@blueprint.get("/appeals/<int:appeal_id>/files/<int:document_id>")
@guarded(queries.get_file, policy.may_read_file)
def document(found: AppealFile) -> Response:
    """Download a file of the appeal."""
    return answer_with(found.document)


@blueprint.route("/appeals/<int:appeal_id>/files/<int:document_id>/remove", methods=["GET", "POST"])
@guarded(queries.get_appeal, APPEAL.detach)
def detach(appeal: Appeal) -> Any:
    """Ask first, then take a file off the draft. A second press finds it gone, and that is fine."""
    back, document_id = url_for(".edit", appeal_id=appeal.id), (request.view_args or {})["document_id"]
    found = queries.get_file(appeal.id, document_id).document
    if request.method == "GET" and found is not None:
        return render_template(
            "layout/remove.html",
            caption=_("Application %(reference)s", reference=appeal.application.reference),
            name=found.filename,
            lost=_("The file is taken off your appeal."),
            back=back,
        )
    if request.method == "POST" and found is not None:
        try:
            actions.detach_appeal(appeal, document_id, by=actor(), at=clock.now())
            flash(str(_("The file is removed.")), "success")
        except NotFound as gone:
            flash(str(gone), "info")
    return redirect(back, 303)


@blueprint.get("/appeals/<int:appeal_id>/application")
@guarded(queries.get_appeal, policy.may_read)
def application(appeal: Appeal) -> str:
    """The application as it was submitted: whoever decides may come from another region."""
    subject = appeal.application
    content = read_content(get_submission(subject.id).content)
    form, language = form_of(subject.call, content.form_digest), actor().language
    return render_template(
        "appeals/application.html",
        appeal=appeal,
        application=subject,
        sections=shown_answers(form, subject.instrument.code, content.answers, language=language, readers=READERS),
        files=[one for one in content.documents if may_read_file(form, one.purpose, READERS)],
        asked=labels_of_files(form, subject.instrument.plan.application_documents),
    )


@blueprint.get("/appeals/<int:appeal_id>/application/files/<int:document_id>")
@guarded(queries.get_appeal, policy.may_read)
def application_file(appeal: Appeal) -> Response:
    """A file of the application as it was submitted."""
    subject, document_id = appeal.application, (request.view_args or {})["document_id"]
    content = read_content(get_submission(subject.id).content)
    form = form_of(subject.call, content.form_digest)
    purposes = {one.id: one.purpose for one in content.documents}
    if document_id not in purposes or not may_read_file(form, purposes[document_id], READERS):
        return answer_with(None)
    return answer_with(find_document_of_version(subject.id, document_id))
