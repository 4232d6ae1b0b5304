"""Lists of what may go: proposed, decided, carried out, and their files."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, stream_with_context, url_for

from vouchers.core import clock
from vouchers.core.asking import ask, take
from vouchers.core.errors import RuleBroken
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.likenesses.queries import list_noted_of
from vouchers.likenesses.rules import Other
from vouchers.likenesses.states import Part
from vouchers.programmes.models import Programme
from vouchers.retention import forms, policy
from vouchers.retention.actions import listing
from vouchers.retention.exports.lists import disposal_csv
from vouchers.retention.lifecycle import DISPOSAL
from vouchers.retention.models import Disposal
from vouchers.retention.queries import registers
from vouchers.retention.states import DisposalState, Outcome
from vouchers.retention.views.blueprint import blueprint


@blueprint.get("/<programme_code>/lists")
@guarded(registers.get_programme_of, policy.may_read)
def disposals(programme: Programme) -> Any:
    """The lists of a programme: what was proposed, decided and deleted."""
    query = ListQuery.read(request.args, sorts=["number"], default="-number", filters={"state": list(DisposalState)})
    return render_template(
        "retention/disposals.html",
        programme=programme,
        page=registers.page_of_disposals(programme, query),
        states=list(DisposalState),
    )


@blueprint.post("/<programme_code>/lists/propose")
@guarded(registers.get_programme_of, DISPOSAL.propose.allowed)
def propose(programme: Programme) -> Any:
    """Write a list of what may go today."""
    try:
        made = listing.propose_disposal(programme, by=actor(), at=clock.now())
    except RuleBroken as refused:
        flash(str(refused), "error")
        return redirect(url_for(".keeping", programme_code=programme.code), 303)
    flash(str(_("The list is proposed. Another person approves or refuses it.")), "success")
    return redirect(url_for(".disposal", disposal_id=made.id), 303)


@blueprint.get("/lists/<int:disposal_id>")
@guarded(registers.get_disposal, policy.may_read)
def disposal(disposal: Disposal) -> Any:
    """One list with its lines, and how far its deletion has come."""
    query = ListQuery.read(request.args, sorts=["reference", "until"], filters={"outcome": list(Outcome)})
    page = make_response(
        render_template(
            "retention/disposal.html",
            disposal=disposal,
            page=registers.page_of_items(disposal, query),
            outcomes=list(Outcome),
            likenesses=list_noted_of(("disposal", disposal.id)),
            verbs={row.verb for row in DISPOSAL.open_to(actor(), disposal)},
            is_running=disposal.state is DisposalState.APPROVED,
        )
    )
    if disposal.state is DisposalState.APPROVED:
        page.headers["Refresh"] = "5"
    return page


@blueprint.route("/lists/<int:disposal_id>/approve", methods=["GET", "POST"])
@guarded(registers.get_disposal, DISPOSAL.approve)
def approve(disposal: Disposal) -> Any:
    """Approve what somebody else has proposed."""
    form = forms.ApproveForm()
    form.warn(actor(), [Other(disposal.proposed_by, Part.FIRST)])

    def act() -> None:
        listing.approve_disposal(disposal, by=actor(), at=clock.now(), two_persons=form.why_two)

    if take(form, act, _("The list is approved. Each line is asked again whether it may go, and deleted.")):
        return redirect(url_for(".disposal", disposal_id=disposal.id), 303)
    return ask("retention/approve.html", form, disposal=disposal)


@blueprint.route("/lists/<int:disposal_id>/refuse", methods=["GET", "POST"])
@guarded(registers.get_disposal, DISPOSAL.refuse)
def refuse(disposal: Disposal) -> Any:
    """Refuse a list, or take back one's own."""
    form = forms.ReasonForm()

    def act() -> None:
        listing.refuse_disposal(disposal, form.reason.data, by=actor(), at=clock.now())

    if take(form, act, _("The list is refused. Nothing of it is deleted.")):
        return redirect(url_for(".disposal", disposal_id=disposal.id), 303)
    return ask("retention/refuse.html", form, disposal=disposal)


@blueprint.get("/lists/<int:disposal_id>/file")
@guarded(registers.get_disposal, policy.may_read)
def disposal_file(disposal: Disposal) -> Any:
    """The list as CSV, with what became of each line."""
    answer = Response(stream_with_context(disposal_csv(disposal)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{disposal.number}.csv"'
    return answer
