"""The office's side: who has how much to mark, how far each application is, and more time."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.evaluation import forms, policy
from vouchers.evaluation.actions.scheduling import extend_assignment
from vouchers.evaluation.lifecycle import ASSIGNMENT
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.queries import workload as queries
from vouchers.evaluation.queries.assignments import get_assignment
from vouchers.evaluation.views.blueprint import ask, blueprint
from vouchers.users.mandate import mandate_of

NEEDS: list[object] = ["expert", "overdue", "conflict", "clearing"]


@blueprint.get("/workload")
@asks(policy.is_reader)
def workload() -> Any:
    """How far each application is."""
    mandate = mandate_of(actor())
    calls = queries.list_calls(mandate)
    filters: dict[str, list[object]] = {"call": [call.id for call in calls], "needs": NEEDS}
    query = ListQuery.read(request.args, sorts=["due", "reference", "region"], filters=filters)
    return render_template(
        "evaluation/workload.html",
        page=queries.list_progress(query, mandate, at=clock.now()),
        calls=[(call.id, f"{call.plan.title.for_reader()} ({call.code})") for call in calls],
    )


@blueprint.get("/workload/experts")
@asks(policy.is_reader)
def workload_of_experts() -> Any:
    """Who has how much to mark."""
    mandate = mandate_of(actor())
    calls = queries.list_calls(mandate)
    query = ListQuery.read(
        request.args,
        sorts=["name", "undeclared", "marking", "submitted", "overdue", "given_back", "due"],
        filters={"call": [call.id for call in calls]},
    )
    return render_template(
        "evaluation/workload_of_experts.html",
        page=queries.list_experts(query, mandate, at=clock.now()),
        calls=[(call.id, f"{call.plan.title.for_reader()} ({call.code})") for call in calls],
    )


@blueprint.route("/assignments/<int:assignment_id>/extend", methods=["GET", "POST"])
@guarded(get_assignment, ASSIGNMENT.extend)
def extend(assignment: Assignment) -> Any:
    """Give an expert more time."""
    form = forms.ExtendAssignmentForm()
    if form.validate_on_submit():
        try:
            extend_assignment(assignment, form.due_on.data, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("The expert has more time, and was told.")), "success")
            return redirect(url_for(".assign", application_id=assignment.application_id), 303)
    return ask("evaluation/extend.html", form, assignment=assignment)
