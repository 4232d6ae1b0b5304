"""Who owns a company: the graph with its sums, and the form in which it is stated."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from vouchers.core import clock
from vouchers.core.errors import Gone, RuleBroken
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.eligibility import actions, policy, queries
from vouchers.eligibility.forms.ownership import fill_ownership, ownership_form
from vouchers.eligibility.forms.rows import ensure_rows_fit, rows_of
from vouchers.eligibility.forms.work_units import reckoned, unit_fields
from vouchers.eligibility.models import OwnershipStatement
from vouchers.eligibility.rules.drawing import HEIGHT, WIDTH, counts_of, draw
from vouchers.eligibility.rules.ownership import FirmKind
from vouchers.eligibility.rules.papers import read_structure
from vouchers.eligibility.rules.sme import Why
from vouchers.eligibility.rules.uncounted import list_uncounted
from vouchers.eligibility.states import Relation
from vouchers.eligibility.views.blueprint import ask, blueprint, came_from
from vouchers.organisations import policy as organisations_policy
from vouchers.organisations.models import Organisation
from vouchers.organisations.queries import get_organisation
from vouchers.organisations.states import Size

CLOSED_YEARS = 3


@blueprint.get("/organisations/<int:organisation_id>/ownership")
@guarded(get_organisation, organisations_policy.may_read)
def ownership(organisation: Organisation) -> Any:
    """The statement in force: the graph, and the sums line by line."""
    return _show(organisation, queries.find_statement(organisation.id))


@blueprint.get("/ownership-statements/<int:statement_id>")
@guarded(queries.get_statement, policy.may_read)
def ownership_statement(statement: OwnershipStatement) -> Any:
    """One statement as it was handed in, also where a newer one has replaced it."""
    if not statement.content:
        raise Gone(_("This statement is no longer kept: its time was over."))
    return _show(statement.organisation, statement)


def _show(organisation: Organisation, statement: OwnershipStatement | None) -> Any:
    whole = read_structure(statement.content) if statement else None
    return render_template(
        "eligibility/ownership.html",
        organisation=organisation,
        statement=statement,
        drawing=draw(whole) if whole else None,
        counts=counts_of(whole) if whole else [],
        uncounted=list_uncounted(whole) if whole else [],
        figures={one["year"]: one["figures"] for one in statement.content["years"]} if statement else {},
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
    """Enter firms, holdings and figures; the buttons for more rows and for the number of people keep what was typed."""
    years = [clock.office_day(clock.now()).year - n for n in range(1, CLOSED_YEARS + 1)]
    then = request.form.get("then")
    form, page = _statement_form(organisation, years, wants_more=then == "more")
    form_is_sound = form.validate_on_submit() if then != "more" else True
    try:
        ensure_rows_fit(request.form, "firm_rows", "holding_rows", more=then == "more")
        if then == "units" and form_is_sound:
            typed = MultiDict(request.form)
            for name, people in reckoned(form, years).items():
                typed[name] = people
            form = type(form)(typed)
        elif form_is_sound and then not in {"more", "units"} and request.method == "POST":
            content = form.content(page["firms"], page["holdings"], years)
            actions.state_ownership_statement(organisation, content, by=actor(), at=clock.now())
            if target := came_from():
                flash(str(_("Your statement is kept.")), "success")
                return redirect(target, 303)
            flash(str(_("Your statement is kept. This is what follows from it.")), "success")
            return redirect(url_for(".ownership", organisation_id=organisation.id), 303)
    except RuleBroken as refused:
        form.refuse(refused)
    is_refused = request.method == "POST" and bool(form.problems)
    return ask("eligibility/state_ownership_statement.html", form, is_refused=is_refused, **page)


def _statement_form(organisation: Organisation, years: list[int], *, wants_more: bool) -> tuple[Any, dict[str, Any]]:
    """The form with as many rows as were posted or are stored, and what its page needs."""
    stored = queries.find_statement(organisation.id)
    data, firms, holdings = fill_ownership(stored.content) if stored else ({}, 0, 0)
    firms = rows_of(request.form, "firm_rows", max(firms, 2), more=wants_more)
    holdings = rows_of(request.form, "holding_rows", max(holdings, 2), more=wants_more)
    names = {f"f{n}": request.form.get(f"f{n}_name") or data.get(f"f{n}_name", "") for n in range(1, firms + 1)}
    form = ownership_form(organisation.name, firms, holdings, years, names)(data=data)
    page = {"organisation": organisation, "years": years, "firms": firms, "holdings": holdings, "names": names}
    page["reckoning"] = any(form[name].raw for year in years for name in unit_fields(year))
    return form, page
