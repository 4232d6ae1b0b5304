"""Who handles an application: take it over, hand it over, give it back; many at once from the worklist."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request

from vouchers.applications import forms, policy
from vouchers.applications.actions import handling as actions
from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Application
from vouchers.applications.queries import officers
from vouchers.applications.queries import worklist as desks
from vouchers.applications.queries.files import get_application
from vouchers.applications.queries.worklist import NOBODY
from vouchers.applications.views.blueprint import blueprint, to_application
from vouchers.applications.views.worklist import address_of_list
from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.tables import MOST_PER_PAGE
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.users.models import User
from vouchers.users.queries import get_user


@blueprint.post("/<int:application_id>/take-over")
@guarded(get_application, APPLICATION.take_over)
def take_over(application: Application) -> Any:
    """From now on the reader handles it. A second press finds it done."""
    if application.officer_id != actor().id:
        version = _number(request.form.get("version", ""))
        actions.take_over_application(application, by=actor(), at=clock.now(), version=version)
    flash(str(_("You handle this application now.")), "success")
    return to_application(application)


@blueprint.route("/<int:application_id>/hand-over", methods=["GET", "POST"])
@guarded(get_application, APPLICATION.hand_over)
def hand_over(application: Application) -> Any:
    """From now on a colleague handles it, or nobody."""
    form = forms.HandOverApplicationForm()
    people = {str(one.id): one for one in officers.list_who_may_handle(application)}
    form.officer.choices = [
        *((key, one.name) for key, one in people.items() if one.id != application.officer_id),
        *([] if application.officer_id is None else [(NOBODY, _("Nobody"))]),
    ]
    if request.method == "GET":
        form.version.process_data(str(application.version))
    elif form.validate_on_submit():
        to = people.get(form.officer.data)
        try:
            version = _number(form.version.data or "")
            actions.hand_over_application(application, to, by=actor(), at=clock.now(), version=version)
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_said(to)), "success")
            return to_application(application)
    status = 422 if request.method == "POST" else 200
    return render_template("applications/hand_over.html", application=application, form=form), status


def _said(to: User | None) -> Sentence:
    if to is None:
        return _("Nobody handles this application now.")
    return _("%(name)s handles this application now.", name=to.name)


@blueprint.post("/worklist/assign")
@asks(policy.handles_some)
def assign_many() -> Any:
    """Let the reader, a colleague or nobody handle the selected, each by itself, and say what came of each."""
    seen = dict(filter(None, map(_seen, request.form.getlist("picked")[:MOST_PER_PAGE])))
    desk, back = desks.find_desk(actor().grants), address_of_list()
    picked = desks.list_picked(desk, seen)
    if not picked:
        flash(str(_("Select at least one application first.")), "error")
        return redirect(back, 303)
    chosen = request.form.get("action", "")
    present = {str(one.id) for one in officers.list_officers(actor().grants) if one.is_present}
    if chosen != NOBODY and chosen not in present:
        flash(str(_("Choose who handles the selected applications.")), "error")
        return redirect(back, 303)

    to = None if chosen == NOBODY else actor() if chosen == str(actor().id) else get_user(int(chosen))
    told = actions.assign_many([(one, seen[one.id]) for one in picked], to, by=actor(), at=clock.now())

    if not all(one.is_done for one in told):
        return render_template("evaluation/many_done.html", told=told, title=_("Handled by"), back=back)
    count = len(told)
    flash(str(_("%(done)s of %(all)s done", done=count, all=count)) + f". {told[0].sentence}", "success")
    return redirect(back, 303)


def _seen(picked: str) -> tuple[int, int] | None:
    """An application's id and the version of it that stood on the page, from ``ID-VERSION``."""
    key, version = map(_number, (picked.partition("-")[0], picked.partition("-")[2]))
    return None if key is None or version is None else (key, version)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
