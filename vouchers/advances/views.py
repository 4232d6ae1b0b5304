"""The pages of advances: what may be paid ahead, asking, deciding, and the list of the staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from vouchers.advances import forms, policy, queries, rules
from vouchers.advances.actions import deciding
from vouchers.advances.lifecycle import ADVANCE
from vouchers.advances.models import Advance
from vouchers.advances.states import AdvanceState
from vouchers.agreements.models import Agreement
from vouchers.agreements.queries import list_region_choices
from vouchers.agreements.states import AgreementState
from vouchers.amendments.queries import find_ending
from vouchers.audit.queries import list_events_of
from vouchers.core import clock
from vouchers.core.asking import ask as ask_page
from vouchers.core.asking import press, take
from vouchers.core.money import Money
from vouchers.core.tables import ListQuery
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.likenesses.queries import list_noted_of
from vouchers.payables.queries import find_payable_of, find_sent_back
from vouchers.payables.states import SourceKind
from vouchers.users.mandate import mandate_of

blueprint = Blueprint("advances", __name__, url_prefix="/advances")


@blueprint.get("/")
@asks(policy.is_reader)
def worklist() -> Any:
    """Advances of one's regions."""
    mandate = mandate_of(actor())
    regions = list_region_choices(mandate)
    query = ListQuery.read(
        request.args,
        sorts=queries.SORTS,
        default="-asked",
        filters={"state": [one.value for one in AdvanceState], "region": [code for code, _name in regions]},
    )
    page = queries.list_advances(query, mandate)
    return render_template("advances/worklist.html", page=page, states=list(AdvanceState), regions=regions)


@blueprint.get("/of/<int:agreement_id>")
@guarded(queries.get_agreement, policy.may_read_agreement)
def of_agreement(agreement: Agreement) -> Any:
    """What may be paid ahead of a voucher, and what was asked for."""
    advances = queries.list_advances_of(agreement.id)
    may_ask = agreement.state == AgreementState.ACTIVE and policy.is_sme_of(actor(), agreement) is None
    room = _room(agreement, advances)
    return render_template(
        "advances/of_agreement.html",
        agreement=agreement,
        advances=advances,
        most=rules.most_ahead(agreement.amount, agreement.application.instrument.plan.claim.advance),
        room=room,
        may_ask=may_ask and bool(room) and not queries.is_one_live(advances),
    )


def _room(agreement: Agreement, advances: list[Advance]) -> Money:
    """What may be asked for now."""
    most = rules.most_ahead(agreement.amount, agreement.application.instrument.plan.claim.advance)
    room = most - queries.total_asked(advances, agreement.currency)
    return max(min(room, queries.left_on_voucher(agreement.application.reference)), Money(0, agreement.currency))


@blueprint.route("/of/<int:agreement_id>/ask", methods=["GET", "POST"])
@guarded(queries.get_agreement, policy.is_sme_of)
def ask(agreement: Agreement) -> Any:
    """Ask that part of the voucher is paid ahead."""
    form = forms.AskAdvanceForm(currency=agreement.currency)

    def act() -> None:
        deciding.ask_advance(agreement, form.amount.data, form.purpose.data, by=actor(), at=clock.now())

    if take(form, act, _("Asked. The office of your region decides it and writes to you.")):
        return redirect(url_for(".of_agreement", agreement_id=agreement.id), 303)
    room = _room(agreement, queries.list_advances_of(agreement.id))
    return ask_page("advances/ask.html", form, agreement=agreement, room=room)


@blueprint.get("/<int:advance_id>")
@guarded(queries.get_advance, policy.may_read)
def show(advance: Advance) -> Any:
    """One advance: what for, who decided, what is paid and settled of it."""
    events = list_events_of([("advance", advance.id)])
    return render_template(
        "advances/show.html",
        advance=advance,
        payable=find_payable_of(SourceKind.ADVANCE, advance.id),
        sent_back=find_sent_back(SourceKind.ADVANCE, advance.id),
        ending=find_ending(advance.agreement_id),
        may_enter=policy.is_asker(actor(), advance) is None,
        may_claim_back=policy.is_officer(actor(), advance) is None,
        events=events,
        likenesses=list_noted_of(("advance", advance.id)),
        names=queries.map_names([advance.decided_by_id, *(event.actor_id for event in events)]),
        labels={row.tag: row.label for row in ADVANCE.transitions.values()},
        ADVANCE=ADVANCE,
    )


@blueprint.route("/<int:advance_id>/approve", methods=["GET", "POST"])
@guarded(queries.get_advance, ADVANCE.approve)
def approve(advance: Advance) -> Any:
    """As another person, let it be paid."""
    form = forms.ApproveAdvanceForm()
    form.warn(actor(), policy.others_of(advance))

    def act() -> None:
        deciding.approve_advance(advance, by=actor(), at=clock.now(), two_persons=form.why_two)

    return _decide(advance, form, "approve", _("Approved. It waits to be paid now."), act)


@blueprint.route("/<int:advance_id>/refuse", methods=["GET", "POST"])
@guarded(queries.get_advance, ADVANCE.refuse)
def refuse(advance: Advance) -> Any:
    """Pay nothing ahead, with a reason."""
    form = forms.ReasonForm()

    def act() -> None:
        deciding.refuse_advance(advance, form.reason.data, by=actor(), at=clock.now())

    return _decide(advance, form, "refuse", _("Refused. We have written to the company."), act)


@blueprint.route("/<int:advance_id>/cancel", methods=["GET", "POST"])
@guarded(queries.get_advance, ADVANCE.cancel)
def cancel(advance: Advance) -> Any:
    """Take an approval back before anything is paid."""
    form = forms.ReasonForm()

    def act() -> None:
        deciding.cancel_advance(advance, form.reason.data, by=actor(), at=clock.now())

    return _decide(advance, form, "cancel", _("Cancelled. We have written to the company."), act)


@blueprint.post("/<int:advance_id>/withdraw")
@guarded(queries.get_advance, ADVANCE.withdraw)
def withdraw(advance: Advance) -> Any:
    """Take it back."""
    press(lambda: deciding.withdraw_advance(advance, by=actor(), at=clock.now()), _("The advance is withdrawn."))
    return redirect(url_for(".show", advance_id=advance.id), 303)


def _decide(advance: Advance, form: Any, verb: str, done: Sentence, act: Callable[[], None]) -> Any:
    if take(form, act, done):
        return redirect(url_for(".show", advance_id=advance.id), 303)
    ending = find_ending(advance.agreement_id)
    return ask_page("advances/decide.html", form, advance=advance, row=ADVANCE.transitions[verb], ending=ending)
