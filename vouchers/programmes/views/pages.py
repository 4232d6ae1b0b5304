"""The pages of programmes: the public calls, and the budgets of the regions."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import get_locale

from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.links import full_url
from vouchers.core.localised import Text, named_choices
from vouchers.core.tables import ListQuery
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded, new_nonce, public
from vouchers.ledger.chart import STAGES, Account
from vouchers.programmes import actions, exports, forms, policy, queries
from vouchers.programmes.lifecycle import ENVELOPE
from vouchers.programmes.models import Call, Envelope, Programme
from vouchers.programmes.rules.announcing import what_is_paid, who_may_apply
from vouchers.programmes.rules.announcing_selection import how_it_is_decided
from vouchers.programmes.rules.phase import phase_of
from vouchers.programmes.rules.rounds import current_round
from vouchers.programmes.rules.time_left import next_turn, time_left
from vouchers.programmes.states import CallPhase
from vouchers.programmes.views.blueprint import FILTERS, blueprint, list_draws
from vouchers.regions.queries import list_choices, list_regions, map_names

MOST_PAGES = 64
_NONCE = "\x00nonce\x00"
_SECONDS_LEFT = re.compile(r'(?<=data-seconds-left=")\d+')


class Drawn(NamedTuple):
    """A page, and the calls whose time it tells."""

    page: str
    calls: Sequence[Call] = ()


_pages: dict[Hashable, tuple[str, datetime, datetime | None]] = {}
"""Pages as drawn for visitors, with when they were drawn and until when they hold. The key holds all else that they
show, by digest, so that none can be out of date."""


def _drawn_once(draw: Callable[[datetime], Drawn], *, call_code: str | None = None) -> str:
    """The page, drawn once for all visitors until a file, a region, the phase or the round of a call changes.

    Args:
        call_code: of the page of one call, which shows its public questions, corrections and money too.
    """
    at = clock.now()
    if actor().is_authenticated or session.get("_flashes"):
        return draw(at).page
    nonce, marks = new_nonce(), queries.list_call_marks()
    besides = _besides(marks, call_code)
    key = (request.path, str(get_locale()), besides, *((mark, phase_of(mark, at)) for mark in marks))
    page, since, until = _pages.get(key, ("", at, at))
    if at < since or (until is not None and at >= until):
        drawn = draw(at)
        page = drawn.page.replace(nonce, _NONCE)
        # only if nothing changed while it was drawn
        if (marks, besides) == (queries.list_call_marks(), _besides(marks, call_code)):
            if len(_pages) >= MOST_PAGES:
                _pages.clear()
            turns = [next_turn(call.plan, at) for call in drawn.calls]
            _pages[key] = page, at, min((turn for turn in turns if turn is not None), default=None)
        since = at
    return _count_on(page, int((at - since).total_seconds())).replace(_NONCE, nonce)


def _count_on(page: str, seconds: int) -> str:
    """The page some seconds after it was drawn: so much less is left."""
    return _SECONDS_LEFT.sub(lambda left: str(int(left[0]) - seconds), page) if seconds else page


def _besides(marks: list[queries.CallMark], call_code: str | None) -> Hashable:
    """What the page of a call shows that no file says."""
    return tuple(
        (
            tuple(queries.list_public_answers(mark.id)),
            tuple(one.number for one in queries.list_corrigenda(mark.id)),
            tuple(queries.map_money([mark.id]).items()),
            tuple(list_draws(mark.id)),
        )
        for mark in marks
        if mark.code == call_code
    )


@blueprint.get("/calls")
@public
def calls() -> Any:
    """All calls: open, opening soon, closed; or those of a region, an instrument, a state."""
    query = ListQuery.read(request.args, sorts=["deadline"], filters=FILTERS)
    if query.is_narrowed:
        return _draw_calls(query, clock.now()).page
    return _drawn_once(lambda at: _draw_calls(query, at))


def _draw_calls(query: ListQuery, at: datetime) -> Drawn:
    found: dict[CallPhase, list[Call]] = {phase: [] for phase in CallPhase}
    for one in queries.list_calls(query.filters, at=at):
        found[phase_of(one, at)].append(one)
    found[CallPhase.CLOSED].reverse()
    region_names = map_names()
    page = render_template(
        "programmes/calls.html",
        found=found,
        at=at,
        current_round=current_round,
        time_left=time_left,
        query=query,
        filters=_filters(region_names),
        region_names=region_names,
        CallPhase=CallPhase,
    )
    return Drawn(page, [one for ones in found.values() for one in ones])


def _filters(region_names: dict[str, Text]) -> list[tuple[str, Sentence, list[tuple[str, Any]]]]:
    """What the list can be narrowed by: name in the address, label, choices."""
    language, known = str(get_locale()), queries.list_programmes()
    programmes = [(one.code, one.plan.name.in_language(language)) for one in known]
    instruments = {item.code: item.plan.name.in_language(language) for one in known for item in one.instruments}
    return [
        *([("programme", _("Programme"), programmes)] if len(programmes) > 1 else []),
        ("region", _("Region"), named_choices(region_names.items())),
        ("instrument", _("Kind of voucher"), sorted(instruments.items(), key=lambda pair: pair[1])),
        ("state", _("State"), [(phase.value, phase.label) for phase in CallPhase]),
    ]


@blueprint.get("/programmes")
@public
def programmes() -> Any:
    """All programmes of this office."""
    return _drawn_once(
        lambda _at: Drawn(render_template("programmes/programmes.html", programmes=queries.list_programmes()))
    )


@blueprint.get("/programmes/<code>")
@public
def programme(code: str) -> Any:
    """One programme: what it pays for, where, and its calls."""
    found = queries.get_programme(code)
    return _drawn_once(lambda at: _draw_programme(found, at))


def _draw_programme(found: Programme, at: datetime) -> Drawn:
    its_calls = queries.list_calls({"programme": found.code})
    taking_part = {region for one in its_calls for region in one.plan.regions}
    page = render_template(
        "programmes/programme.html",
        programme=found.plan,
        instruments=[item.plan for item in queries.list_instruments(found.id)],
        calls=[(one, phase_of(one, at)) for one in reversed(its_calls)],
        regions=[region for region in list_regions() if region.code in taking_part],
        address=full_url("programmes.programme", code=found.code),
    )
    return Drawn(page)


@blueprint.get("/calls/<programme_code>/<call_code>")
@public
def call(programme_code: str, call_code: str) -> Any:
    """All that an SME must know of one call."""
    return _drawn_once(lambda at: _draw_call(queries.get_call(programme_code, call_code), at), call_code=call_code)


@blueprint.get("/calls/<programme_code>")
@public
def calls_of(programme_code: str) -> Any:
    """An address that somebody shortened: the programme's page, which lists its calls."""
    return redirect(url_for(".programme", code=queries.get_programme(programme_code).code))


def _draw_call(found: Call, at: datetime) -> Drawn:
    by_code = {region.code: region for region in list_regions()}
    regions = [by_code[code] for code in found.plan.regions]
    names = {code: region.name for code, region in by_code.items()}
    page = render_template(
        "programmes/call.html",
        call=found,
        plan=found.plan,
        programme=found.programme.plan,
        instruments=exports.instruments_of(found),
        regions=regions,
        phase=phase_of(found, at),
        current_round=current_round(found.plan, at),
        who_may_apply=who_may_apply,
        how_it_is_decided=how_it_is_decided,
        what_is_paid=what_is_paid,
        time_left=time_left(found.plan, at),
        public_answers=queries.list_public_answers(found.id),
        money=queries.map_money([found.id]),
        draws=list_draws(found.id),
        corrigenda=[(one, exports.tell_differences(one, names)) for one in queries.list_corrigenda(found.id)],
        address=exports.page_of(found),
        grant_data=exports.grant_data_of(found, regions, str(get_locale())),
    )
    return Drawn(page, [found])


# Budgets ------------------------------------------------------------------------------------------------------------


@blueprint.get("/budgets")
@asks(policy.may_read_budgets)
def envelopes() -> Any:
    """What each region has for each call, and how far it is used."""
    query = ListQuery.read(request.args, sorts=["call", "region", "amount"], filters=["call", "region"])
    scopes = [(grant.programme_code, grant.region_code) for grant in actor().grants if grant.role in policy.READERS]
    covered = {programme for programme, _region in scopes}
    page = queries.list_envelopes(query, scopes=scopes)
    return render_template(
        "programmes/envelopes.html",
        page=page,
        stages=queries.sum_stages(page.items),
        accounts=[*STAGES, Account.BANK],
        calls=[
            (call.code, f"{call.plan.title.for_reader()} ({call.code})")
            for call in queries.list_calls()
            if None in covered or call.programme.code in covered
        ],
        regions=list_choices(None if None in covered else covered),
        ENVELOPE=ENVELOPE,
        transfer_roles=policy.MAY_MOVE_MONEY,
    )


@blueprint.route("/budgets/<int:envelope_id>/receive-funds", methods=["GET", "POST"])
@guarded(queries.get_envelope, ENVELOPE.receive_funds)
def receive_funds(envelope: Envelope) -> Any:
    """Record a funder's money that arrived at the bank."""
    form = forms.ReceiveFundsForm.for_envelope(envelope)
    if form.validate_on_submit():
        try:
            actions.record_received_funds(
                envelope,
                form.line.data,
                form.amount.data,
                on=form.on.data,
                reference=form.reference.data,
                as_correction=form.as_correction.data,
                by=actor(),
                at=clock.now(),
            )
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("The money is in the books.")), "success")
            return redirect(url_for(".envelopes"), 303)
    status = 422 if request.method == "POST" else 200
    received = {part.fund.line: queries.total_received(part.fund) for part in envelope.funds}
    return render_template("programmes/receive_funds.html", form=form, envelope=envelope, received=received), status
