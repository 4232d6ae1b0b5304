"""What the keepers of a register do with enrolments."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for

from vouchers.core import clock
from vouchers.core.clock import add_months
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.pools import queries
from vouchers.pools.actions import deciding as actions
from vouchers.pools.forms import enrolling as forms
from vouchers.pools.lifecycle import ENROLMENT
from vouchers.pools.models import Enrolment
from vouchers.pools.views.blueprint import ask, blueprint, version_of


def _to(enrolment: Enrolment) -> Any:
    return redirect(url_for(".enrolment", enrolment_id=enrolment.id), 303)


@blueprint.route("/enrolments/<int:enrolment_id>/mark", methods=["GET", "POST"])
@guarded(queries.get_enrolment, ENROLMENT.mark)
def mark(enrolment: Enrolment) -> Any:
    """Mark against the criteria of the call."""
    form = forms.MarkForm.of(enrolment)
    if form.validate_on_submit():
        try:
            actions.mark_enrolment(enrolment, form.marks(), by=actor(), at=clock.now(), version=version_of(form))
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("The marks are kept.")), "success")
            return _to(enrolment)
    return ask("pools/mark.html", form, enrolment=enrolment, criteria=enrolment.call.terms.criteria)


@blueprint.route("/enrolments/<int:enrolment_id>/admit", methods=["GET", "POST"])
@guarded(queries.get_enrolment, ENROLMENT.admit)
def admit(enrolment: Enrolment) -> Any:
    """Admit for a period: into the register of experts, or as an accredited provider."""
    usual = add_months(clock.office_day(clock.now()), enrolment.call.months)
    form = forms.AdmitForm(data={"until": usual})
    if form.validate_on_submit():
        try:
            actions.admit_enrolment(enrolment, form.until.data, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("%(name)s is admitted, and we have written to them.", name=enrolment.name)), "success")
            return _to(enrolment)
    return ask("pools/admit.html", form, enrolment=enrolment)


@blueprint.route("/enrolments/<int:enrolment_id>/refuse", methods=["GET", "POST"])
@guarded(queries.get_enrolment, ENROLMENT.refuse)
def refuse(enrolment: Enrolment) -> Any:
    """Refuse, with reasons."""
    form = forms.RefuseForm()
    if form.validate_on_submit():
        actions.refuse_enrolment(enrolment, form.reasons.data, by=actor(), at=clock.now())
        flash(str(_("The enrolment is refused, and its reasons are sent.")), "success")
        return _to(enrolment)
    return ask("pools/refuse.html", form, enrolment=enrolment)
