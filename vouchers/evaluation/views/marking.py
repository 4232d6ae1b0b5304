"""The expert's side: declaring first, reading after, and the score sheet."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from vouchers.applications.rules.asking import labels_of_files, may_read_file, shown_answers
from vouchers.core import clock
from vouchers.core.autosaving import answer_refused, answer_saved, read_body
from vouchers.core.errors import RuleBroken
from vouchers.core.tables import ListQuery
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.documents.web import answer_with
from vouchers.evaluation import forms, policy
from vouchers.evaluation.actions import assignments as actions
from vouchers.evaluation.lifecycle import ASSIGNMENT
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.queries import assignments as queries
from vouchers.evaluation.queries.assignments import ShownDocument
from vouchers.evaluation.queries.checks import get_content
from vouchers.evaluation.queries.consensus import list_of_expert
from vouchers.evaluation.queries.holds import find_hold
from vouchers.evaluation.queries.versions import EXPERT, find_newer
from vouchers.evaluation.queries.workload import list_own_load
from vouchers.evaluation.rules.unsubmitting import UNDECIDED, may_unsubmit_until
from vouchers.evaluation.states import AssignmentState
from vouchers.evaluation.views.blueprint import ask, blueprint
from vouchers.experts import queries as experts
from vouchers.programmes.queries import form_of
from vouchers.programmes.rules.plan import Aggregation, Marking
from vouchers.providers.queries import name_of_programme


@blueprint.get("/")
@asks(policy.is_expert)
def mine() -> Any:
    """What an expert was given."""
    query = ListQuery.read(request.args, sorts=["next", "due", "assigned"], filters={"state": list(AssignmentState)})
    page, at = queries.list_mine(query, user_id=actor().id), clock.now()
    return render_template(
        "evaluation/mine.html",
        page=page,
        agreeing=list_of_expert(actor().id),
        entries=[(one, name_of_programme(one.programme_code)) for one in experts.list_of_user(actor().id)],
        loads=list_own_load(actor().id, at=at),
        states=[(state.value, state.label) for state in AssignmentState if state != AssignmentState.REMOVED],
        open_states=queries.OPEN,
        at=at,
    )


@blueprint.get("/assignments/<int:assignment_id>")
@guarded(queries.get_assignment, policy.is_that_expert)
def assignment(assignment: Assignment) -> Any:
    """One task: the declaration first, then the application."""
    if policy.may_see_application(actor(), assignment) is None:
        return _read(assignment)
    if assignment.state == AssignmentState.ASSIGNED:
        return _declaration(assignment, forms.DeclareNoConflictForm())
    return render_template("evaluation/closed.html", assignment=assignment)


def _declaration(assignment: Assignment, form: Any) -> Any:
    content = None if queries.is_blind(assignment.application) else get_content(assignment.application_id)
    return ask("evaluation/declare_no_conflict.html", form, assignment=assignment, content=content)


def _read(assignment: Assignment) -> Any:
    application, content = assignment.application, queries.get_pinned_content(assignment)
    language = getattr(actor(), "language", "en")
    form, is_blind = form_of(application.call, content.form_digest), queries.is_blind(application)
    return render_template(
        "evaluation/assignment.html",
        assignment=assignment,
        content=content,
        sections=shown_answers(
            form, application.instrument.code, content.answers, language=language, readers=EXPERT, is_blind=is_blind
        ),
        files=[one for one in content.documents if may_read_file(form, one.purpose, EXPERT, is_blind=is_blind)],
        asked=labels_of_files(form, application.instrument.plan.application_documents),
        is_blind=is_blind,
        kept_back=is_blind and any(_is_kept_back(form, one.purpose) for one in content.documents),
        newer=find_newer(assignment, language=language),
        ASSIGNMENT=ASSIGNMENT,
    )


def _is_kept_back(form: Any, purpose: str) -> bool:
    """Whether experts would read the file if the call were not blind."""
    return may_read_file(form, purpose, EXPERT) and not may_read_file(form, purpose, EXPERT, is_blind=True)


@blueprint.get("/assignments/<int:assignment_id>/documents/<int:document_id>")
@guarded(queries.get_shown_document, policy.may_see_document)
def document(shown: ShownDocument) -> Response:
    """A file of the version that the expert reads."""
    return answer_with(shown.document)


@blueprint.post("/assignments/<int:assignment_id>/no-conflict")
@guarded(queries.get_assignment, ASSIGNMENT.declare_no_conflict)
def declare_no_conflict(assignment: Assignment) -> Any:
    """Declare that there is no conflict; the application opens."""
    if assignment.state == AssignmentState.ASSIGNED:
        form = forms.DeclareNoConflictForm()
        if not form.validate_on_submit():
            return _declaration(assignment, form)
        actions.declare_no_conflict(assignment, by=actor(), at=clock.now())
        flash(str(_("Thank you. You can read the application now.")), "success")
    return redirect(url_for(".assignment", assignment_id=assignment.id), 303)


@blueprint.route("/assignments/<int:assignment_id>/conflict", methods=["GET", "POST"])
@guarded(queries.get_assignment, ASSIGNMENT.declare_conflict)
def declare_conflict(assignment: Assignment) -> Any:
    """Declare a conflict; access ends."""
    form = forms.DeclareConflictForm()
    if form.validate_on_submit():
        actions.declare_conflict(assignment, form.reason.data, by=actor(), at=clock.now())
        flash(
            str(_("Thank you for saying so. The region looks for another expert; you need to do nothing more.")),
            "success",
        )
        return redirect(url_for(".mine"), 303)
    return ask("evaluation/declare_conflict.html", form, assignment=assignment)


@blueprint.route("/assignments/<int:assignment_id>/refuse", methods=["GET", "POST"])
@guarded(queries.get_assignment, ASSIGNMENT.refuse)
def refuse(assignment: Assignment) -> Any:
    """Say that one cannot do it."""
    form = forms.RefuseAssignmentForm()
    if form.validate_on_submit():
        actions.refuse_assignment(assignment, form.reason.data, by=actor(), at=clock.now())
        flash(str(_("The region knows now, and looks for another expert.")), "success")
        return redirect(url_for(".mine"), 303)
    return ask("evaluation/refuse.html", form, assignment=assignment)


# The score sheet -----------------------------------------------------------------------------------------------------


@blueprint.route("/assignments/<int:assignment_id>/marks", methods=["GET", "POST"])
@guarded(queries.get_assignment, policy.may_see_application)
def save_marks(assignment: Assignment) -> Any:
    """The score sheet, and saving it as it stands. A mark that cannot be read leaves the saved one as it is."""
    if assignment.state == AssignmentState.SUBMITTED:
        return _submitted(assignment)
    form = _sheet_form(assignment)
    if form.validate_on_submit():
        sheet = form.read_sheet(otherwise=assignment.marks)
        actions.save_marks(assignment, sheet, by=actor(), at=clock.now(), version=_version(form))
        if not form.problems:
            flash(
                str(_("Your draft is saved, not submitted. Nobody sees your marks before you submit them.")),
                "success",
            )
            return redirect(url_for(".save_marks", assignment_id=assignment.id), 303)
        form.version.process_data(str(assignment.version))
    return _sheet_page(assignment, form)


@blueprint.post("/assignments/<int:assignment_id>/marks/autosave")
@guarded(queries.get_assignment, policy.may_see_application)
def autosave_marks(assignment: Assignment) -> Any:
    """Keep the sheet while it is being filled in. A mark that cannot be read yet leaves the saved one as it is."""
    at, form = clock.now(), _sheet_form(assignment, typed=read_body())
    if not form.validate():
        return answer_refused(form.problems[0].sentence)
    sheet = form.read_sheet(otherwise=assignment.marks)
    actions.save_marks(assignment, sheet, by=actor(), at=at, version=_version(form))
    besides = form.problems[0].sentence if form.problems else None
    return answer_saved(str(assignment.version), at, actor().time_zone, besides=besides)


@blueprint.post("/assignments/<int:assignment_id>/marks/submit")
@guarded(queries.get_assignment, policy.may_see_application)
def submit_marks(assignment: Assignment) -> Any:
    """Hand the marks in."""
    if assignment.state == AssignmentState.SUBMITTED:
        return redirect(url_for(".save_marks", assignment_id=assignment.id), 303)
    form = _sheet_form(assignment)
    if form.validate_on_submit():
        sheet = form.read_sheet()
        if not form.problems:
            try:
                actions.submit_marks(assignment, sheet, by=actor(), at=clock.now(), version=_version(form))
            except RuleBroken as refused:
                form.refuse(refused)
            else:
                flash(str(_say_thanks(assignment)), "success")
                return redirect(url_for(".assignment", assignment_id=assignment.id), 303)
        else:
            form.tell_gaps(actions.list_gaps_of(sheet, _marking_of(assignment)))
    return _sheet_page(assignment, form)


def _say_thanks(assignment: Assignment) -> Sentence:
    marking = assignment.application.call.plan.marking
    if marking is not None and marking.aggregation is Aggregation.CONSENSUS:
        return _("Your marks are submitted. Thank you. When all have submitted, the experts agree on one sheet: "
                 "we write to you.")  # fmt: skip
    return _("Your marks are submitted. Thank you; you need to do nothing more.")


def _sheet_page(assignment: Assignment, form: forms.SheetForm) -> Any:
    return ask(
        "evaluation/save_marks.html",
        form,
        assignment=assignment,
        marking=assignment.application.call.plan.marking,
        newer=find_newer(assignment, language=actor().language),
        ASSIGNMENT=ASSIGNMENT,
    )


def _sheet_form(assignment: Assignment, typed: dict[str, Any] | None = None) -> forms.SheetForm:
    return forms.sheet_form(assignment, _marking_of(assignment), typed=typed)


def _marking_of(assignment: Assignment) -> Marking:
    marking = assignment.application.call.plan.marking
    assert marking is not None  # nobody is assigned without
    return marking


def _submitted(assignment: Assignment) -> Any:
    if request.method == "POST":
        flash(str(_("Your marks were submitted before, so they cannot be changed any more.")), "info")
        return redirect(url_for(".save_marks", assignment_id=assignment.id), 303)
    marking = _marking_of(assignment)
    assert assignment.submitted_at is not None
    is_open = assignment.application.state in UNDECIDED and find_hold(assignment) is None
    until = may_unsubmit_until(assignment.submitted_at, marking.unsubmit_hours)
    return render_template(
        "evaluation/submitted.html",
        assignment=assignment,
        marking=marking,
        unsubmit_until=until if is_open and until is not None and clock.now() <= until else None,
        newer=find_newer(assignment, language=actor().language),
        ASSIGNMENT=ASSIGNMENT,
    )


def _version(form: Any) -> int | None:
    return int(form.version.data) if str(form.version.data).isdecimal() else None
