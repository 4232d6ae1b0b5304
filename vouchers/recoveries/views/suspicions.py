"""Suspicions, for the few who read them. Who may not read one is told that there is no such page."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.agreements.models import Agreement
from vouchers.core import clock
from vouchers.core.asking import ask, take
from vouchers.core.errors import NotFound
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded, keeps_nothing
from vouchers.recoveries import forms, policy, queries
from vouchers.recoveries.actions import suspicion as actions
from vouchers.recoveries.lifecycle import SUSPICION
from vouchers.recoveries.models import Suspicion
from vouchers.recoveries.views.blueprint import blueprint
from vouchers.users.mandate import mandate_of


def _get_own(suspicion_id: int) -> Suspicion:
    """A suspicion that the person at the other end may read. Raises `NotFound` for any other."""
    found = queries.find_suspicion(suspicion_id)
    if found is None or policy.reads_suspicion(actor(), found) is not None:
        raise NotFound(_("There is no such page."))
    return found


@blueprint.get("/confidential")
@asks(policy.may_watch)
def suspicions() -> Any:
    """Those that one may read."""
    query = ListQuery.read(request.args, sorts=["reported"], default="-reported")
    return render_template(
        "recoveries/suspicions.html",
        page=queries.list_suspicions(query, actor().id, mandate_of(actor(), policy.WATCHERS)),
    )


@blueprint.route("/confidential/of/<int:agreement_id>", methods=["GET", "POST"])
@keeps_nothing
@guarded(queries.get_agreement, policy.may_report_about)
def report(agreement: Agreement) -> Any:
    """Report a suspicion about a voucher."""
    form = forms.ReportSuspicionForm()
    if form.validate_on_submit():
        made = actions.report_suspicion(agreement, form.text.data, by=actor(), at=clock.now())
        flash(str(_("Noted. Nobody reads it but you; share it with those who have to look into it.")), "success")
        return redirect(url_for(".suspicion", suspicion_id=made.id), 303)
    return ask("recoveries/report.html", form, agreement=agreement)


@blueprint.get("/confidential/<int:suspicion_id>")
@guarded(_get_own, policy.reads_suspicion)
def suspicion(suspicion: Suspicion) -> Any:
    """What was seen, by whom, who reads it, what came of it."""
    return render_template("recoveries/suspicion.html", suspicion=suspicion, SUSPICION=SUSPICION)


@blueprint.route("/confidential/<int:suspicion_id>/share", methods=["GET", "POST"])
@keeps_nothing
@guarded(_get_own, SUSPICION.share)
def share(suspicion: Suspicion) -> Any:
    """Let one more person read it."""
    people = queries.list_confidants(suspicion.agreement, besides=suspicion.reader_ids)
    form = forms.ShareSuspicionForm.for_people(people)

    def act() -> None:
        actions.share_suspicion(suspicion, form.person.data, by=actor(), at=clock.now())

    if take(form, act, _("Shared. The letter says only that there is something to read.")):
        return redirect(url_for(".suspicion", suspicion_id=suspicion.id), 303)
    return ask("recoveries/confidential_step.html", form, suspicion=suspicion, verb="share")


@blueprint.route("/confidential/<int:suspicion_id>/close", methods=["GET", "POST"])
@keeps_nothing
@guarded(_get_own, SUSPICION.close)
def close(suspicion: Suspicion) -> Any:
    """Write down what came of it."""
    form = forms.CloseSuspicionForm()

    def act() -> None:
        actions.close_suspicion(suspicion, form.outcome.data, form.closing.data, by=actor(), at=clock.now())

    if take(form, act, _("Closed.")):
        return redirect(url_for(".suspicion", suspicion_id=suspicion.id), 303)
    return ask("recoveries/confidential_step.html", form, suspicion=suspicion, verb="close")
