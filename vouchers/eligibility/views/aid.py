"""The aid that a company has received: what may still be granted, and the declaration that it signs."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.clock import day_in
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.documents.queries import list_documents_of
from vouchers.documents.web import answer_with
from vouchers.eligibility import actions, policy, queries
from vouchers.eligibility.forms.aid import declaration_form, fill_declaration
from vouchers.eligibility.forms.rows import ensure_rows_fit, rows_of
from vouchers.eligibility.models import AidDeclaration
from vouchers.eligibility.rules.aid import NewGrant, cumulate
from vouchers.eligibility.rules.papers import OWN, read_controlled, read_entries, with_own_grants
from vouchers.eligibility.views.blueprint import ask, blueprint, came_from
from vouchers.organisations import policy as organisations_policy
from vouchers.organisations.models import Organisation
from vouchers.organisations.queries import get_organisation


@blueprint.get("/organisations/<int:organisation_id>/aid")
@guarded(get_organisation, organisations_policy.may_read)
def aid(organisation: Organisation) -> Any:
    """The declaration in force, and what may still be granted in each country."""
    declaration = queries.find_declaration(organisation.id)
    content = declaration.content if declaration else {"members": [], "entries": []}
    entries = with_own_grants(read_entries(content), queries.list_granted(organisation.id))
    members = frozenset(content["members"]) | {OWN}
    today = day_in(organisation.region.time_zone, clock.now())
    countries = sorted({entry.member_state for entry in entries if entry.member_state} | {organisation.region.country})
    rooms = [(country, cumulate(NewGrant(today, Money(0), country, members), entries)) for country in countries]
    return render_template(
        "eligibility/aid.html",
        organisation=organisation,
        declaration=declaration,
        entries=entries,
        rooms=rooms,
        OWN=OWN,
        sees_address=declaration is not None and policy.may_see_address(actor(), declaration) is None,
        may_sign=organisations_policy.is_writer(actor(), organisation) is None,
    )


@blueprint.route("/organisations/<int:organisation_id>/aid/sign", methods=["GET", "POST"])
@guarded(get_organisation, organisations_policy.is_writer)
def sign_aid_declaration(organisation: Organisation) -> Any:
    """Declare and sign."""
    stored = queries.find_declaration(organisation.id)
    statement = queries.find_statement(organisation.id)
    data, rows = fill_declaration(stored.content) if stored else ({"members": _controlled(statement)}, 0)
    wants_more = request.form.get("then") == "more"
    rows = rows_of(request.form, "rows", max(rows, 2), more=wants_more)
    form = declaration_form(rows)(data=data)
    page: dict[str, Any] = {"organisation": organisation, "rows": rows}
    try:
        ensure_rows_fit(request.form, "rows", more=wants_more)
    except RuleBroken as refused:
        form.refuse(refused)
        return ask("eligibility/sign_aid_declaration.html", form, **page)
    if wants_more:
        return ask("eligibility/sign_aid_declaration.html", form, is_refused=False, **page)
    if form.validate_on_submit():
        try:
            content = form.content(rows, day_in(organisation.region.time_zone, clock.now()))
            actions.sign_aid_declaration(
                organisation, content, signed_name=form.signed_name.data, by=actor(), at=clock.now()
            )
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("Your declaration is signed and kept.")), "success")
            return redirect(came_from() or url_for(".aid", organisation_id=organisation.id), 303)
    return ask("eligibility/sign_aid_declaration.html", form, **page)


def _controlled(statement: Any) -> str:
    """The firms that the statement shows as one undertaking with the company, one in each line."""
    return "\n".join(read_controlled(statement.content)) if statement else ""


@blueprint.get("/aid-declarations/<int:declaration_id>/file")
@guarded(queries.get_declaration, policy.may_read)
def declaration_file(declaration: AidDeclaration) -> Response:
    """The signed declaration as a file."""
    return answer_with(next(iter(list_documents_of("aid_declaration", declaration.id)), None))
