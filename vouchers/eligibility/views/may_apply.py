"""The two-minute check, without sign-in; nothing of it is stored."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import flask
from werkzeug.datastructures import MultiDict

from vouchers.core import clock
from vouchers.core.clock import day_in
from vouchers.core.errors import RuleBroken
from vouchers.core.languages import language
from vouchers.core.localised import named_choices
from vouchers.core.web import address_again, keeps_nothing, public
from vouchers.eligibility.forms.may_apply import MayApplyForm
from vouchers.eligibility.rules.facts import Place, Terms
from vouchers.eligibility.rules.quick_check import Advice, Said, advise, list_changeable, list_questions, worst
from vouchers.eligibility.rules.sectors import ensure_nace
from vouchers.eligibility.rules.terms import terms_for
from vouchers.eligibility.secrets import MOST_LETTERS, TYPED, open_answers, seal_answers
from vouchers.eligibility.views.blueprint import ask, blueprint
from vouchers.programmes.models import Call, Instrument
from vouchers.programmes.queries import get_call
from vouchers.programmes.rules.phase import why_not_open
from vouchers.programmes.rules.reserved import ELSEWHERE, ELSEWHERE_LABEL
from vouchers.regions.models import Region
from vouchers.regions.queries import list_regions

Offers = Mapping[tuple[str, str], Terms]
"""What the call asks for, by region and instrument."""


@blueprint.route("/calls/<programme_code>/<call_code>/may-i-apply", methods=["GET", "POST"])
@public
@keeps_nothing
def may_i_apply(programme_code: str, call_code: str) -> Any:
    """A few questions, an answer rule by rule. They are posted, so that no address tells them, and forgotten.

    In another language the page is drawn anew from the sealed answers.
    """
    call, regions = get_call(programme_code, call_code), list_regions()
    instruments = [one for one in call.programme.instruments if one.code in call.plan.instruments]
    offers = _offers(call, regions, instruments)
    typed = open_answers(flask.request.args.get("typed", ""), TYPED) if flask.request.method == "GET" else {}
    form = _may_apply_form(typed, call, offers, regions, instruments)
    advice = None
    if form.validate() if typed else form.validate_on_submit():
        try:
            advice = _advise(form, offers, regions)
        except RuleBroken as refused:
            form.refuse(refused)
    page = {
        "call": call,
        "not_open": why_not_open(call, clock.now()),
        "advice": advice,
        "worst": worst(advice) if advice else None,
        "changeable": list_changeable(advice or []),
        "region": next((one for one in regions if one.code == form.region.data), None),
        "again": _again(form),
        "carried": seal_answers(_to_carry(form)) if advice else None,
    }
    is_refused = flask.request.method == "POST" and advice is None
    answer = flask.make_response(ask("eligibility/may_i_apply.html", form, is_refused=is_refused, **page))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _offers(call: Call, regions: Sequence[Region], instruments: Sequence[Instrument]) -> Offers:
    rules = call.programme.plan.rules
    codes = [one.code for one in regions if one.code in call.plan.regions]
    return {
        (region, one.code): terms_for(rules, call.plan, one.plan, region) for region in codes for one in instruments
    }


def _again(form: MayApplyForm) -> str:
    """The address that draws the page again with what was typed, in whatever language is chosen then."""
    if flask.request.method == "GET":
        return address_again()
    names = set(form.data) - {"csrf_token"}
    token = seal_answers(_boxes_of(names), TYPED)
    return f"{flask.request.path}?typed={token}" if len(token) <= MOST_LETTERS else flask.request.path


def _boxes_of(names: set[str]) -> dict[str, str]:
    """What was posted for these fields; a day has three boxes."""
    return {name: text for name, text in flask.request.form.items() if name.partition("-")[0] in names}


def _may_apply_form(
    typed: Mapping[str, str], call: Call, offers: Offers, regions: Sequence[Region], instruments: Sequence[Instrument]
) -> MayApplyForm:
    currency = call.programme.plan.currency
    form = (
        MayApplyForm(MultiDict(typed), currency=currency, meta={"csrf": False})
        if typed
        else MayApplyForm(currency=currency)
    )
    taking_part = {region for region, _instrument in offers}
    form.region.choices = named_choices((one.code, one.name) for one in regions if one.code in taking_part)
    form.instrument.choices = [(one.code, one.plan.name.in_language(language())) for one in instruments]
    may_leave = any(one.plan.cross_border.allows_outside for one in instruments)
    outside = [(ELSEWHERE, ELSEWHERE_LABEL)] if may_leave else []
    form.partner_region.choices = [*named_choices((one.code, one.name) for one in regions), *outside]
    form.ask_only(list_questions(offers.values()))
    return form


def _advise(form: MayApplyForm, offers: Offers, regions: Sequence[Region]) -> list[Advice]:
    now, given = clock.now(), form.data
    zone = next(one.time_zone for one in regions if one.code == given["region"])
    people = given.get("headcount")
    said = Said(
        region=given["region"],
        instrument=given["instrument"],
        headcount=None if people is None else _whole(people),
        turnover=given.get("turnover"),
        balance_sheet=given.get("balance_sheet"),
        belongs_to_group={"yes": True, "no": False}.get(given.get("group") or ""),
        nace=ensure_nace(given["nace"]) if given.get("nace") else "",
        aid_received=given.get("de_minimis_received"),
        activity_start=given.get("activity_start"),
        partner_region=given.get("partner_region") or "",
    )
    places = {one.code: Place(one.code, one.name, one.country) for one in regions}
    places[ELSEWHERE] = Place(ELSEWHERE, ELSEWHERE_LABEL, "")
    return advise(said, offers[said.region, said.instrument], places, at=now, today=day_in(zone, now))


def _whole(people: Decimal) -> int:
    """A part of a person counts as one."""
    return math.ceil(people)


def _to_carry(form: MayApplyForm) -> dict[str, str]:
    """Answers that an application asks too, by its own question codes."""
    start = form.data.get("activity_start")
    asked = {name: form[name].raw for name in _AS_TYPED if name in form}
    people = form.data.get("headcount")
    values = asked | {
        "headcount": "" if people is None else str(_whole(people)),
        "provider_region": form.data.get("partner_region") or "",
        "activity_start": start.isoformat() if start else "",
    }
    return {code: value for code, value in values.items() if value}


_AS_TYPED = ("turnover", "balance_sheet", "de_minimis_received", "nace")
