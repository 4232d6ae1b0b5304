"""Money that comes back, is set off, or is let go."""

from __future__ import annotations

from typing import Any

from flask import request

from vouchers.core import clock
from vouchers.core.clock import day_in
from vouchers.core.errors import NotFound
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.payables.queries import get_payable
from vouchers.recoveries import forms, policy, queries
from vouchers.recoveries.actions import collecting, setting_off, waiving
from vouchers.recoveries.lifecycle import RECOVERY
from vouchers.recoveries.models import Recovery
from vouchers.recoveries.views.blueprint import blueprint, seen_version, step_page


@blueprint.route("/<int:recovery_id>/receive", methods=["GET", "POST"])
@guarded(queries.get_recovery, RECOVERY.receive)
def receive(recovery: Recovery) -> Any:
    """Money came at the bank."""
    today = day_in(recovery.agreement.application.region.time_zone, clock.now())
    form = forms.ReceiveRecoveryForm(
        data={"amount": queries.owed_on(recovery, today), "on": today}, currency=recovery.currency
    )

    def act() -> None:
        collecting.receive_recovery(
            recovery, form.amount.data, form.on.data, form.reference.data, by=actor(), at=clock.now()
        )

    return step_page(recovery, form, "receive", _("Recorded. The company was told."), act)


@blueprint.route("/<int:recovery_id>/set-off", methods=["GET", "POST"])
@guarded(queries.get_recovery, RECOVERY.set_off)
def set_off(recovery: Recovery) -> Any:
    """Keep back what the company is owed."""
    today = day_in(recovery.agreement.application.region.time_zone, clock.now())
    payables = queries.list_to_set_off(recovery)
    form = forms.SetOffRecoveryForm.for_recovery(recovery, payables, queries.owed_on(recovery, today))

    def act() -> None:
        payable = get_payable(form.payable.data)
        setting_off.set_off_recovery(recovery, payable, form.amount.data, by=actor(), at=clock.now())

    return step_page(recovery, form, "set_off", _("Set off. The company was told."), act, payables=payables)


@blueprint.route("/<int:recovery_id>/receipts/<int:receipt_id>/undo", methods=["GET", "POST"])
@guarded(queries.get_recovery, RECOVERY.undo)
def undo(recovery: Recovery) -> Any:
    """What was recorded was wrong."""
    assert request.view_args is not None
    receipt_id = int(request.view_args["receipt_id"])
    receipt = next((one for one in recovery.receipts if one.id == receipt_id and one.may_be_undone), None)
    if receipt is None:
        raise NotFound(_("There is nothing here that can be undone."))
    form = forms.ReasonForm()

    def act() -> None:
        collecting.undo_receipt(recovery, receipt_id, form.answer.data, by=actor(), at=clock.now())

    return step_page(recovery, form, "undo", _("Undone. The company was told."), act, receipt=receipt)


@blueprint.route("/<int:recovery_id>/let-go", methods=["GET", "POST"])
@guarded(queries.get_recovery, RECOVERY.propose_waiver)
def propose_waiver(recovery: Recovery) -> Any:
    """Propose to let it go, or a part of it."""
    today = day_in(recovery.agreement.application.region.time_zone, clock.now())
    interest = queries.owed_on(recovery, today) - recovery.open_principal
    form = forms.ProposeWaiverForm(
        data={"principal": recovery.open_principal, "interest": interest}, currency=recovery.currency
    )

    def act() -> None:
        nothing = Money(0, recovery.currency)
        waiving.propose_waiver(
            recovery,
            form.relief.data,
            form.reason.data,
            principal=form.principal.data or nothing,
            interest=form.interest.data or nothing,
            by=actor(),
            at=clock.now(),
        )

    return step_page(recovery, form, "propose_waiver", _("Proposed. Another officer of the region decides."), act)


@blueprint.route("/<int:recovery_id>/waive", methods=["GET", "POST"])
@guarded(queries.get_recovery, RECOVERY.waive)
def waive(recovery: Recovery) -> Any:
    """The second person: it is not claimed any more."""
    form = forms.OrderRecoveryForm(data={"version": recovery.version})
    form.warn(actor(), policy.others_of(recovery))

    def act() -> None:
        waiving.waive_recovery(
            recovery, by=actor(), at=clock.now(), version=seen_version(form), two_persons=form.why_two
        )

    return step_page(recovery, form, "waive", _("Waived. The company was told."), act)


@blueprint.route("/<int:recovery_id>/keep", methods=["GET", "POST"])
@guarded(queries.get_recovery, RECOVERY.refuse_waiver)
def refuse_waiver(recovery: Recovery) -> Any:
    """It stays owed."""
    form = forms.ReasonForm()

    def act() -> None:
        waiving.refuse_waiver(recovery, form.answer.data, by=actor(), at=clock.now())

    return step_page(recovery, form, "refuse_waiver", _("It stays owed."), act)
