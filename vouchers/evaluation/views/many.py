"""Many at once, after a page that says how many: formal checks whose rules are all met, more time for experts."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks
from vouchers.enquiries.queries import find_open_clarification
from vouchers.evaluation import forms, policy
from vouchers.evaluation.actions import many as actions
from vouchers.evaluation.actions.checks import read_open_rules
from vouchers.evaluation.queries import many as queries
from vouchers.evaluation.views.blueprint import ask, blueprint
from vouchers.users.mandate import Mandate, mandate_of
from vouchers.users.states import Role

AT_ONCE = 20
"""Applications on a page whose rules are read."""
MOST = 200
"""What is taken of one press."""


def _own() -> Mandate:
    return mandate_of(actor(), {Role.CLUSTER_MANAGER})


def _picked() -> list[int]:
    texts = request.form.getlist("picked")[:MOST]
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]


@blueprint.get("/checks/many")
@asks(policy.is_any_manager)
def find_many_eligible() -> Any:
    """The applications that wait for their formal check, and which of them meet every rule by themselves."""
    query, at = ListQuery.read(request.args, sorts=["submitted"], per_page=AT_ONCE), clock.now()
    page = queries.list_to_check(query, _own())
    open_rules = {
        one.id: [rule.rule.name for rule in read_open_rules(one, at=at)]
        + ([_("Clarification")] if find_open_clarification(one.id) else [])
        for one in page.items
    }
    return render_template("evaluation/many_checks.html", page=page, open_rules=open_rules)


@blueprint.post("/checks/many/confirm")
@asks(policy.is_any_manager)
def confirm_many_eligible() -> Any:
    """Before many are found eligible: how many. Nothing is written."""
    picked = queries.list_picked_to_check(_picked(), _own())
    if not picked:
        flash(str(_("Select at least one application first.")), "error")
        return redirect(url_for(".find_many_eligible"), 303)
    return render_template("evaluation/many_checks_confirm.html", picked=picked)


@blueprint.post("/checks/many/find")
@asks(policy.is_any_manager)
def decide_many_eligible() -> Any:
    """Find the selected eligible, each by itself, and say what came of each."""
    picked = queries.list_picked_to_check(_picked(), _own())
    told = actions.find_many_eligible(picked, by=actor(), at=clock.now())
    back = url_for(".find_many_eligible")
    return render_template("evaluation/many_done.html", told=told, title=_("Formal checks"), back=back)


@blueprint.get("/marks/many")
@asks(policy.is_any_manager)
def extend_many() -> Any:
    """The unfinished tasks of experts, those due first first."""
    query = ListQuery.read(request.args, sorts=["due"])
    return render_template("evaluation/many_tasks.html", page=queries.list_tasks(query, _own()), at=clock.now())


@blueprint.post("/marks/many/confirm")
@asks(policy.is_any_manager)
def confirm_extend_many() -> Any:
    """Before many get more time: how many, and until when. Nothing is written."""
    picked = queries.list_picked_tasks(_picked(), _own())
    if not picked:
        flash(str(_("Select at least one task first.")), "error")
        return redirect(url_for(".extend_many"), 303)
    form = forms.ExtendAssignmentForm(formdata=None)
    return render_template("evaluation/many_tasks_confirm.html", picked=picked, form=form)


@blueprint.post("/marks/many/extend")
@asks(policy.is_any_manager)
def decide_extend_many() -> Any:
    """Give the selected more time, each by itself, and say what came of each."""
    picked, form = queries.list_picked_tasks(_picked(), _own()), forms.ExtendAssignmentForm()
    if not form.validate_on_submit():
        return ask("evaluation/many_tasks_confirm.html", form, picked=picked)
    told = actions.extend_many(picked, form.due_on.data, by=actor(), at=clock.now())
    return render_template(
        "evaluation/many_done.html", told=told, title=_("Give more time"), back=url_for(".extend_many")
    )
