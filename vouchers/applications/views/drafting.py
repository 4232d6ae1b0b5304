"""Beginning an application: for which organisation, for which voucher."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from vouchers.applications import forms
from vouchers.applications.actions import drafting
from vouchers.applications.queries import files as queries
from vouchers.applications.rules.deadline import closed_sentence
from vouchers.applications.views.blueprint import (
    blueprint,
    mark_page,
    to_application,
)
from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.typed import fingerprint
from vouchers.core.web import actor, guarded
from vouchers.eligibility.secrets import open_answers
from vouchers.organisations import policy as organisations_policy
from vouchers.organisations.queries import list_of_member
from vouchers.programmes.models import Call
from vouchers.programmes.rules.announcing import how_it_is_sent
from vouchers.programmes.rules.rounds import current_round


@blueprint.route("/start/<int:call_id>", methods=["GET", "POST"])
@guarded(queries.get_call, organisations_policy.may_take_part)
def start(call: Call) -> Any:
    """Begin an application: for which organisation, for which voucher."""
    form = forms.StartApplicationForm()
    token = request.args.get("carried", "")
    carried = open_answers(token)
    writable = [one for one in list_of_member(actor().id) if organisations_policy.is_writer(actor(), one) is None]
    entitled = {str(one.id): one for one in writable if one.region.code in call.plan.regions}
    offered = {one.code: one for one in call.programme.instruments if one.code in call.plan.instruments}
    form.organisation.choices = [(key, one.name, one.region.name.for_reader()) for key, one in entitled.items()]
    form.instrument.choices = [
        (code, one.plan.name.in_language(actor().language), one.plan.summary.in_language(actor().language))
        for code, one in offered.items()
    ]
    if request.method == "GET" and len(entitled) == 1 and not form.organisation.chosen:
        form.organisation.process_data(next(iter(entitled)))
    if request.method == "GET" and request.args.get("instrument") in offered and not form.instrument.chosen:
        form.instrument.process_data(request.args["instrument"])
    mark_page(form)
    if form.validate_on_submit():
        try:
            organisation, instrument = entitled[form.organisation.data], offered[form.instrument.data]
            page = f"start:{fingerprint(token) if carried else ''}:{form.page.raw[:20]}"
            application = drafting.start_application(
                call, instrument, organisation, answers=carried, page=page, by=actor(), at=clock.now()
            )
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            return to_application(application)
    status = 422 if request.method == "POST" else 200
    closed = closed_sentence(call.plan, clock.now(), has_written=queries.has_written(actor().id, call.id))
    context = {
        "call": call,
        "entitled": entitled,
        "writable": writable,
        "closed": closed,
        "how_it_is_sent": how_it_is_sent(call.programme.plan, call.plan),
        "current_round": current_round(call.plan, clock.now()),
        "is_spoiled": token and not carried,
    }
    return render_template("applications/start.html", form=form, **context), status
