"""The pages of payments: what is to be paid, and the batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.agreements.queries import list_region_choices
from vouchers.audit.queries import list_events_of
from vouchers.core import clock
from vouchers.core.clock import day_in
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.core.money import total
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded, reader_day
from vouchers.documents.queries import find_document
from vouchers.documents.web import answer_with
from vouchers.likenesses.lifecycle import LIKENESS
from vouchers.likenesses.queries import list_noted_of
from vouchers.likenesses.states import LikenessState
from vouchers.payables.policy import others_of
from vouchers.payables.queries import list_budgets, list_chosen, list_fund_lines, list_proposed, with_accounts
from vouchers.payables.queries.above import list_bank_lines
from vouchers.payables.rules.readiness import Standing
from vouchers.payables.rules.reason_codes import say_reason
from vouchers.payables.states import PayeeKind
from vouchers.payables.views import say_hints
from vouchers.payments import forms, policy, queries
from vouchers.payments.actions import batches as actions
from vouchers.payments.actions.releasing import find_left_today, list_limits_against, map_releasers
from vouchers.payments.lifecycle import BATCH
from vouchers.payments.models import Batch
from vouchers.payments.rules.batches import (
    MOST_IN_BATCH,
    ensure_payable_together,
    say_accounts,
    say_no_file,
    say_waiting,
)
from vouchers.payments.rules.execution_day import next_banking_day
from vouchers.payments.rules.releasing import has_limits
from vouchers.payments.states import BatchState, FileVersion, PaymentState
from vouchers.payments.views.blueprint import blueprint
from vouchers.payments.views.facts import (
    Group,
    by_payer,
    failed,
    obstacle_of,
    officers_of,
    other_holders_of,
    stops_of,
)
from vouchers.users.mandate import mandate_of


@blueprint.get("/")
@asks(policy.is_reader)
def worklist() -> Any:
    """What is to be paid, region by region, and the batches."""
    person, mandate = actor(), mandate_of(actor())
    regions, budgets, lines = list_region_choices(mandate), list_budgets(mandate), list_fund_lines(mandate)
    query = ListQuery.read(
        request.args,
        sorts=["made", "number", "region", "state", "execute_on", "total"],
        default="-made",
        filters={
            "region": [code for code, _name in regions],
            "budget": budgets,
            "line": lines,
            "payee": list(PayeeKind),
            "state": list(BatchState),
        },
    )
    proposed = list_proposed(query, mandate, most=MOST_IN_BATCH)
    page = queries.list_batches(query, mandate)
    made = [batch for batch, _count in page.items if batch.state == BatchState.MADE]
    limited = [batch.id for batch in made if has_limits(batch.programme.plan.payment_limits)]
    applications = queries.map_applications([one.payable.voucher for one in proposed])
    return render_template(
        "payments/worklist.html",
        page=page,
        releasers=map_releasers(queries.list_waiting(limited) if limited else [], at=clock.now()),
        groups=[Group(rows, person, applications) for rows in by_payer(proposed)],
        regions=regions,
        budgets=budgets,
        lines=lines,
        payees=PayeeKind,
        say_reason=say_reason,
        states=BatchState,
        is_full=len(proposed) >= MOST_IN_BATCH,
        today=reader_day(),
    )


@blueprint.route("/make", methods=["GET", "POST"])
@asks(policy.makes_batches)
def make() -> Any:
    """Confirm what was chosen, its number and sum; then make the batch."""
    form, person, now = forms.MakeBatchForm(), actor(), clock.now()
    chosen = list_chosen(form.picked.data or [])
    _ensure_payer(chosen, person)
    if not chosen:
        flash(str(_("Choose at least one payment, then make the batch.")), "error")
        return redirect(url_for(".worklist"), 303)
    form.warn(person, [other for one in chosen for other in others_of(one.payable)])
    form.picked.choices = [(one.payable.id, one.payable.number) for one in chosen]
    if say_no_file(chosen[0].payable.currency):
        del form.file_version
    if form.confirmed.data != "yes":
        return _ask_to_confirm(form, chosen, status=200, is_first=True)
    if form.validate_on_submit():
        version = FileVersion(("file_version" in form and form.file_version.data) or FileVersion.V09)
        try:
            batch = actions.make_batch(
                *(form.picked.data, form.execute_on.data),
                file_version=version,
                seen=form.seen.data or None,
                waiting=form.waiting.data or "",
                two_persons=form.why_two,
                by=person,
                at=now,
            )
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
        chosen = list_chosen(form.picked.data)
    return _ask_to_confirm(form, chosen, status=422 if request.method == "POST" else 200)


def _ensure_payer(chosen: Sequence[Standing], person: Any) -> None:
    applications = queries.map_applications([one.payable.voucher for one in chosen])
    for one in chosen:
        if reason := policy.is_payer(person, one.payable, applications.get(one.payable.voucher)):
            raise NotPermitted(reason)


def _ask_to_confirm(form: forms.MakeBatchForm, chosen: list[Standing], *, status: int, is_first: bool = False) -> Any:
    first = chosen[0].payable
    if is_first:
        form.execute_on.process_data(next_banking_day(day_in(first.region.time_zone, clock.now())))
        if "file_version" in form:
            form.file_version.process_data(FileVersion.V09.value)
        try:
            ensure_payable_together(chosen)
        except RuleBroken as refused:
            form.refuse(refused)
            status = 422
    return render_template(
        "payments/make.html",
        form=form,
        chosen=chosen,
        hints=say_hints(chosen),
        seen=say_accounts(chosen),
        waiting=say_waiting(chosen),
        total=total(
            [one.payable.open_amount for one in chosen if one.payable.currency == first.currency], first.currency
        ),
        region=first.region,
        no_file=say_no_file(first.currency),
        balance=queries.bank_balance(first.programme, first.region.code),
    ), status


@blueprint.get("/<int:batch_id>")
@guarded(queries.get_batch, policy.may_oversee)
def show(batch: Batch) -> Any:
    """One batch: its payments, its file, its history."""
    likenesses, is_open = list_noted_of(("batch", batch.id)), batch.state == BatchState.AUTHORISED
    events = list_events_of([("batch", batch.id), *(("likeness", one.id) for one in likenesses)])
    return render_template(
        "payments/show.html",
        batch=batch,
        events=events,
        stops=stops_of(batch),
        other_holders=other_holders_of(batch),
        at_bank=list_bank_lines(batch_id=batch.id),
        likenesses=likenesses,
        stopped=ONE_PERSON if is_open and any(one.state == LikenessState.FOUND_SAME for one in likenesses) else None,
        document=find_document(batch.document_id) if batch.document_id else None,
        names=queries.names_of([event.actor_id for event in events]),
        balance=queries.bank_balance(batch.programme, batch.region.code),
        BATCH=BATCH,
        officers=officers_of(batch) if batch.state == BatchState.MADE else None,
        obstacle=obstacle_of(batch) if batch.state == BatchState.MADE else None,
        labels={row.tag: row.label for one in (BATCH, LIKENESS) for row in one.transitions.values()},
        reasons={one.reason_code: say_reason(one.reason_code) for one in batch.payments if one.reason_code},
        failed=[failed(batch, state) for state in (PaymentState.GIVEN_BACK, PaymentState.REJECTED)],
        may_settle=batch.state != BatchState.MADE and policy.settles_batch(actor(), batch) is None,
    )


def _ask(template: str, form: Any, batch: Batch, **context: Any) -> Any:
    """A form page: 422 once it was posted and refused."""
    return render_template(template, form=form, batch=batch, **context), 422 if request.method == "POST" else 200


@blueprint.route("/<int:batch_id>/authorise", methods=["GET", "POST"])
@guarded(queries.get_batch, BATCH.authorise)
def authorise(batch: Batch) -> Any:
    """As the second officer, release the payments and get the bank file."""
    form, batch_id = forms.AuthoriseBatchForm(), batch.id
    form.warn(actor(), policy.others_of(batch))
    if form.validate_on_submit():
        try:
            actions.authorise_batch(
                batch, by=actor(), at=clock.now(), waiting=form.waiting.data or "", two_persons=form.why_two
            )
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
    standings = {one.payable.id: one for one in with_accounts([payment.payable for payment in batch.payments])}
    form.waiting.process_data(say_waiting(list(standings.values())))
    doubts = [(one, one.obstacle_of_release or one.warning) for one in standings.values()]
    return _ask(
        "payments/authorise.html",
        form,
        batch,
        left_today=find_left_today(batch, actor(), at=clock.now()),
        against=list_limits_against(batch, actor(), at=clock.now()),
        doubts=[(one, doubt) for one, doubt in doubts if doubt],
        entered=[one for one in standings.values() if one.waiting],
        standings=standings,
        hints=say_hints(list(standings.values())),
    )


ONE_PERSON = _(
    "Its two persons were found to be one, so the bank file is not handed out. If the bank has it, ask the bank to "
    "stop it, and record each payment as refused: then it is owed again, for two other persons to pay."
)


@blueprint.get("/<int:batch_id>/file")
@guarded(queries.get_batch, policy.may_oversee)
def file(batch: Batch) -> Any:
    """The bank file as it was authorised, by two persons."""
    likenesses = list_noted_of(("batch", batch.id))
    if batch.state == BatchState.AUTHORISED and any(one.state == LikenessState.FOUND_SAME for one in likenesses):
        raise WrongState(ONE_PERSON)
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
        flash(str(_("The batch is cancelled. What it was to pay waits for payment again.")), "success")
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
            flash(str(_("The payments are booked, and the payees are written to.")), "success")
            return redirect(url_for(".show", batch_id=batch_id), 303)
    return _ask("payments/execute.html", form, batch)
