"""The pages of payments."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from vouchers.agreements.queries import list_region_choices
from vouchers.audit.queries import list_events_of
from vouchers.core import clock
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.core.money import total
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.documents.queries import find_document
from vouchers.documents.web import answer_with
from vouchers.payments import actions, forms, policy, queries
from vouchers.payments.lifecycle import BATCH
from vouchers.payments.models import Batch
from vouchers.payments.rules.batches import MOST_IN_BATCH, Payable, ensure_payable_together, say_no_file
from vouchers.payments.rules.execution_day import next_banking_day
from vouchers.payments.states import BatchState
from vouchers.users.mandate import mandate_of

blueprint = Blueprint("payments", __name__, url_prefix="/payments")


@blueprint.get("/")
@asks(policy.is_reader)
def worklist() -> Any:
    """What is to be paid, region by region, and the batches."""
    person, mandate = actor(), mandate_of(actor())
    regions = list_region_choices(mandate)
    query = ListQuery.read(
        request.args,
        sorts=["made", "number", "region", "state", "execute_on", "total"],
        default="-made",
        filters={"region": [code for code, _name in regions], "state": list(BatchState)},
    )
    payables = queries.list_payables(mandate, region=query.filters.get("region"))
    return render_template(
        "payments/worklist.html",
        page=queries.list_batches(query, mandate),
        groups=[Group(rows, person) for rows in _by_payer(payables)],
        regions=regions,
        states=BatchState,
        is_full=len(payables) >= MOST_IN_BATCH,
        today=clock.now().date(),
    )


class Group:
    """The payables of one region in one programme, and whether this person may pay them."""

    def __init__(self, payables: list[Payable], person: Any):
        application = payables[0].claim.agreement.application
        self.payables = payables
        self.region, self.programme = application.region, application.call.programme
        self.may_pay = any(policy.is_payer(person, payable.claim) is None for payable in payables)
        self.ready = [payable for payable in payables if not payable.hold]
        self.total = total([payable.claim.grant for payable in self.ready], self.programme.plan.currency)


def _by_payer(payables: list[Payable]) -> list[list[Payable]]:
    ordered = sorted(payables, key=lambda payable: payable.claim.scope)
    return [list(rows) for _scope, rows in groupby(ordered, key=lambda payable: payable.claim.scope)]


@blueprint.route("/make", methods=["GET", "POST"])
@asks(policy.makes_batches)
def make() -> Any:
    """Confirm the chosen claims, their number and sum; then make the batch."""
    form, person, now = forms.MakeBatchForm(), actor(), clock.now()
    chosen = queries.list_chosen(form.picked.data or [])
    for payable in chosen:
        if reason := policy.is_payer(person, payable.claim):
            raise NotPermitted(reason)
    if not chosen:
        flash(str(_("Choose at least one claim, then make the batch.")), "error")
        return redirect(url_for(".worklist"), 303)
    form.picked.choices = [(payable.claim.id, payable.claim.number) for payable in chosen]
    if form.confirmed.data != "yes":
        return _ask_to_confirm(form, chosen, status=200, is_first=True)
    if form.validate_on_submit():
        try:
            batch = actions.make_batch(form.picked.data, form.execute_on.data, by=person, at=now)
        except RuleBroken as refused:
            form.refuse(refused)
        except WrongState:
            made = queries.find_batch_of(form.picked.data)
            if made is None or made.made_by_id != person.id:
                raise
            flash(str(_("You have made this batch already. Here it is.")), "info")
            return redirect(url_for(".show", batch_id=made.id), 303)
        else:
            flash(str(_("Batch %(number)s is made. Someone else authorises it next.", number=batch.number)), "success")
            return redirect(url_for(".show", batch_id=batch.id), 303)
        chosen = queries.list_chosen(form.picked.data)
    return _ask_to_confirm(form, chosen, status=422 if request.method == "POST" else 200)


def _ask_to_confirm(form: forms.MakeBatchForm, chosen: list[Payable], *, status: int, is_first: bool = False) -> Any:
    if is_first:
        form.execute_on.process_data(next_banking_day(clock.now().date()))
        try:
            ensure_payable_together(chosen)
        except RuleBroken as refused:
            form.refuse(refused)
            status = 422
    application = chosen[0].claim.agreement.application
    return render_template(
        "payments/make.html",
        form=form,
        chosen=chosen,
        total=total(
            [payable.claim.grant for payable in chosen if payable.claim.grant], application.call.programme.plan.currency
        ),
        region=application.region,
        no_file=say_no_file(application.call.programme.plan.currency),
        balance=queries.bank_balance(application.call.programme, application.region.code),
    ), status


@blueprint.get("/<int:batch_id>")
@guarded(queries.get_batch, policy.may_oversee)
def show(batch: Batch) -> Any:
    """One batch: its payments, its file, its history."""
    events = list_events_of([("batch", batch.id)])
    return render_template(
        "payments/show.html",
        batch=batch,
        events=events,
        document=find_document(batch.document_id) if batch.document_id else None,
        names=queries.names_of([event.actor_id for event in events]),
        balance=queries.bank_balance(batch.programme, batch.region.code),
        BATCH=BATCH,
    )


def _ask(template: str, form: Any, batch: Batch) -> Any:
    """A form page: 422 once it was posted and refused."""
    return render_template(template, form=form, batch=batch), 422 if request.method == "POST" else 200


@blueprint.route("/<int:batch_id>/authorise", methods=["GET", "POST"])
@guarded(queries.get_batch, BATCH.authorise)
def authorise(batch: Batch) -> Any:
    """As the second officer, release the payments and get the bank file."""
    form, batch_id = forms.AuthoriseBatchForm(), batch.id
    if form.validate_on_submit():
        try:
            actions.authorise_batch(batch, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
            batch = queries.get_batch(batch_id)
        except WrongState:
            if queries.get_batch(batch_id).authorised_by_id != actor().id:
                raise
            flash(str(_("You have authorised this batch already.")), "info")
            return redirect(url_for(".show", batch_id=batch_id), 303)
        else:
            flash(str(_("The batch is authorised. Download the file and hand it to the bank.")), "success")
            return redirect(url_for(".show", batch_id=batch_id), 303)
    return _ask("payments/authorise.html", form, batch)


@blueprint.get("/<int:batch_id>/file")
@guarded(queries.get_batch, policy.may_oversee)
def file(batch: Batch) -> Any:
    """The bank file as it was authorised."""
    return answer_with(find_document(batch.document_id) if batch.document_id else None)


@blueprint.route("/<int:batch_id>/cancel", methods=["GET", "POST"])
@guarded(queries.get_batch, BATCH.cancel)
def cancel(batch: Batch) -> Any:
    """Take a batch back before it is authorised."""
    form, batch_id = forms.CancelBatchForm(), batch.id
    if form.validate_on_submit():
        try:
            actions.cancel_batch(batch, form.reason.data, by=actor(), at=clock.now())
        except WrongState:
            if queries.get_batch(batch_id).state != BatchState.CANCELLED:
                raise
            flash(str(_("This batch is cancelled already.")), "info")
            return redirect(url_for(".show", batch_id=batch_id), 303)
        flash(str(_("The batch is cancelled. Its claims wait for payment again.")), "success")
        return redirect(url_for(".worklist"), 303)
    return _ask("payments/cancel.html", form, batch)


@blueprint.route("/<int:batch_id>/execute", methods=["GET", "POST"])
@guarded(queries.get_batch, BATCH.execute)
def execute(batch: Batch) -> Any:
    """Note that the bank has paid."""
    form, batch_id = forms.ExecuteBatchForm(), batch.id
    if form.validate_on_submit():
        booked_on, reference = form.executed_on.data, form.bank_reference.data
        try:
            actions.execute_batch(batch, booked_on, reference, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
            batch = queries.get_batch(batch_id)
        except WrongState:
            found = queries.get_batch(batch_id)
            if (found.executed_on, found.bank_reference) != (booked_on, reference):
                raise
            flash(str(_("This batch is marked as executed already.")), "info")
            return redirect(url_for(".show", batch_id=batch_id), 303)
        else:
            flash(str(_("The payments are booked, and the beneficiaries are written to.")), "success")
            return redirect(url_for(".show", batch_id=batch_id), 303)
    return _ask("payments/execute.html", form, batch)
