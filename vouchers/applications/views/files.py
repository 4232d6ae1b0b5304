"""The files of a draft: those that it asks for and those that answer a question; and how one is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, flash, jsonify, redirect, render_template, request, url_for

from vouchers.applications import forms, policy
from vouchers.applications.actions import drafting
from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Application
from vouchers.applications.queries import files as queries
from vouchers.applications.queries import versions
from vouchers.applications.rules.asking import DOCUMENTS, may_read_file
from vouchers.applications.rules.attaching import find_file_question
from vouchers.applications.rules.limits import kinds_sentence
from vouchers.applications.views.blueprint import (
    address_after,
    blueprint,
    is_writable,
    part_of_address,
    sections_of,
    to_application,
)
from vouchers.core import clock
from vouchers.core.errors import NotFound, RuleBroken
from vouchers.core.formatting import file_size
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.documents.actions import take_upload
from vouchers.documents.kinds import UnknownKind
from vouchers.documents.models import Document, ScanState
from vouchers.documents.naming import MAX_NAME, safe_filename, visible_name
from vouchers.documents.queries import list_documents_of
from vouchers.documents.web import answer_with, sent_name
from vouchers.programmes.rules.form_plan import Question


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was sent, as it is attached now."""

    document: Document
    is_new: bool
    """False: the same content was attached there before."""
    note: Sentence | None
    """What its sender is told of it."""


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file as a page lists it. A quarantined one has no address: nobody may open it."""

    id: int
    name: str
    size: str
    href: str | None


def shown_file(application: Application, document: Document) -> ShownFile:
    """How a file is listed."""
    is_held = document.scan_state == ScanState.QUARANTINED
    address = url_for("applications.document", application_id=application.id, document_id=document.id)
    return ShownFile(document.id, document.filename, file_size(document.size), None if is_held else address)


@blueprint.get("/<int:application_id>/documents")
@guarded(queries.get_application, APPLICATION.attach)
def documents(application: Application) -> Any:
    """The files that are asked for, and those that are there."""
    if not is_writable(application):
        return to_application(application)
    return _documents_page(application, {})


@blueprint.post("/<int:application_id>/documents")
@guarded(queries.get_application, APPLICATION.attach)
def attach(application: Application) -> Any:
    """Take one or several files. Each is judged alone: a bad one does not keep the good ones out."""
    purpose = request.form.get("purpose", "")
    document = next((one for one in application.instrument.plan.application_documents if one.code == purpose), None)
    if document is None:
        raise RuleBroken(_("This application does not ask for such a file."))
    form = forms.attach_form(document)()
    there = [one for one in list_documents_of("application", application.id) if one.purpose == purpose]
    if there and form.file.is_empty:  # the page's script may have sent them already, one by one
        flash(str(_("Nothing new was chosen. The files below are attached.")), "info")
        return redirect(url_for("applications.documents", application_id=application.id), 303)
    if not form.validate():
        return _documents_page(application, {purpose: form}), 422
    refusals = take_files(application, purpose, form.file.data)
    for sentence in refusals:
        form.refuse(RuleBroken(sentence, field="file"))
    if form.problems:
        return _documents_page(application, {purpose: form}), 422
    return redirect(url_for("applications.documents", application_id=application.id), 303)


def take_files(application: Application, purpose: str, uploads: list[Any]) -> list[Sentence]:
    """Take what can be taken and say so; answers why the others were not."""
    taken, refusals = 0, []
    for upload in uploads:
        try:
            file = take_file(application, purpose, upload)
        except RuleBroken as refused:
            refusals.append(_("%(name)s: %(reason)s", name=safe_filename(sent_name(upload)), reason=refused.sentence))
            continue
        taken += file.is_new
        if file.note:
            flash(str(file.note), "info")
    if taken:
        say_attached(taken)
    return refusals


def say_attached(count: int) -> None:
    """Say how many files were taken."""
    flash(str(_("The file is attached.") if count == 1 else _("%(count)s files are attached.", count=count)), "success")


def take_file(application: Application, purpose: str, upload: Any) -> Taken:
    """Check, scan and attach one file."""
    there = {one.id for one in list_documents_of("application", application.id) if one.purpose == purpose}
    most = current_app.config["SETTINGS"].max_upload_bytes
    question = find_file_question(application.call.plan.form, application.instrument.code, purpose)
    try:
        kept = take_upload(upload.stream, sent_name(upload), max_bytes=most)
    except UnknownKind as unknown:
        raise refused_kind(unknown, question) from None
    document = drafting.attach_document(application, purpose, kept, by=actor(), at=clock.now())
    if document.id in there:
        return Taken(document, False, _("“%(name)s” was attached before. It is there once.", name=document.filename))
    return Taken(document, True, renamed(sent_name(upload), document))


def refused_kind(unknown: UnknownKind, question: Question | None) -> RuleBroken:
    """Why a file of an unknown kind is not taken, with the kinds that the question takes."""
    if question is None or not question.kinds:
        return unknown
    sentence = _(
        "This cannot be taken: it looks like %(looks_like)s. %(kinds)s",
        looks_like=unknown.looks_like,
        kinds=kinds_sentence(question),
    )
    return RuleBroken(sentence, field="file")


def renamed(sent: str, document: Document) -> Sentence | None:
    """Said where the file could not keep the name that it came with, as far as anybody sees."""
    own_name = visible_name(sent)
    if own_name == document.filename:
        return None
    return _("“%(sent)s” is stored under the name “%(name)s”.", sent=own_name[:MAX_NAME], name=document.filename)


@blueprint.post("/<int:application_id>/uploads")
@guarded(queries.get_application, APPLICATION.attach)
def upload(application: Application) -> Any:
    """Take one file that the page's script sends by itself. The same file again is one, so it may simply be retried."""
    file, purpose = request.files.get("file"), request.form.get("purpose", "")
    if file is None or not file.filename:
        return jsonify(message=str(_("Choose a file first"))), 400
    try:
        taken = take_file(application, purpose, file)
    except RuleBroken as refused:
        return jsonify(message=str(refused.sentence)), 422
    shown, note = shown_file(application, taken.document), str(taken.note or "")
    return jsonify(id=shown.id, name=shown.name, size=shown.size, href=shown.href, message=note)


def _documents_page(application: Application, posted: dict[str, Any]) -> str:
    there = list_documents_of("application", application.id)
    asked = [
        (
            one,
            posted.get(one.code) or forms.attach_form(one)(formdata=None),
            [shown_file(application, d) for d in there if d.purpose == one.code],
        )
        for one in application.instrument.plan.application_documents
    ]
    answers = queries.map_values(application.id)
    last = DOCUMENTS if asked else sections_of(application, answers)[-1].code
    return render_template(
        "applications/documents.html",
        application=application,
        asked=asked,
        form=next(iter(posted.values()), None),
        most=current_app.config["SETTINGS"].max_upload_bytes,
        following=address_after(application, last, answers),
    )


@blueprint.get("/<int:application_id>/documents/<int:document_id>")
@guarded(queries.get_application, policy.may_read)
def document(application: Application) -> Response:
    """Download one of its files, of whichever version."""
    found = versions.find_document_of_version(application.id, part_of_address("document_id"))
    readers = policy.readers_of(actor(), application)
    if found is not None and not may_read_file(application.call.plan.form, found.purpose, readers):
        found = None
    return answer_with(found)


@blueprint.route("/<int:application_id>/documents/<int:document_id>/remove", methods=["GET", "POST"])
@guarded(queries.get_application, APPLICATION.detach)
def detach(application: Application) -> Any:
    """Ask first, then take a file off. A second press finds it gone, and that is fine."""
    document = queries.find_document_of(application.id, part_of_address("document_id"))
    back = _page_of_file(application, document)
    if request.method == "GET" and not is_writable(application):
        return to_application(application)
    if request.method == "GET" and document is not None:
        return render_template(
            "layout/remove.html",
            caption=_("Application %(reference)s", reference=application.reference),
            name=document.filename,
            lost=_("The file is taken off the application. You can attach it again until you submit."),
            back=back,
        )
    if request.method == "POST":
        _take_off(application, part_of_address("document_id"))
    return redirect(back, 303)


def _page_of_file(application: Application, document: Document | None) -> str:
    """Where the file is listed: in the section that asks for it, or among the files."""
    question = document and find_file_question(
        application.call.plan.form, application.instrument.code, document.purpose
    )
    if question:
        section = next(
            one.code for one in application.call.plan.form.sections if question.code in [q.code for q in one.questions]
        )
        anchor = f"question-{question.code}"
        return url_for("applications.section", application_id=application.id, code=section, _anchor=anchor)
    return url_for("applications.documents", application_id=application.id)


def _take_off(application: Application, document_id: int) -> None:
    try:
        drafting.detach_document(application, document_id, by=actor(), at=clock.now())
        flash(str(_("The file is removed.")), "success")
    except NotFound as gone:
        flash(str(gone), "info")
