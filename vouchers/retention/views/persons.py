"""Persons of whom nothing has to be kept any more."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks
from vouchers.retention import policy
from vouchers.retention.actions import listing
from vouchers.retention.queries import persons as queries
from vouchers.retention.queries import registers
from vouchers.retention.states import DisposalState
from vouchers.retention.views.blueprint import blueprint


@blueprint.get("/persons")
@asks(policy.may_see_persons)
def persons() -> Any:
    """How many persons may be forgotten, and the lists of those who were."""
    query = ListQuery.read(request.args, sorts=["number"], default="-number", filters={"state": list(DisposalState)})
    return render_template(
        "retention/persons.html",
        due=queries.count_forgettable(today=clock.office_day(clock.now())),
        page=registers.page_of_disposals(None, query),
        states=list(DisposalState),
        may_propose=policy.may_forget(actor()) is None,
    )


@blueprint.post("/persons/propose")
@asks(policy.may_forget)
def propose_persons() -> Any:
    """Write a list of the persons who may be forgotten today."""
    try:
        made = listing.propose_forgetting(by=actor(), at=clock.now())
    except RuleBroken as refused:
        flash(str(refused), "error")
        return redirect(url_for(".persons"), 303)
    flash(str(_("The list is proposed. Another person approves or refuses it.")), "success")
    return redirect(url_for(".disposal", disposal_id=made.id), 303)
