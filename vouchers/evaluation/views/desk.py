"""The office's side: the formal check, and who marks which application."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application
from vouchers.applications.states import ApplicationState
from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.typed import whole_number
from vouchers.core.web import actor, guarded
from vouchers.eligibility.queries import list_papers
from vouchers.eligibility.rules.formal import find_name, read_all
from vouchers.evaluation import forms, policy
from vouchers.evaluation.actions import assignments as actions
from vouchers.evaluation.actions import checks
from vouchers.evaluation.lifecycle import ASSIGNMENT
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.queries import assignments as queries
from vouchers.evaluation.queries.checks import find_asked, gather_facts, list_findings
from vouchers.evaluation.queries.conflicts import look_at_all
from vouchers.evaluation.queries.consensus import find_consensus
from vouchers.evaluation.queries.divergences import find_divergence
from vouchers.evaluation.queries.ended import map_ended
from vouchers.evaluation.queries.flags import flags_of
from vouchers.evaluation.rules.findings import LIMIT_REACHED, is_limit_reached
from vouchers.evaluation.views.blueprint import ask, blueprint
from vouchers.experts import queries as experts
from vouchers.regions.queries import list_regions_of

_A = ApplicationState
BY_EXPERTS = {_A.ELIGIBLE, _A.IN_EVALUATION}


@blueprint.route("/applications/<int:application_id>/check", methods=["GET", "POST"])
@guarded(get_application, policy.may_oversee_application, to_post=APPLICATION.find_eligible)
def check(application: Application) -> Any:
    """The formal check: every rule with its evidence, for the manager to confirm or overrule."""
    findings, papers = list_findings(application.id), list_papers(application.organisation_id, application.id)
    if findings or application.state != _A.SUBMITTED:
        if request.method == "POST":
            flash(str(_("The check of %(reference)s is closed.", reference=application.reference)), "info")
            return redirect(url_for(".check", application_id=application.id), 303)
        asked = find_asked(application.id, findings[0].found_at if findings else None)
        page = {"application": application, "findings": findings, "papers": papers, "asked": asked}
        return render_template("evaluation/checked.html", name=find_name, **page)
    readings = read_all(gather_facts(application, at=clock.now()))
    form = forms.check_form(readings)
    if form.validate_on_submit():
        close = checks.find_ineligible if request.form.get("then") == "ineligible" else checks.find_eligible
        try:
            close(application, form.verdicts(readings), by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(
                str(_("%(reference)s is checked, and the applicant was told.", reference=application.reference)),
                "success",
            )
            return redirect(url_for(".check", application_id=application.id), 303)
    may_close = APPLICATION.is_open_to(actor(), application, "find_eligible")
    page = {
        "application": application,
        "readings": readings,
        "limits": {reading.rule.code: LIMIT_REACHED for reading in readings if is_limit_reached(reading)},
        "papers": papers,
        "asked": find_asked(application.id),
    }
    return ask("evaluation/check.html", form, may_close=may_close, **page)


# Giving applications to experts --------------------------------------------------------------------------------------


@blueprint.route("/applications/<int:application_id>/experts", methods=["GET", "POST"])
@guarded(get_application, policy.may_oversee_application, to_post=policy.may_assign)
def assign(application: Application) -> Any:
    """Who marks this application, and who could."""
    form = forms.AssignExpertForm()
    if form.validate_on_submit():
        try:
            expert = experts.get_expert(form.expert_id.data)
            due_at = clock.now() + timedelta(days=form.days.data)
            beside = whole_number(form.beside.data)
            actions.assign_expert(application, expert, by=actor(), at=clock.now(), due_at=due_at, beside=beside)
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("%(name)s is assigned, and we have written to them.", name=expert.user.name)), "success")
            return redirect(url_for(".assign", application_id=application.id), 303)
    today = clock.office_day(clock.now())
    regions = {one.code: one.name for one in list_regions_of([application.call.programme.code])}
    query = ListQuery.read(request.args, sorts=list(experts.ORDERS), filters={"region": list(regions)})
    wanted = application.instrument.plan.experts_per_application
    assignments = queries.list_assignments(application.id)
    given = sum(one.state in queries.COUNTED for one in assignments)
    page = None
    may_assign = wanted > 0 and application.state in BY_EXPERTS and policy.may_assign(actor(), application) is None
    if may_assign:
        page = queries.list_candidates(application, query, today, today + actions.USUAL_TIME)
    return ask(
        "evaluation/assign.html",
        form,
        application=application,
        wanted=wanted,
        assignments=assignments,
        given=given,
        ended=map_ended([application.id]).get(application.id, ()),
        flags=flags_of(application, assignments, actor().language),
        at=clock.now(),
        consensus=find_consensus(application.id),
        may_ask_consensus=len([one for one in assignments if one.state == queries.SUBMITTED]) > 1
        and application.state in (_A.IN_EVALUATION, _A.EVALUATED)
        and policy.may_assign(actor(), application) is None,
        looked=look_at_all(application, [one.expert for one in assignments]) if assignments else [],
        divergence=find_divergence(application.id),
        marking=application.call.plan.marking,
        page=page,
        contracts=experts.map_contracts([one.expert.id for one in page.items]) if page else {},
        regions=regions,
        ASSIGNMENT=ASSIGNMENT,
    )


@blueprint.route("/assignments/<int:assignment_id>/remove", methods=["GET", "POST"])
@guarded(queries.get_assignment, ASSIGNMENT.remove)
def remove(assignment: Assignment) -> Any:
    """Take a task back."""
    form = forms.RemoveExpertForm()
    if form.validate_on_submit():
        actions.remove_expert(assignment, form.reason.data, by=actor(), at=clock.now())
        flash(str(_("The task is taken back, and the expert was told.")), "success")
        return redirect(url_for(".assign", application_id=assignment.application_id), 303)
    return ask("evaluation/remove.html", form, assignment=assignment)
