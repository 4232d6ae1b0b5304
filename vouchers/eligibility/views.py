"""The pages of eligibility: who owns a company, what aid it received, the aid register, and "may I apply?"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import flask
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.clock import day_in
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded, public
from vouchers.documents.queries import list_documents_of
from vouchers.documents.web import answer_with
from vouchers.eligibility import actions, policy, queries
from vouchers.eligibility.forms.aid import (
    CancelAidEntryForm,
    RegisterAidEntryForm,
    declaration_form,
    fill_declaration,
)
from vouchers.eligibility.forms.may_apply import MayApplyForm
from vouchers.eligibility.forms.ownership import fill_ownership, ownership_form
from vouchers.eligibility.forms.rows import rows_of
from vouchers.eligibility.lifecycle import AID_ENTRY
from vouchers.eligibility.models import AidDeclaration, AidEntry
from vouchers.eligibility.rules.aid import NewGrant, cumulate, single_undertaking
from vouchers.eligibility.rules.drawing import HEIGHT, WIDTH, draw
from vouchers.eligibility.rules.facts import Place
from vouchers.eligibility.rules.ownership import FirmKind
from vouchers.eligibility.rules.papers import OWN, read_entries, read_structure, with_own_grants
from vouchers.eligibility.rules.quick_check import Advice, Said, advise, worst
from vouchers.eligibility.rules.sectors import ensure_nace
from vouchers.eligibility.rules.sme import Why
from vouchers.eligibility.rules.terms import terms_for
from vouchers.eligibility.secrets import sign_answers
from vouchers.eligibility.states import EntryState, Relation, Size
from vouchers.organisations import policy as organisations_policy
from vouchers.organisations.models import Organisation
from vouchers.organisations.queries import get_organisation
from vouchers.programmes.models import Call
from vouchers.programmes.queries import get_call
from vouchers.regions.models import Region
from vouchers.regions.queries import list_regions
from vouchers.users.mandate import mandate_of

blueprint = Blueprint("eligibility", __name__)

CLOSED_YEARS = 3


def _ask(template: str, form: Any, *, is_refused: bool | None = None, **context: Any) -> Any:
    """A form page: 422 once it was posted and refused."""
    refused = request.method == "POST" if is_refused is None else is_refused
    return render_template(template, form=form, **context), 422 if refused else 200


# Ownership -----------------------------------------------------------------------------------------------------------


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
        return _ask("eligibility/state_ownership_statement.html", form, is_refused=False, **page)
    if form.validate_on_submit():
        try:
            content = form.content(firms, holdings, years)
            actions.state_ownership_statement(organisation, content, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("Your statement is kept. This is what follows from it.")), "success")
            return redirect(url_for(".ownership", organisation_id=organisation.id), 303)
    return _ask("eligibility/state_ownership_statement.html", form, **page)


# Aid received --------------------------------------------------------------------------------------------------------


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
    if wants_more:
        return _ask("eligibility/sign_aid_declaration.html", form, is_refused=False, **page)
    if form.validate_on_submit():
        try:
            content = form.content(rows)
            actions.sign_aid_declaration(
                organisation, content, signed_name=form.signed_name.data, by=actor(), at=clock.now()
            )
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("Your declaration is signed and kept.")), "success")
            return redirect(url_for(".aid", organisation_id=organisation.id), 303)
    return _ask("eligibility/sign_aid_declaration.html", form, **page)


def _controlled(statement: Any) -> str:
    """The names of the firms that the statement shows as one undertaking with the company, one in each line."""
    if statement is None:
        return ""
    whole = read_structure(statement.content)
    return "\n".join(whole.firms[code].label for code in single_undertaking(whole) if code != OWN)


@blueprint.get("/aid-declarations/<int:declaration_id>/file")
@guarded(queries.get_declaration, policy.may_read)
def declaration_file(declaration: AidDeclaration) -> Response:
    """The signed declaration as a file."""
    return answer_with(next(iter(list_documents_of("aid_declaration", declaration.id)), None))


# The register of aid -------------------------------------------------------------------------------------------------


@blueprint.get("/aid-register")
@asks(policy.is_staff)
def aid_register() -> Any:
    """Grants that must stand in the central register, the most urgent first."""
    regions = {region.code: region.name for region in list_regions()}
    query = ListQuery.read(
        request.args,
        sorts=["due", "organisation", "granted", "region"],
        filters={"state": [queries.OVERDUE, *EntryState], "region": list(regions)},
    )
    today = clock.now().date()
    page = queries.list_register(query, mandate=mandate_of(actor()), today=today)
    return render_template(
        "eligibility/aid_register.html",
        page=page,
        regions=regions,
        today=today,
        states=[(queries.OVERDUE, _("Overdue")), *((state.value, state.label) for state in EntryState)],
    )


@blueprint.route("/aid-register/<int:entry_id>", methods=["GET", "POST"])
@guarded(queries.get_entry, AID_ENTRY.register)
def register_aid_entry(entry: AidEntry) -> Any:
    """Note the reference that the central register gave."""
    form = RegisterAidEntryForm()
    if form.validate_on_submit():
        actions.register_aid_entry(entry, form.reference.data, by=actor(), at=clock.now())
        flash(str(_("%(reference)s is noted as registered.", reference=entry.application_reference)), "success")
        return redirect(url_for(".aid_register"), 303)
    return _ask("eligibility/register_aid_entry.html", form, entry=entry, AID_ENTRY=AID_ENTRY)


@blueprint.route("/aid-register/<int:entry_id>/cancel", methods=["GET", "POST"])
@guarded(queries.get_entry, AID_ENTRY.cancel)
def cancel_aid_entry(entry: AidEntry) -> Any:
    """Say that there is nothing to register."""
    form = CancelAidEntryForm()
    if form.validate_on_submit():
        actions.cancel_aid_entry(entry, form.reason.data, by=actor(), at=clock.now())
        flash(str(_("The entry is closed, and the amount no longer counts.")), "success")
        return redirect(url_for(".aid_register"), 303)
    return _ask("eligibility/cancel_aid_entry.html", form, entry=entry)


# May I apply? --------------------------------------------------------------------------------------------------------


@blueprint.get("/calls/<programme_code>/<call_code>/may-i-apply")
@public
def may_i_apply(programme_code: str, call_code: str) -> Any:
    """A few questions, an answer rule by rule. Nothing is stored: the answers stand in the address."""
    call = get_call(programme_code, call_code)
    regions = list_regions()
    form = _may_apply_form(call, regions)
    advice = None
    if request.args and form.validate():
        try:
            advice = _advise(call, form, regions)
        except RuleBroken as refused:
            form.refuse(refused)
    is_refused = bool(request.args) and advice is None
    carried = sign_answers(_to_carry(form), flask.current_app.config["SECRET_KEY"]) if advice else None
    answer = flask.make_response(
        _ask(
            "eligibility/may_i_apply.html",
            form,
            is_refused=is_refused,
            call=call,
            advice=advice,
            worst=worst(advice) if advice else None,
            carried=carried,
        )
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _may_apply_form(call: Call, regions: Sequence[Region]) -> MayApplyForm:
    language = getattr(actor(), "language", "en")
    form = MayApplyForm(request.args if request.args else None)
    form.region.choices = [(one.code, one.name) for one in regions if one.code in call.plan.regions]
    offered = [one for one in call.programme.instruments if one.code in call.plan.instruments]
    form.instrument.choices = [(one.code, one.plan.name.in_language(language)) for one in offered]
    form.partner_region.choices = [(one.code, one.name) for one in regions]
    return form


def _advise(call: Call, form: MayApplyForm, regions: Sequence[Region]) -> list[Advice]:
    now, rules = clock.now(), call.programme.plan.rules
    zone = next(one.time_zone for one in regions if one.code == form.region.data)
    instrument = next(one.plan for one in call.programme.instruments if one.code == form.instrument.data)
    people = form.headcount.data
    said = Said(
        region=form.region.data,
        instrument=form.instrument.data,
        headcount=None if people is None else -int(-people // 1),
        turnover=form.turnover.data,
        balance_sheet=form.balance_sheet.data,
        belongs_to_group={"yes": True, "no": False}.get(form.group.data or ""),
        nace=ensure_nace(form.nace.data) if form.nace.data else "",
        aid_received=form.de_minimis_received.data,
        activity_start=form.activity_start.data,
        partner_region=form.partner_region.data or "",
    )
    places = {one.code: Place(one.code, one.name, one.country) for one in regions}
    terms = terms_for(rules, call.plan, instrument, said.region)
    return advise(said, terms, places, at=now, today=day_in(zone, now))


def _to_carry(form: MayApplyForm) -> dict[str, str]:
    """Answers that an application asks too, by its own question codes."""
    values = {
        "headcount": form.headcount.raw,
        "turnover": form.turnover.raw,
        "balance_sheet": form.balance_sheet.raw,
        "de_minimis_received": form.de_minimis_received.raw,
        "nace": form.nace.raw,
        "provider_region": form.partner_region.data or "",
        "activity_start": form.activity_start.data.isoformat() if form.activity_start.data else "",
    }
    return {code: value for code, value in values.items() if value}
