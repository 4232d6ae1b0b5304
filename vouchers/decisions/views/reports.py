"""All feedback reports of a list in one file: asked for, being made, downloaded."""

from __future__ import annotations

from typing import Any

from flask import make_response, redirect, render_template, url_for

from vouchers.core import clock, languages
from vouchers.core.web import actor, guarded
from vouchers.decisions import policy
from vouchers.decisions.actions.feedback import ask_feedback
from vouchers.decisions.models import FeedbackPackage
from vouchers.decisions.queries import packages as queries
from vouchers.decisions.queries.contests import Contest
from vouchers.decisions.states import PackageState
from vouchers.decisions.views.blueprint import blueprint
from vouchers.decisions.views.lists import decided_keys, get_list
from vouchers.documents.web import answer_with


@blueprint.post("/calls/<int:call_id>/feedback")
@guarded(get_list, policy.may_announce)
def ask_reports(contest: Contest) -> Any:
    """Ask for the feedback reports of those who are decided in this list, in the language of the page."""
    keys = decided_keys(contest)
    package = ask_feedback(contest, keys, languages.language(), by=actor(), at=clock.now())
    return redirect(url_for(".feedback_package", package_id=package.id), 303)


@blueprint.get("/feedback/<int:package_id>")
@guarded(queries.get_package, policy.may_oversee)
def feedback_package(package: FeedbackPackage) -> Any:
    """How far the file has come, and the file; while it is made, the browser asks again by itself."""
    page = make_response(render_template("decisions/feedback_package.html", package=package))
    if package.state == PackageState.ASKED:
        page.headers["Refresh"] = "5"
    return page


@blueprint.get("/feedback/<int:package_id>/file")
@guarded(queries.get_package, policy.may_oversee)
def feedback_reports(package: FeedbackPackage) -> Any:
    """The feedback reports as one file."""
    return answer_with(queries.find_file(package))
