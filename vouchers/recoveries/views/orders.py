"""The list, and a recovery from its proposal to its order."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.advances.models import Advance
from vouchers.advances.queries import get_advance
from vouchers.agreements.models import Agreement
from vouchers.core import clock
from vouchers.core.asking import ask, take
from vouchers.core.clock import day_in
from vouchers.core.errors import RuleBroken
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded, reader_day
from vouchers.documents.queries import find_document
from vouchers.documents.web import answer_with
from vouchers.ledger.recipes import Share
from vouchers.recoveries import forms, policy, queries
from vouchers.recoveries.actions import ordering
from vouchers.recoveries.lifecycle import RECOVERY
from vouchers.recoveries.models import Recovery
from vouchers.recoveries.rules import orders, plans
from vouchers.recoveries.states import RecoveryState
from vouchers.recoveries.views.blueprint import blueprint, list_dues_of, page_of, seen_version, step_page
from vouchers.users.mandate import mandate_of
from vouchers.users.policy import may_oversee

PROPOSED = _("Proposed. Another officer of the region orders it; nobody outside is told before.")
INSTALMENTS: list[tuple[str, Any]] = [("late", _("Late")), ("proposed", _("Waits for a second person"))]


@blueprint.get("/")
@asks(policy.is_reader)
def worklist() -> Any:
    """The recoveries of one's regions."""
    mandate = mandate_of(actor())
    filters: list[tuple[str, Any, list[tuple[str, Any]]]] = [
        ("state", _("State"), [(state.value, state.label) for state in RecoveryState]),
        ("region", _("Region"), list(queries.list_region_choices(mandate))),
        ("instalments", _("Instalments"), INSTALMENTS),
    ]
    query = ListQuery.read(
        request.args,
        sorts=queries.SORTS,
        default="-proposed",
        filters={name: [value for value, _label in choices] for name, _l, choices in filters},
    )
    today = reader_day()
    page = queries.list_recoveries(query, mandate, today)
    dues = {one.id: plans.sum_up(list_dues_of(one, today)) for one in page.items}
    return render_template("recoveries/worklist.html", page=page, filters=filters, dues=dues)


@blueprint.get("/of/<int:agreement_id>")
@guarded(queries.get_agreement, policy.may_read_of)
def of_agreement(agreement: Agreement) -> Any:
    """What was claimed back of a voucher: all of it for the staff, what was ordered for the company."""
    is_staff = may_oversee(actor(), agreement) is None
    found = [one for one in queries.list_of_agreement(agreement.id) if is_staff or one.ordered_at]
    today = day_in(agreement.application.region.time_zone, clock.now())
    may_propose = policy.is_officer_of(actor(), agreement) is None and queries.total_paid(agreement).cents > 0
    return render_template(
        "recoveries/of_agreement.html",
        agreement=agreement,
        recoveries=found,
        dues={one.id: plans.sum_up(list_dues_of(one, today)) for one in found},
        is_staff=is_staff,
        may_propose=may_propose,
        may_report=policy.may_report_about(actor(), agreement) is None,
    )


@blueprint.route("/of/<int:agreement_id>/propose", methods=["GET", "POST"])
@guarded(queries.get_agreement, policy.is_officer_of)
def propose(agreement: Agreement) -> Any:
    """Claim money of a voucher back."""
    form = forms.ProposeRecoveryForm(currency=agreement.currency)
    if form.validate_on_submit():
        asked = ordering.Asked(
            form.principal.data, form.cause.data, form.decision.data, form.reason.data, form.irregularity.data
        )
        try:
            made = ordering.propose_recovery(agreement, asked, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(PROPOSED), "success")
            return redirect(url_for(".show", recovery_id=made.id), 303)
    left: list[Share] = queries.list_recoverable(agreement)
    return ask(
        "recoveries/propose.html",
        form,
        agreement=agreement,
        paid=queries.total_paid(agreement),
        left=orders.total_of(left, agreement.currency),
    )


@blueprint.route("/of-advance/<int:advance_id>/propose", methods=["GET", "POST"])
@guarded(get_advance, policy.is_officer_of_advance)
def propose_of_advance(advance: Advance) -> Any:
    """Claim back what no claim settles of an advance."""
    form, made = forms.ClaimAdvanceBackForm(), []

    def act() -> None:
        made.append(ordering.propose_recovery_of_advance(advance, form.reason.data, by=actor(), at=clock.now()))

    if take(form, act):
        flash(str(PROPOSED), "success")
        return redirect(url_for(".show", recovery_id=made[0].id), 303)
    return ask(
        "recoveries/propose_of_advance.html",
        form,
        advance=advance,
        recovery=queries.find_live_of_advance(advance.id),
    )


@blueprint.get("/<int:recovery_id>")
@guarded(queries.get_recovery, policy.may_read)
def show(recovery: Recovery) -> Any:
    """What is owed, why, what came back, what comes next."""
    page = page_of(recovery)
    held = plans.list_held(recovery.ordered_at, recovery.plans, queries.list_all_instalments(recovery.id))
    return render_template(
        "recoveries/show.html",
        dues=list_dues_of(recovery, page["today"]),
        held=held if recovery.plans else [],
        on_statements=queries.map_on_statements(recovery),
        **page,
    )


@blueprint.get("/<int:recovery_id>/order.pdf")
@guarded(queries.get_recovery, policy.may_read)
def pdf(recovery: Recovery) -> Any:
    """The order as a file."""
    return answer_with(find_document(recovery.document_id) if recovery.document_id else None)


@blueprint.route("/<int:recovery_id>/order", methods=["GET", "POST"])
@guarded(queries.get_recovery, RECOVERY.order)
def order(recovery: Recovery) -> Any:
    """The second person: it is owed from now on."""
    form = forms.OrderRecoveryForm(data={"version": recovery.version})
    form.warn(actor(), policy.others_of(recovery))

    def act() -> None:
        ordering.order_recovery(
            recovery, by=actor(), at=clock.now(), version=seen_version(form), two_persons=form.why_two
        )

    return step_page(recovery, form, "order", _("Ordered. The company was told."), act)


@blueprint.route("/<int:recovery_id>/cancel", methods=["GET", "POST"])
@guarded(queries.get_recovery, RECOVERY.cancel)
def cancel(recovery: Recovery) -> Any:
    """It was never owed."""
    form = forms.CancelRecoveryForm()
    form.warn(actor(), policy.others_of(recovery) if recovery.state == RecoveryState.WAIVER_PROPOSED else [])

    def act() -> None:
        ordering.cancel_recovery(recovery, form.answer.data, by=actor(), at=clock.now(), two_persons=form.why_two)

    return step_page(recovery, form, "cancel", _("Cancelled."), act)
