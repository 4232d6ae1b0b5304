"""Who owns a company: the graph with its sums, and the form in which it is stated."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.eligibility import actions, queries
from vouchers.eligibility.forms.ownership import fill_ownership, ownership_form
from vouchers.eligibility.forms.rows import rows_of
from vouchers.eligibility.rules.drawing import HEIGHT, WIDTH, draw
from vouchers.eligibility.rules.ownership import FirmKind
from vouchers.eligibility.rules.papers import read_structure
from vouchers.eligibility.rules.sme import Why
from vouchers.eligibility.states import Relation, Size
from vouchers.eligibility.views.blueprint import ask, blueprint
from vouchers.organisations import policy as organisations_policy
from vouchers.organisations.models import Organisation
from vouchers.organisations.queries import get_organisation

CLOSED_YEARS = 3


@blueprint.get("/organisations/<int:organisation_id>/ownership")
@guarded(get_organisation, organisations_policy.may_read)
def ownership(organisation: Organisation) -> Any:
    """The statement in force: the graph, and the sums line by line."""
    statement = queries.find_statement(organisation.id)
    drawing = draw(read_structure(statement.content)) if statement else None
    return render_template(
        "eligibility/ownership.html",
        organisation=organisation,
        statement=statement,
        drawing=drawing,
        box={"width": WIDTH, "height": HEIGHT},
        may_state=organisations_policy.is_writer(actor(), organisation) is None,
        Size=Size,
        Relation=Relation,
        Why=Why,
        FirmKind=FirmKind,
    )


@blueprint.route("/organisations/<int:organisation_id>/ownership/state", methods=["GET", "POST"])
@guarded(get_organisation, organisations_policy.is_writer)
def state_ownership_statement(organisation: Organisation) -> Any:
    """Enter firms, holdings and figures."""
    today = clock.now().year
    years = [today - 1, today - 2, today - 3][:CLOSED_YEARS]
    stored = queries.find_statement(organisation.id)
    data, firms, holdings = fill_ownership(stored.content) if stored else ({}, 0, 0)
    wants_more = request.form.get("then") == "more"
    firms = rows_of(request.form, "firm_rows", max(firms, 2), more=wants_more)
    holdings = rows_of(request.form, "holding_rows", max(holdings, 2), more=wants_more)
    names = {f"f{n}": request.form.get(f"f{n}_name") or data.get(f"f{n}_name", "") for n in range(1, firms + 1)}
    form = ownership_form(organisation.name, firms, holdings, years, names)(data=data)
    page: dict[str, Any] = {
        "organisation": organisation,
        "years": years,
        "firms": firms,
        "holdings": holdings,
        "names": names,
    }
    if wants_more:
        return ask("eligibility/state_ownership_statement.html", form, is_refused=False, **page)
    if form.validate_on_submit():
        try:
            content = form.content(firms, holdings, years)
            actions.state_ownership_statement(organisation, content, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("Your statement is kept. This is what follows from it.")), "success")
            return redirect(url_for(".ownership", organisation_id=organisation.id), 303)
    return ask("eligibility/state_ownership_statement.html", form, **page)
