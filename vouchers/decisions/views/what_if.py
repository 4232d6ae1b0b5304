"""What if the cut lay elsewhere: other money, another number, another policy, a transfer. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template, request

from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.tables import ListQuery, Page, page_of
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.decisions import forms, policy
from vouchers.decisions.queries import ranked
from vouchers.decisions.queries.contests import Contest
from vouchers.decisions.queries.entries import get_contest
from vouchers.decisions.rules.what_if import Shift, Supposed, count_served, shift
from vouchers.decisions.views.blueprint import blueprint
from vouchers.decisions.views.lists import address_of, get_list
from vouchers.programmes.models import Envelope
from vouchers.programmes.queries import list_envelopes_of
from vouchers.regions.queries import find_region
from vouchers.transfers.policy import may_give

ASKED = ("money", "slots", "policy", "other", "moved")


@dataclass(frozen=True)
class Side:
    """A list as it is and as it would be."""

    contest: Contest
    supposed: Supposed
    shifts: list[Shift]

    @property
    def come_in(self) -> list[Any]:
        """Keys of those whom the money would reach."""
        return [one.now.entry.key for one in self.shifts if one.comes_in]

    @property
    def drop_out(self) -> list[Any]:
        """Keys of those whom it would reach no more."""
        return [one.now.entry.key for one in self.shifts if one.drops_out]

    @property
    def served(self) -> tuple[tuple[int, Money], tuple[int, Money]]:
        """How many are served and with how much, as it is and as it would be."""
        currency = self.contest.left.currency
        return count_served(self.contest.places, currency), count_served([one.then for one in self.shifts], currency)


@blueprint.get("/calls/<int:call_id>/what-if")
@guarded(get_list, policy.may_oversee)
def what_if(contest: Contest) -> Any:
    """The list as it is and as it would be, side by side."""
    others = _others(contest)
    asked = any(request.args.get(name) for name in ASKED)
    form = forms.WhatIfForm.for_contest(contest, others, request.args if asked else None)
    sides = []
    if not asked or form.validate():
        try:
            sides = _sides(contest, form)
        except RuleBroken as refused:
            form.refuse(refused)
    query = ListQuery.read(
        request.args,
        sorts=["rank"],
        filters={"region": None, "instrument": None, "round": None, "show": ["all"], **dict.fromkeys(ASKED)},
    )
    shifts = [one for one in sides[0].shifts if one.changes or query.filters.get("show")] if sides else []
    page = page_of(shifts, query)
    keys = [one.now.entry.key for one in page.items] + [key for side in sides for key in side.come_in + side.drop_out]
    return render_template(
        "decisions/what_if.html",
        contest=contest,
        form=form,
        sides=sides,
        page=Page(page.items, page.total, page.query),
        applications=ranked.map_applications(keys),
        address=address_of(contest),
        giving=_giving(contest, form) if sides else None,
    ), 422 if form.problems else 200


def _others(contest: Contest) -> list[tuple[str, Any]]:
    """The other regions of the call whose lists the reader may see."""
    programme = contest.call.programme.code
    codes = [code for code in contest.call.plan.regions if code != contest.region.code]
    seen = [code for code in codes if actor().holds(policy.SEES_LISTS, f"{programme}/{code}")]
    return [(code, region.name) for code in seen if (region := find_region(code)) is not None]


def _sides(contest: Contest, form: Any) -> list[Side]:
    left = form.money.data if form.money.data is not None else contest.left
    slots = form.slots.data if form.slots.data is not None else contest.slots
    cut = form.policy.data or contest.policy
    moved, sides = form.moved.data, []
    if form.other.data and moved:
        other = _list_of(contest, form.other.data)
        if moved > other.left:
            raise RuleBroken(
                _("Only %(left)s are left in %(region)s for this call.", left=other.left, region=other.region.name),
                field="moved",
            )
        sides.append(_side(other, Supposed(other.left - moved, other.slots, other.policy)))
        left = left + moved
    return [_side(contest, Supposed(left, slots, cut)), *sides]


def _list_of(contest: Contest, code: str) -> Contest:
    """The list of another region for the same instruments."""
    region = find_region(code)
    assert region is not None  # it was one of the choices
    instrument = "" if contest.is_by_marks else contest.instruments[0].code
    return get_contest(contest.call, region, instrument, part=contest.round)


def _side(contest: Contest, supposed: Supposed) -> Side:
    return Side(contest, supposed, shift(contest.places, contest.entries, supposed))


def _giving(contest: Contest, form: Any) -> Envelope | None:
    """The budget from which a real transfer would be proposed, if the reader may propose it."""
    code = form.other.data or contest.region.code
    codes = {instrument.code for instrument in contest.carried}
    found = (
        one
        for one in list_envelopes_of([contest.call.id])
        if one.region.code == code and (one.instrument_code == "*" or one.instrument_code in codes)
    )
    return next((one for one in found if may_give(actor(), one) is None), None)
