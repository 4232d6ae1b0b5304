"""The two-minute check, without sign-in; nothing of it is stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import flask
from flask import request

from vouchers.core import clock
from vouchers.core.clock import day_in
from vouchers.core.errors import RuleBroken
from vouchers.core.web import actor, public
from vouchers.eligibility.forms.may_apply import MayApplyForm
from vouchers.eligibility.rules.facts import Place
from vouchers.eligibility.rules.quick_check import Advice, Said, advise, worst
from vouchers.eligibility.rules.sectors import ensure_nace
from vouchers.eligibility.rules.terms import terms_for
from vouchers.eligibility.secrets import sign_answers
from vouchers.eligibility.views.blueprint import ask, blueprint
from vouchers.programmes.models import Call
from vouchers.programmes.queries import get_call
from vouchers.programmes.rules.reserved import ELSEWHERE, ELSEWHERE_LABEL
from vouchers.regions.models import Region
from vouchers.regions.queries import list_regions


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
        ask(
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
    outside = [(ELSEWHERE, ELSEWHERE_LABEL)] if any(one.plan.cross_border.allows_outside for one in offered) else []
    form.partner_region.choices = [*((one.code, one.name) for one in regions), *outside]
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
    places[ELSEWHERE] = Place(ELSEWHERE, str(ELSEWHERE_LABEL), "")
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
