"""What the bank did with one payment, entered by hand where no file of the bank says it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.payables.rules.reason_codes import REASONS
from vouchers.payments import forms, queries
from vouchers.payments.actions import fates
from vouchers.payments.lifecycle import PAYMENT
from vouchers.payments.models import Payment
from vouchers.payments.rules.batches import ensure_sent
from vouchers.payments.states import PaymentState
from vouchers.payments.views.blueprint import blueprint


@blueprint.route("/payments/<int:payment_id>/execute", methods=["GET", "POST"])
@guarded(queries.get_payment, PAYMENT.execute)
def execute_payment(payment: Payment) -> Any:
    """Note that the bank has paid this one."""
    form = forms.ExecutePaymentForm()

    def act() -> None:
        fates.execute_payment(payment, form.executed_on.data, form.bank_reference.data, by=actor(), at=clock.now())

    done = _("The payment is booked, and the payee is written to.")
    return _settle(payment, form, act, PaymentState.EXECUTED, done, verb="execute")


@blueprint.route("/payments/<int:payment_id>/reject", methods=["GET", "POST"])
@guarded(queries.get_payment, PAYMENT.reject)
def reject_payment(payment: Payment) -> Any:
    """Note that the bank refused this one."""
    form = forms.RejectPaymentForm()

    def act() -> None:
        fates.reject_payment(payment, _code(form), note=form.note.data or "", by=actor(), at=clock.now())

    done = _("It is noted that the bank refused the payment. It is to be paid again.")
    return _settle(payment, form, act, PaymentState.REJECTED, done, verb="reject")


@blueprint.route("/payments/<int:payment_id>/give-back", methods=["GET", "POST"])
@guarded(queries.get_payment, PAYMENT.give_back)
def give_back_payment(payment: Payment) -> Any:
    """Note that the money came back."""
    form = forms.GiveBackPaymentForm()

    def act() -> None:
        fates.give_back_payment(
            payment,
            _code(form),
            returned_on=form.returned_on.data,
            bank_reference=form.bank_reference.data,
            note=form.note.data or "",
            by=actor(),
            at=clock.now(),
        )

    done = _("It is booked that the money came back. It is to be paid again.")
    return _settle(payment, form, act, PaymentState.GIVEN_BACK, done, verb="give_back")


def _code(form: Any) -> str:
    return str(form.reason_code.data).strip().upper()


def _ensure_sent(payment: Payment) -> None:
    """No form is opened for what the bank cannot have done yet. Raises `WrongState`."""
    try:
        ensure_sent(payment.batch)
    except RuleBroken as refused:
        raise WrongState(refused.sentence) from refused


def _settle(
    payment: Payment, form: Any, act: Callable[[], None], target: PaymentState, done: Sentence, *, verb: str
) -> Any:
    _ensure_sent(payment)
    batch_id = payment.batch_id
    if form.validate_on_submit():
        try:
            act()
        except RuleBroken as refused:
            form.refuse(refused)
            payment = queries.get_payment(payment.id)
        except WrongState:
            if queries.get_payment(payment.id).state != target:
                raise
            flash(str(_("This was noted already.")), "info")
            return redirect(url_for(".show", batch_id=batch_id), 303)
        else:
            flash(str(done), "success")
            return redirect(url_for(".show", batch_id=batch_id), 303)
    page = render_template("payments/settle.html", form=form, payment=payment, verb=verb, reasons=REASONS)
    return page, 422 if request.method == "POST" else 200
