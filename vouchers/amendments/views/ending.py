"""The end of an agreement before its time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for

from vouchers.agreements.models import Agreement
from vouchers.agreements.states import AgreementState
from vouchers.amendments import forms, policy, queries
from vouchers.amendments.actions import terminating
from vouchers.amendments.lifecycle import TERMINATION
from vouchers.amendments.models import Termination
from vouchers.amendments.rules import is_heard
from vouchers.amendments.states import TerminationState
from vouchers.amendments.views.blueprint import blueprint
from vouchers.core import clock
from vouchers.core.asking import ask, take
from vouchers.core.clock import day_in
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.ledger.queries import left_on_voucher

ANSWERED = _("Your answer stands beside the proposal. Whoever decides reads it.")
ASKED = _("Asked. The parties were told, and the office decides it.")
PROPOSED = _("Proposed. The parties were told and can answer; then somebody else decides it.")


@blueprint.route("/of/<int:agreement_id>/terminate", methods=["GET", "POST"])
@guarded(queries.get_agreement, policy.may_propose_end_of)
def propose(agreement: Agreement) -> Any:
    """Propose that an agreement ends."""
    if agreement.state != AgreementState.ACTIVE:
        raise WrongState(_("Only an agreement in force can be terminated."))
    if existing := queries.find_open_termination(agreement.id):
        flash(str(_("The termination of this agreement is proposed already.")), "info")
        return redirect(url_for(".termination", termination_id=existing.id), 303)
    is_of_sme = policy.is_of_sme(actor(), agreement) is None
    form = forms.ProposeTerminationForm.for_person(is_of_sme=is_of_sme)
    if form.validate_on_submit():
        try:
            made = terminating.propose_termination(
                agreement, form.cause_given, form.reason.data, by=actor(), at=clock.now()
            )
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(ASKED if is_of_sme else PROPOSED), "success")
            return redirect(url_for(".termination", termination_id=made.id), 303)
    home = url_for(".of_agreement", agreement_id=agreement.id)
    return ask("amendments/propose_termination.html", form, agreement=agreement, home=home, is_of_sme=is_of_sme)


@blueprint.get("/terminations/<int:termination_id>")
@guarded(queries.get_termination, policy.may_read_termination)
def termination(termination: Termination) -> Any:
    """Cause, reasons, who proposed and who decided."""
    return render_template("amendments/termination.html", **page_of(termination))


def page_of(termination: Termination) -> dict[str, Any]:
    agreement = termination.agreement
    is_open = termination.state == TerminationState.PROPOSED
    today = day_in(agreement.application.region.time_zone, clock.now())
    return {
        "is_heard": not is_open or is_heard(termination.sides, termination.answer_by, today),
        "termination": termination,
        "agreement": agreement,
        "left": left_on_voucher(agreement.application.reference),
        "obstacle": queries.find_obstacle(agreement) if is_open else None,
        "TERMINATION": TERMINATION,
        "zone": agreement.application.region.time_zone,
    }


@blueprint.route("/terminations/<int:termination_id>/answer", methods=["GET", "POST"])
@guarded(queries.get_termination, TERMINATION.answer_as_sme)
def answer_as_sme(termination: Termination) -> Any:
    """The beneficiary is heard."""
    form = forms.AnswerTerminationForm()

    def act() -> None:
        terminating.answer_as_sme(termination, form.answer.data, by=actor(), at=clock.now())

    return _decide(termination, form, "answer_as_sme", ANSWERED, act)


@blueprint.route("/terminations/<int:termination_id>/confirm", methods=["GET", "POST"])
@guarded(queries.get_termination, TERMINATION.confirm)
def confirm(termination: Termination) -> Any:
    """The second person: the agreement ends."""
    form = forms.ConfirmTerminationForm()
    done = _("The agreement is terminated. We have written to all parties.")
    return _decide(
        termination,
        form,
        "confirm",
        done,
        lambda: terminating.confirm_termination(termination, by=actor(), at=clock.now()),
    )


@blueprint.route("/terminations/<int:termination_id>/refuse", methods=["GET", "POST"])
@guarded(queries.get_termination, TERMINATION.refuse)
def refuse_termination(termination: Termination) -> Any:
    """The second person: it stays in force."""
    form = forms.ReasonForm()
    done = _("Refused. We have written to all parties.")
    return _decide(
        termination,
        form,
        "refuse",
        done,
        lambda: terminating.refuse_termination(termination, form.answer.data, by=actor(), at=clock.now()),
    )


@blueprint.route("/terminations/<int:termination_id>/withdraw", methods=["GET", "POST"])
@guarded(queries.get_termination, TERMINATION.withdraw)
def withdraw_termination(termination: Termination) -> Any:
    """The proposer takes it back."""
    form = forms.ReasonForm()
    done = _("Withdrawn. We have written to all parties.")
    return _decide(
        termination,
        form,
        "withdraw",
        done,
        lambda: terminating.withdraw_termination(termination, form.answer.data, by=actor(), at=clock.now()),
    )


def _decide(termination: Termination, form: Any, verb: str, done: Any, act: Callable[[], None]) -> Any:
    home = url_for(".termination", termination_id=termination.id)
    if take(form, act, done):
        return redirect(home, 303)
    return ask("amendments/decide_termination.html", form, verb=verb, home=home, **page_of(termination))
