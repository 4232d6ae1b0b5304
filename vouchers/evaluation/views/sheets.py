"""The expert's side of a sheet that was handed in or overtaken: on paper, taken back, moved to the newer version."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for

from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.evaluation import forms, policy
from vouchers.evaluation.actions import unsubmitting as actions
from vouchers.evaluation.actions.versions import read_newer_version
from vouchers.evaluation.exports import papers
from vouchers.evaluation.lifecycle import ASSIGNMENT
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.queries.assignments import get_assignment
from vouchers.evaluation.states import AssignmentState
from vouchers.evaluation.views.blueprint import ask, blueprint


@blueprint.route("/assignments/<int:assignment_id>/marks/take-back", methods=["GET", "POST"])
@guarded(get_assignment, ASSIGNMENT.unsubmit_marks)
def unsubmit_marks(assignment: Assignment) -> Any:
    """Take submitted marks back, to change them."""
    form = forms.UnsubmitMarksForm()
    if request.method == "GET" and assignment.state == AssignmentState.SUBMITTED:
        try:
            actions.ensure_unsubmittable(assignment, at=clock.now())
        except RuleBroken as refused:
            flash(str(refused.sentence), "info")
            return redirect(url_for(".save_marks", assignment_id=assignment.id), 303)
    if form.validate_on_submit():
        try:
            actions.unsubmit_marks(assignment, form.reason.data, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("Your marks are a draft again and count no more. Submit them when they are right.")), "success")
            return redirect(url_for(".save_marks", assignment_id=assignment.id), 303)
    return ask("evaluation/unsubmit_marks.html", form, assignment=assignment)


@blueprint.post("/assignments/<int:assignment_id>/newer-version")
@guarded(get_assignment, ASSIGNMENT.read_newer)
def read_newer(assignment: Assignment) -> Any:
    """Read the newer version from now on."""
    try:
        read_newer_version(assignment, by=actor(), at=clock.now())
    except RuleBroken as refused:
        flash(str(refused.sentence), "info")
    else:
        flash(
            str(_("You now read the newest version. What you have written stays: look whether it still fits.")),
            "success",
        )
    return redirect(url_for(".assignment", assignment_id=assignment.id), 303)


@blueprint.get("/assignments/<int:assignment_id>/marks.pdf")
@guarded(get_assignment, policy.may_see_application)
def sheet_pdf(assignment: Assignment) -> Response:
    """The sheet as it stands, to print and to keep."""
    content = papers.sheet_pdf(assignment, at=clock.now(), zone=actor().time_zone)
    return Response(
        content,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{assignment.application.reference}.pdf"'},
    )
