"""Holds: the list, setting one, lifting one."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.asking import ask, take
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.likenesses.rules import Other
from vouchers.likenesses.states import Part
from vouchers.programmes.models import Programme
from vouchers.retention import forms, policy
from vouchers.retention.actions import holding
from vouchers.retention.lifecycle import HOLD
from vouchers.retention.models import Hold
from vouchers.retention.queries import registers
from vouchers.retention.states import HoldState
from vouchers.retention.views.blueprint import blueprint


@blueprint.get("/<programme_code>/holds")
@guarded(registers.get_programme_of, policy.may_read)
def holds(programme: Programme) -> Any:
    """Every hold of a programme, those that stand and those that were lifted."""
    query = ListQuery.read(request.args, sorts=["set"], default="-set", filters={"state": list(HoldState)})
    return render_template(
        "retention/holds.html",
        programme=programme,
        page=registers.page_of_holds(programme, query),
        states=list(HoldState),
        may_hold=HOLD.set.allowed(actor(), programme) is None,
        HOLD=HOLD,
    )


@blueprint.route("/<programme_code>/holds/set", methods=["GET", "POST"])
@guarded(registers.get_programme_of, HOLD.set.allowed)
def set_hold(programme: Programme) -> Any:
    """Hold a programme, or one application of it."""
    form = forms.SetHoldForm(data={"reference": request.args.get("reference", "")[:60]})

    def act() -> None:
        holding.set_hold(programme, form.reference.data, form.reason.data, by=actor(), at=clock.now())

    if take(form, act, _("The hold is set. Nothing that it covers is deleted until somebody else lifts it.")):
        return redirect(url_for(".holds", programme_code=programme.code), 303)
    return ask("retention/set_hold.html", form, programme=programme)


@blueprint.route("/holds/<int:hold_id>/lift", methods=["GET", "POST"])
@guarded(registers.get_hold, HOLD.lift)
def lift(hold: Hold) -> Any:
    """Lift a hold that somebody else has set."""
    form = forms.LiftHoldForm()
    form.warn(actor(), [Other(hold.set_by, Part.FIRST)])

    def act() -> None:
        holding.lift_hold(hold, form.reason.data, by=actor(), at=clock.now(), two_persons=form.why_two)

    if take(form, act, _("The hold is lifted.")):
        return redirect(url_for(".holds", programme_code=hold.programme.code), 303)
    return ask("retention/lift.html", form, hold=hold)
