"""Handing in: check all answers, declare, submit; the receipt; taking it back."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from vouchers.applications import forms, letters, policy
from vouchers.applications.actions import submitting
from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Application
from vouchers.applications.queries import files as queries
from vouchers.applications.queries import versions
from vouchers.applications.queries.ground import list_names_told, list_reached_limits
from vouchers.applications.queries.partners import list_partners
from vouchers.applications.rules.asking import DOCUMENTS, PARTNERS, shown_sections, with_files
from vouchers.applications.rules.content import read_content
from vouchers.applications.rules.deadline import closed_sentence
from vouchers.applications.rules.next_steps import what_happens_next
from vouchers.applications.states import ApplicationState
from vouchers.applications.views.blueprint import (
    address_of_step,
    blueprint,
    is_unsent,
    is_writable,
    must_declare,
    to_application,
)
from vouchers.core import clock
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.documents.queries import list_documents_of
from vouchers.programmes.rules.question_types import show_answer
from vouchers.programmes.rules.rounds import current_round
from vouchers.programmes.rules.time_left import time_left


@blueprint.get("/<int:application_id>/check")
@guarded(queries.get_application, policy.is_applicant)
def check(application: Application) -> Any:
    """All answers on one page, and everything that must be mended, each with a link to its box."""
    if not is_unsent(application):
        return to_application(application)
    return _check_page(application, forms.SubmitApplicationForm(formdata=None))


def _check_page(application: Application, form: forms.SubmitApplicationForm) -> str:
    at, language = clock.now(), actor().language
    form.version.process_data(str(application.version))
    answers = queries.map_values(application.id)
    documents = list_documents_of("application", application.id)
    whole = with_files(application.call.plan.form, answers, documents)
    found = submitting.list_blockers(application, answers, documents, at=at)
    sections = [
        (
            asked.section.title.in_language(language),
            address_of_step(application, asked.code),
            [(q.label.in_language(language), show_answer(q, whole.get(q.code))) for q in asked.questions],
        )
        for asked in shown_sections(application.call.plan.form, application.instrument.code, whole)
    ]
    files = [
        (one.name.in_language(language), one.is_required, [d for d in documents if d.purpose == one.code])
        for one in application.instrument.plan.application_documents
    ]
    return render_template(
        "applications/check.html",
        application=application,
        form=form,
        blockers=[(f"{address_of_step(application, one.step)}#{one.target}", one.sentence) for one in found],
        closed=closed_sentence(application.call.plan, at),
        sections=sections,
        limits=list_reached_limits(application, answers, at),
        names_told=list_names_told(application, answers, documents, language),
        files=files,
        files_address=address_of_step(application, DOCUMENTS),
        partners=list_partners(application),
        partners_address=address_of_step(application, PARTNERS),
        may_submit=APPLICATION.is_open_to(actor(), application, "submit"),
        may_change=is_writable(application) and APPLICATION.is_open_to(actor(), application, "save_answers"),
        may_send=application.call.plan.has_signatory
        and APPLICATION.is_open_to(actor(), application, "send_to_signatory"),
        may_send_back=APPLICATION.is_open_to(actor(), application, "send_back"),
        must_declare=must_declare(application),
        may_write=policy.is_writer(actor(), application) is None,
        time_left=time_left(application.call.plan, at),
        current_round=current_round(application.call.plan, at),
    )


@blueprint.post("/<int:application_id>/submit")
@guarded(queries.get_application, APPLICATION.submit)
def submit(application: Application) -> Any:
    """Submit. A second press, here or on a colleague's screen, leads to the one receipt."""
    at = clock.now()
    if application.was_submitted:
        return _to_receipt(application)
    form = forms.SubmitApplicationForm()
    if form.validate():
        try:
            version = int(form.version.raw) if str(form.version.raw).isdecimal() else None
            submitting.submit_application(application, by=actor(), at=at, clock=clock.now, version=version)
        except RuleBroken as refused:
            form.refuse(refused)
        except WrongState as refused:
            application = queries.get_application(application.id)
            if application.was_submitted:
                return _to_receipt(application)
            if not is_unsent(application):
                raise
            form.refuse(RuleBroken(refused.sentence))
        else:
            return _to_receipt(application)
    return _check_page(application, form), 422


def _to_receipt(application: Application) -> Any:
    return redirect(url_for("applications.receipt", application_id=application.id), 303)


@blueprint.get("/<int:application_id>/receipt")
@guarded(queries.get_application, policy.may_read)
def receipt(application: Application) -> Any:
    """The receipt: number, the server's time, the content's hash."""
    version = request.args.get("version", type=int)
    submission = versions.get_version(application.id, version)
    content = read_content(submission.content)
    return render_template(
        "applications/receipt.html",
        application=application,
        submission=submission,
        declared=letters.declared(content),
        lines=letters.receipt_lines(application, submission, content, actor().time_zone),
        files=letters.file_lines(content),
        received=letters.received_sentence(submission),
        next=what_happens_next(ApplicationState.SUBMITTED),
        version=version,
    )


@blueprint.get("/<int:application_id>/receipt.pdf")
@guarded(queries.get_application, policy.may_read)
def receipt_pdf(application: Application) -> Response:
    """The same on paper."""
    submission, reader = versions.get_version(application.id, request.args.get("version", type=int)), actor()
    paper = letters.receipt_pdf(application, submission, zone=reader.time_zone, language=reader.language)
    answer = Response(paper, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{submission.receipt_number}.pdf"'
    return answer


@blueprint.route("/<int:application_id>/withdraw", methods=["GET", "POST"])
@guarded(queries.get_application, APPLICATION.withdraw)
def withdraw(application: Application) -> Any:
    """Take it back, for good, with a reason."""
    if application.state == ApplicationState.WITHDRAWN:
        return to_application(application)
    form = forms.WithdrawApplicationForm()
    if form.validate_on_submit():
        submitting.withdraw_application(application, form.reason.data, by=actor(), at=clock.now())
        flash(str(_("The application is withdrawn.")), "success")
        return to_application(application)
    status = 422 if request.method == "POST" else 200
    return render_template("applications/withdraw.html", form=form, application=application), status
