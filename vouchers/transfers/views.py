"""The pages of transfers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.asking import ask, take
from vouchers.core.errors import RuleBroken
from vouchers.core.money import total
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.programmes import policy as programmes_policy
from vouchers.programmes.models import Envelope
from vouchers.programmes.queries import get_envelope
from vouchers.transfers import actions, forms, policy, queries
from vouchers.transfers.lifecycle import ENVELOPE_TRANSFER
from vouchers.transfers.models import EnvelopeTransfer
from vouchers.transfers.states import TransferState
from vouchers.users.mandate import mandate_of

blueprint = Blueprint("transfers", __name__, url_prefix="/budgets")


@blueprint.get("/transfers")
@asks(programmes_policy.may_read_budgets)
def transfers() -> Any:
    """Money that was moved between budgets, or shall be."""
    states = list(TransferState)
    query = ListQuery.read(request.args, sorts=["proposed"], default="-proposed", filters={"state": states})
    scopes = [
        (grant.programme_code, grant.region_code) for grant in actor().grants if grant.role in programmes_policy.READERS
    ]
    return render_template("transfers/transfers.html", page=queries.list_transfers(query, scopes=scopes), states=states)


@blueprint.get("/transfers/<int:transfer_id>")
@guarded(queries.get_transfer, policy.may_read)
def show(transfer: EnvelopeTransfer) -> Any:
    """One transfer: from where to where, how much, who, why."""
    mandate, programme = mandate_of(actor()), transfer.source.call.programme.code
    return render_template(
        "transfers/show.html",
        transfer=transfer,
        moved=queries.list_moved(transfer) if transfer.state == TransferState.APPROVED else [],
        may_read_journal=all(
            mandate.covers(programme, side.region.code) for side in (transfer.source, transfer.target)
        ),
        ENVELOPE_TRANSFER=ENVELOPE_TRANSFER,
    )


@blueprint.route("/<int:envelope_id>/propose-transfer", methods=["GET", "POST"])
@guarded(get_envelope, policy.may_give)
def propose(envelope: Envelope) -> Any:
    """Ask another region, or the other instrument's budget, to take money of this one."""
    targets = queries.list_targets(envelope)
    form = forms.ProposeTransferForm.for_envelope(envelope, targets)
    if form.validate_on_submit():
        try:
            transfer = actions.propose_transfer(
                envelope,
                get_envelope(form.target.data),
                form.amount.data,
                form.reason.data,
                by=actor(),
                at=clock.now(),
            )
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("Proposed. We have written to those who decide it; nothing has moved yet.")), "success")
            return redirect(url_for(".show", transfer_id=transfer.id), 303)
    status = 422 if request.method == "POST" else 200
    left = total(list(queries.map_available(envelope).values()), envelope.currency)
    return render_template("transfers/propose.html", form=form, envelope=envelope, targets=targets, left=left), status


@blueprint.route("/transfers/<int:transfer_id>/approve", methods=["GET", "POST"])
@guarded(queries.get_transfer, ENVELOPE_TRANSFER.approve)
def approve(transfer: EnvelopeTransfer) -> Any:
    """The second person: the money moves."""
    form = forms.ApproveTransferForm()
    return _decide(
        transfer, form, "approve", _("The money has moved."), lambda who: actions.approve_transfer(transfer, **who)
    )


@blueprint.route("/transfers/<int:transfer_id>/refuse", methods=["GET", "POST"])
@guarded(queries.get_transfer, ENVELOPE_TRANSFER.refuse)
def refuse(transfer: EnvelopeTransfer) -> Any:
    """The second person says no."""
    form = forms.RefuseTransferForm()
    return _decide(
        transfer,
        form,
        "refuse",
        _("Refused. We have written to the person who proposed it."),
        lambda who: actions.refuse_transfer(transfer, form.answer.data, **who),
    )


@blueprint.route("/transfers/<int:transfer_id>/withdraw", methods=["GET", "POST"])
@guarded(queries.get_transfer, ENVELOPE_TRANSFER.withdraw)
def withdraw(transfer: EnvelopeTransfer) -> Any:
    """The proposer takes it back."""
    form = forms.WithdrawTransferForm()
    return _decide(
        transfer,
        form,
        "withdraw",
        _("Taken back. We have written to those who would have decided it."),
        lambda who: actions.withdraw_transfer(transfer, form.answer.data or "", **who),
    )


def _decide(transfer: EnvelopeTransfer, form: Any, verb: str, done: Any, act: Callable[[dict[str, Any]], None]) -> Any:
    if transfer.state == ENVELOPE_TRANSFER.transitions[verb].target:
        flash(str(_("This was done before.")), "info")
        return redirect(url_for(".show", transfer_id=transfer.id), 303)
    if take(form, lambda: act({"by": actor(), "at": clock.now()}), done):
        return redirect(url_for(".show", transfer_id=transfer.id), 303)
    return ask(f"transfers/{verb}.html", form, transfer=transfer)
