"""Requests for clarification: made by the region, answered by the applicant, shown as a difference."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from vouchers.applications.forms import SectionForm, data_of, touched
from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application
from vouchers.applications.queries.versions import form_of_submission, list_submissions
from vouchers.applications.rules.asking import asked_sections, field_name
from vouchers.applications.rules.content import read_content
from vouchers.core import clock
from vouchers.core.autosaving import answer_saved, read_body
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.core.typed import formdata_from_json, whole_number
from vouchers.core.web import actor, guarded
from vouchers.enquiries import forms, policy, queries
from vouchers.enquiries.actions import clarifying, refiling
from vouchers.enquiries.lifecycle import CLARIFICATION
from vouchers.enquiries.models import Clarification
from vouchers.enquiries.rules.differences import WORDED, pieces_of, wholes_of
from vouchers.enquiries.states import ClarificationState
from vouchers.enquiries.views.files import address_of_file, changes_of, opened_of
from vouchers.programmes.rules.question_types import show_answer

blueprint = Blueprint("clarifications", __name__)


# named after what it does, not after Flask's `request`
@blueprint.route(
    "/applications/<int:application_id>/clarifications/request", methods=["GET", "POST"], endpoint="request"
)
@guarded(get_application, policy.may_write_to_applicant)
def request_(application: Application) -> Any:
    """The region opens questions of the form and files again."""
    form = _request_form(application)
    if form.validate_on_submit():
        questions, documents = refiling.in_sections(application, form.sections.data)
        try:
            made = clarifying.request_clarification(
                application,
                [*questions, *form.questions.data],
                form.reason.data,
                form.due_on.data,
                documents=[*documents, *(form.documents.data if form.documents else [])],
                by=actor(),
                at=clock.now(),
            )
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("The applicant is asked. We tell you when the answer is there.")), "success")
            return _to(made)
    status = 422 if request.method == "POST" else 200
    return render_template("enquiries/request.html", application=application, form=form), status


def _request_form(application: Application) -> forms.RequestClarificationForm:
    form, language = forms.RequestClarificationForm(), actor().language
    asked = asked_sections(form_of_submission(application), application.instrument.code)
    form.sections.choices = [(one.code, one.section.title.in_language(language)) for one in asked]
    form.questions.choices = [
        (code, question.label.in_language(language)) for code, question in clarifying.questions_of(application).items()
    ]
    form.documents.choices = [
        (purpose, label.in_language(language)) for purpose, label in refiling.files_of(application).items()
    ]
    if not form.documents.choices:
        del form.documents
    return form


def _to(clarification: Clarification) -> Any:
    return redirect(url_for("clarifications.show", clarification_id=clarification.id), 303)


@blueprint.get("/clarifications/<int:clarification_id>")
@guarded(queries.get_clarification, policy.may_read_clarification)
def show(clarification: Clarification) -> str:
    """One request: what was asked, until when, and what changed word by word."""
    application = clarification.application
    versions = {one.id: number for number, one in enumerate(list_submissions(application.id), start=1)}
    return render_template(
        "enquiries/clarification.html",
        clarification=clarification,
        application=application,
        questions=[one.label.in_language(actor().language) for one in clarifying.opened_questions(clarification)],
        differences=_differences(clarification),
        files=[label.in_language(actor().language) for label in refiling.opened_files(clarification).values()],
        changes=changes_of(clarification),
        versions=versions,
        extensions=queries.list_extensions(clarification),
        CLARIFICATION=CLARIFICATION,
    )


def _differences(clarification: Clarification) -> list[dict[str, Any]]:
    """Of each opened question: the answer before, the answer now, and both as one text."""
    if clarification.answered_with_id is None:
        return []
    old, new = (
        read_content(queries.get_submission_of(clarification, number).content).answers
        for number in (clarification.asked_about_id, clarification.answered_with_id)
    )
    found = []
    for question in clarifying.opened_questions(clarification):
        before, now = (show_answer(question, answers.get(question.code)) for answers in (old, new))
        found.append(
            {
                "label": question.label.in_language(actor().language),
                "old": before,
                "new": now,
                "pieces": (pieces_of if question.type in WORDED else wholes_of)(before, now),
                "is_same": before == now,
            }
        )
    return found


@blueprint.route("/clarifications/<int:clarification_id>/answer", methods=["GET", "POST"])
@guarded(queries.get_clarification, CLARIFICATION.answer)
def answer(clarification: Clarification) -> Any:
    """The applicant writes new answers to what was opened, keeps them, sends them."""
    if clarification.state == ClarificationState.ANSWERED:
        return _to(clarification)
    form = _form(clarification)
    if request.method == "POST":
        then = request.form.get("then", "").split(":")
        form.move_rows(then, is_asked=False)
        version = whole_number(form.version.raw)
        is_sound = form.validate()
        clarifying.save_clarification(clarification, form.given, by=actor(), at=clock.now(), version=version)
        form.version.process_data(clarification.version)
        if to_file := address_of_file(clarification, request.form.get("then", "")):
            return redirect(to_file, 303)
        if then[0] in PRESSED:
            return redirect(url_for("clarifications.answer", clarification_id=clarification.id), 303)
        if then[0] == "later":
            flash(str(_("Your answers are saved. Send them before the time is over.")), "success")
            return _to(clarification)
        if is_sound and _is_sent(clarification, form):
            flash(str(_("Your answers are sent. Here is what changed.")), "success")
            return _to(clarification)
    status = 422 if request.method == "POST" else 200
    return render_template(
        "enquiries/answer.html",
        clarification=clarification,
        application=clarification.application,
        form=form,
        opened=opened_of(clarification),
    ), status


PRESSED = frozenset({"add-row", "remove-row", "search"})
"""Buttons of the page that save and show it again."""


def _form(clarification: Clarification) -> SectionForm:
    questions = clarifying.opened_questions(clarification)
    submitted = read_content(queries.get_submission_of(clarification, clarification.asked_about_id).content).answers
    data = data_of(forms.opened_section(clarification, questions), {**submitted, **clarification.draft})
    make = forms.clarification_form(clarification, questions, actor().language)
    return make(data={**data, "version": clarification.version})


@blueprint.post("/clarifications/<int:clarification_id>/answer/autosave")
@guarded(queries.get_clarification, CLARIFICATION.save)
def autosave(clarification: Clarification) -> Any:
    """Keep the new answers while they are being written."""
    at, body = clock.now(), read_body()
    questions = clarifying.opened_questions(clarification)
    submitted = read_content(queries.get_submission_of(clarification, clarification.asked_about_id).content).answers
    stored = {**submitted, **clarification.draft}
    codes, filled = touched(forms.opened_section(clarification, questions), body, stored)
    form = forms.clarification_form(clarification, questions, actor().language)(formdata=formdata_from_json(filled))
    given = {code: value for code, value in form.given.items() if code in codes}
    version = whole_number(str(form.version.raw))
    clarifying.save_clarification(clarification, given, by=actor(), at=at, version=version)
    return answer_saved(str(clarification.version), at, actor().time_zone)


def _is_sent(clarification: Clarification, form: SectionForm) -> bool:
    try:
        clarifying.answer_clarification(clarification, form.given, by=actor(), at=clock.now(), clock=clock.now)
    except RuleBroken as refused:
        form.refuse(RuleBroken(refused.sentence, field=field_name(refused.field) if refused.field else None))
        return False
    return True


@blueprint.route("/clarifications/<int:clarification_id>/extend", methods=["GET", "POST"])
@guarded(queries.get_clarification, CLARIFICATION.extend)
def extend(clarification: Clarification) -> Any:
    """The region gives more time."""
    form = forms.ExtendClarificationForm()
    if form.validate_on_submit():
        try:
            clarifying.extend_clarification(
                clarification, form.due_on.data, form.reason.data, by=actor(), at=clock.now()
            )
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("The applicant has more time and is told.")), "success")
            return _to(clarification)
    status = 422 if request.method == "POST" else 200
    application = clarification.application
    return render_template(
        "enquiries/extend.html", clarification=clarification, application=application, form=form
    ), status


@blueprint.post("/clarifications/<int:clarification_id>/cancel")
@guarded(queries.get_clarification, CLARIFICATION.cancel)
def cancel(clarification: Clarification) -> Any:
    """The region takes the request back."""
    clarifying.cancel_clarification(clarification, by=actor(), at=clock.now())
    flash(str(_("The request is taken back. The applicant is told.")), "success")
    return _to(clarification)
