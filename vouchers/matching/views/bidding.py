"""The expert's side: how gladly one would mark what waits, before anything of it is visible."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.applications.queries.files import get_application
from vouchers.core import clock
from vouchers.core.errors import NotPermitted, RuleBroken
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.experts.rules.languages import LANGUAGES
from vouchers.matching import forms, policy
from vouchers.matching.actions import wishing
from vouchers.matching.queries import bidding as queries
from vouchers.matching.queries.bidding import BiddingCall
from vouchers.matching.views.blueprint import ask, blueprint


@blueprint.get("/bids")
@asks(policy.is_expert)
def calls() -> Any:
    """The calls in which experts are asked."""
    found = queries.list_calls_of(actor().id)
    if len(found) == 1:
        return redirect(url_for(".bids", call_id=found[0].call.id), 303)
    return render_template("matching/bid_calls.html", found=found)


def get_own(call_id: int) -> BiddingCall:
    """The call, with the reader's entry in its pool. Raises `NotPermitted` or `NotFound`."""
    if reason := policy.is_expert(actor()):
        raise NotPermitted(reason)
    return queries.get_bidding_call(call_id, actor().id or 0)


@blueprint.route("/calls/<int:call_id>/bids", methods=["GET", "POST"])
@guarded(get_own, policy.is_expert)
def bids(bidding: BiddingCall) -> Any:
    """What waits in a call, and the expert's answers."""
    query = ListQuery.read(request.args, sorts=["reference"], per_page=30)
    page = queries.list_offered(bidding, query)
    form = forms.bids_form(
        {one.application.id: one.application.reference for one in page.items},
        {one.application.id: one.answer for one in page.items if one.answer},
        [one.application.id for one in page.items if one.is_closed],
    )
    if form.validate_on_submit():
        try:
            for application_id, given in form.answers().items():
                wishing.answer_bid(get_application(application_id), bidding.expert, given, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("Your answers are saved. You can change them until the applications are assigned.")), "success")
            return redirect(url_for(".bids", call_id=bidding.call.id, **_page(query)), 303)
    return ask(
        "matching/bids.html",
        form,
        bidding=bidding,
        page=page,
        fields={one.code: one.name for one in bidding.call.programme.plan.fields},
        languages=dict(LANGUAGES),
    )


def _page(query: ListQuery) -> dict[str, Any]:
    return {"page": query.page} if query.page > 1 else {}
