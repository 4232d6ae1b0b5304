"""The applicant's side: writing an appeal, sending it, taking it back."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.appeals import forms, policy
from vouchers.appeals.actions import filing as actions
from vouchers.appeals.lifecycle import APPEAL
from vouchers.appeals.models import Appeal
from vouchers.appeals.queries import files as queries
from vouchers.appeals.rules.filing import is_in_time, say_too_late
from vouchers.appeals.states import AppealState
from vouchers.appeals.views.blueprint import ask, blueprint, to
from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application
from vouchers.core import clock
from vouchers.core.autosaving import answer_refused, answer_saved, read_body
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.core.typed import clean_text, whole_number
from vouchers.core.web import actor, guarded

MOST = 10_000
SAVED = _("Your appeal is saved. Send it before the time is over.")


@blueprint.route("/applications/<int:application_id>/appeals/start", methods=["GET", "POST"])
@guarded(get_application, policy.may_file)
def start(application: Application) -> Any:
    """Begin an appeal; one that is begun already is gone on with."""
    if (earlier := queries.find_open_appeal(application.id)) is not None and request.method == "GET":
        return _on(earlier)
    form, at = forms.AppealForm(), clock.now()
    ruling = queries.find_ruling(application)
    if ruling is None:
        return redirect(url_for(".of_application", application_id=application.id), 303)
    if form.is_submitted() and (request.form.get("then") == "later" or form.validate()):
        try:
            appeal = actions.start_appeal(application, form.text.raw[:MOST], by=actor(), at=at)
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            if request.form.get("then") == "later":
                flash(str(SAVED), "success")
                return to(appeal)
            return _on(appeal)
    is_late = not is_in_time(ruling.due_at, at)
    return ask("appeals/start.html", form, application=application, ruling=ruling, is_late=is_late)


def _on(appeal: Appeal) -> Any:
    """On to the page where the appeal is written, or to what became of it."""
    if appeal.state != AppealState.DRAFT:
        return to(appeal)
    return redirect(url_for(".edit", appeal_id=appeal.id), 303)


@blueprint.route("/appeals/<int:appeal_id>/edit", methods=["GET", "POST"], endpoint="edit")
@guarded(queries.get_appeal, APPEAL.save)
def edit(appeal: Appeal) -> Any:
    """Write the appeal and its files; nothing is sent here."""
    form = forms.AppealForm(data={"text": appeal.text, "version": appeal.version})
    if form.is_submitted():
        is_sound, then = form.validate(), request.form.get("then", "")
        actions.save_appeal(
            appeal, form.text.raw[:MOST], by=actor(), at=clock.now(), version=whole_number(form.version.raw)
        )
        form.version.process_data(appeal.version)
        verb, _colon, what = then.partition(":")
        if verb == "attach":
            return redirect(url_for(".attach", appeal_id=appeal.id), 303)
        if verb == "remove" and whole_number(what) is not None:
            return redirect(url_for(".detach", appeal_id=appeal.id, document_id=int(what)), 303)
        if verb == "later":
            flash(str(SAVED), "success")
            return to(appeal)
        if is_sound:
            return redirect(url_for(".file", appeal_id=appeal.id), 303)
    is_late = not is_in_time(appeal.due_at, clock.now())
    page = {"appeal": appeal, "application": appeal.application, "files": queries.list_files(appeal.id)}
    return ask("appeals/edit.html", form, **page, is_late=is_late)


@blueprint.post("/appeals/<int:appeal_id>/edit/autosave")
@guarded(queries.get_appeal, APPEAL.save)
def autosave(appeal: Appeal) -> Any:
    """Keep the words while they are being written."""
    at, body = clock.now(), read_body()
    text = body.get("text")
    if not isinstance(text, str):
        return answer_refused(_("Nothing was sent."))
    version = whole_number(str(body.get("version", "")))
    actions.save_appeal(appeal, clean_text(text[:MOST]), by=actor(), at=at, version=version)
    return answer_saved(str(appeal.version), at, actor().time_zone)


@blueprint.route("/appeals/<int:appeal_id>/file", methods=["GET", "POST"], endpoint="file")
@guarded(queries.get_appeal, APPEAL.file)
def file(appeal: Appeal) -> Any:
    """Read it once more, then send it. A second press finds it sent."""
    if appeal.number is not None:
        return to(appeal)
    form, at = forms.FileAppealForm(data={"version": appeal.version}), clock.now()
    if form.validate_on_submit():
        try:
            version = whole_number(form.version.raw)
            actions.file_appeal(appeal, by=actor(), at=at, version=version, clock=clock.now)
        except RuleBroken as refused:
            form.refuse(RuleBroken(refused.sentence))
        else:
            flash(str(_("Your appeal has arrived. Its number is %(number)s.", number=appeal.number)), "success")
            return to(appeal)
    return _sending("appeals/file.html", form, appeal)


@blueprint.route("/appeals/<int:appeal_id>/file-late", methods=["GET", "POST"])
@guarded(queries.get_appeal, APPEAL.file_late)
def file_late(appeal: Appeal) -> Any:
    """Send it after its time, and say why."""
    if appeal.number is not None:
        return to(appeal)
    form, at = forms.FileLateAppealForm(data={"version": appeal.version}), clock.now()
    if form.validate_on_submit():
        try:
            version = whole_number(form.version.raw)
            actions.file_late_appeal(appeal, form.reason.data, by=actor(), at=at, version=version, clock=clock.now)
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("Your appeal has arrived. Its number is %(number)s.", number=appeal.number)), "success")
            return to(appeal)
    return _sending("appeals/file_late.html", form, appeal)


def _sending(template: str, form: Any, appeal: Appeal) -> Any:
    is_late, zone = not is_in_time(appeal.due_at, clock.now()), appeal.application.region.time_zone
    return ask(
        template,
        form,
        appeal=appeal,
        application=appeal.application,
        files=queries.list_files(appeal.id),
        too_late=say_too_late(appeal.due_at, zone, actor().time_zone) if is_late else None,
    )


@blueprint.route("/appeals/<int:appeal_id>/withdraw", methods=["GET", "POST"])
@guarded(queries.get_appeal, APPEAL.withdraw)
def withdraw(appeal: Appeal) -> Any:
    """Ask first, then take it back."""
    if request.method == "GET":
        return render_template("appeals/withdraw.html", appeal=appeal, application=appeal.application)
    actions.withdraw_appeal(appeal, by=actor(), at=clock.now())
    flash(str(_("Your appeal is withdrawn. The decision stands.")), "success")
    return to(appeal)
