"""The files of a request for clarification: laid under it by the applicant, and what became of those submitted."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for

from vouchers.applications import policy as applications
from vouchers.applications.queries.versions import form_of_submission
from vouchers.applications.rules.asking import may_read_file
from vouchers.applications.rules.attaching import find_file_question
from vouchers.applications.rules.content import read_content
from vouchers.core import clock
from vouchers.core.errors import NotFound, RuleBroken
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.documents.actions import take_upload
from vouchers.documents.models import Document, ScanState
from vouchers.documents.queries import list_all_documents_of
from vouchers.documents.web import answer_with, sent_name
from vouchers.enquiries import forms, policy, queries
from vouchers.enquiries.actions import refiling
from vouchers.enquiries.lifecycle import CLARIFICATION
from vouchers.enquiries.models import Clarification
from vouchers.enquiries.rules.refiling import FileChange, ensure_opened, file_changes, list_replaceable

blueprint = Blueprint("clarification_files", __name__, url_prefix="/clarifications/<int:clarification_id>/files")


@blueprint.route("/attach", methods=["GET", "POST"])
@guarded(queries.get_clarification, CLARIFICATION.attach)
def attach(clarification: Clarification) -> Any:
    """Lay a file under the request, in the place of one that was submitted or beside them."""
    application, purpose = clarification.application, request.args.get("purpose", "")
    ensure_opened(purpose, clarification.documents)
    question = find_file_question(form_of_submission(application), application.instrument.code, purpose)
    read = [one for one in refiling.list_read(clarification) if one.purpose == purpose]
    form = forms.AttachClarificationForm.of(
        question.kinds if question else (), list_replaceable(read, clarification.replaced)
    )
    if form.validate_on_submit():
        try:
            most = current_app.config["SETTINGS"].max_upload_bytes
            kept = take_upload(form.file.data.stream, sent_name(form.file.data), max_bytes=most)
            refiling.attach_clarification(
                clarification, purpose, kept, replaces=form.replaced_id, by=actor(), at=clock.now()
            )
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("“%(name)s” is attached.", name=kept.filename)), "success")
            return redirect(_back(clarification), 303)
    asked = question or next(one for one in application.instrument.plan.application_documents if one.code == purpose)
    page = {
        "clarification": clarification,
        "application": application,
        "form": form,
        "label": refiling.files_of(application)[purpose].in_language(actor().language),
        "hint": asked.hint.in_language(actor().language),
        "back": _back(clarification),
    }
    return render_template("enquiries/attach.html", **page), 422 if request.method == "POST" else 200


def _back(clarification: Clarification) -> str:
    return url_for("clarifications.answer", clarification_id=clarification.id)


@blueprint.route("/<int:document_id>/remove", methods=["GET", "POST"])
@guarded(queries.get_clarification, CLARIFICATION.detach)
def detach(clarification: Clarification) -> Any:
    """Ask first, then take a file off that waits. A second press finds it gone, and that is fine."""
    document, back = _staged(clarification), _back(clarification)
    if request.method == "GET" and document is not None:
        return render_template(
            "layout/remove.html",
            caption=_("Application %(reference)s", reference=clarification.application.reference),
            name=document.filename,
            lost=_("The new file is taken off your answers. What you submitted stays."),
            back=back,
        )
    if request.method == "POST" and document is not None:
        try:
            refiling.detach_clarification(clarification, document.id, by=actor(), at=clock.now())
            flash(str(_("The file is removed.")), "success")
        except NotFound as gone:
            flash(str(gone), "info")
    return redirect(back, 303)


def _staged(clarification: Clarification) -> Document | None:
    document_id = (request.view_args or {})["document_id"]
    return next((one for one in refiling.list_staged(clarification) if one.id == document_id), None)


@blueprint.get("/<int:document_id>")
@guarded(queries.get_clarification, policy.is_writer)
def document(clarification: Clarification) -> Any:
    """Download a file that waits."""
    return answer_with(_staged(clarification))


# For the pages of the request ----------------------------------------------------------------------------------------


def address_of_file(clarification: Clarification, then: str) -> str | None:
    """Where a button among the words leads to: ``attach:offer``, ``remove:17``."""
    verb, _colon, what = then.partition(":")
    if verb == "attach":
        return url_for("clarification_files.attach", clarification_id=clarification.id, purpose=what)
    if verb == "remove" and what.isascii() and what.isdigit() and len(what) < 10:
        return url_for("clarification_files.detach", clarification_id=clarification.id, document_id=int(what))
    return None


def opened_of(clarification: Clarification) -> list[tuple[str, str, list[tuple[Any, str | None, str, bool]]]]:
    """Of each purpose: its label, and the files that the further version would hold.

    Each file comes with its address, what it replaces, and whether it is new.
    """
    read, staged = refiling.list_read(clarification), refiling.list_staged(clarification)
    names = {str(key): one.filename for key, old in clarification.replaced.items() for one in read if one.id == old}
    lines: list[tuple[Any, str | None, str, bool]] = [
        (
            one,
            url_for("applications.document", application_id=clarification.application_id, document_id=one.id),
            "",
            False,
        )
        for one in list_replaceable(read, clarification.replaced)
    ]
    for one in staged:
        is_held = one.scan_state == ScanState.QUARANTINED
        address = url_for("clarification_files.document", clarification_id=clarification.id, document_id=one.id)
        lines.append((one, None if is_held else address, names.get(str(one.id), ""), True))
    return [
        (purpose, label.in_language(actor().language), [line for line in lines if line[0].purpose == purpose])
        for purpose, label in refiling.opened_files(clarification).items()
    ]


def changes_of(clarification: Clarification) -> list[tuple[FileChange, str, bool, bool]]:
    """What became of each file that the reader may see: the change, its label, whether the new and the old are held."""
    if clarification.answered_with_id is None or not clarification.documents:
        return []
    before, now = (
        read_content(queries.get_submission_of(clarification, number).content).documents
        for number in (clarification.asked_about_id, clarification.answered_with_id)
    )
    application, language = clarification.application, actor().language
    form = form_of_submission(application)
    readers, labels = applications.readers_of(actor(), application), refiling.files_of(application)
    stored = list_all_documents_of([("application", application.id)])
    held = {one.id for one in stored if one.scan_state == ScanState.QUARANTINED}
    return [
        (
            one,
            labels[one.now.purpose].in_language(language) if one.now.purpose in labels else one.now.purpose,
            one.now.id in held,
            one.before is not None and one.before.id in held,
        )
        for one in file_changes(before, now)
        if may_read_file(form, one.now.purpose, readers)
    ]
