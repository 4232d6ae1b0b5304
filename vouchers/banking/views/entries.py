"""The worklist of what nobody has matched, and the steps of one entry."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.audit.queries import list_events_of
from vouchers.banking import forms, policy
from vouchers.banking.actions import entries as actions
from vouchers.banking.actions.unmatching import unmatch_entry
from vouchers.banking.lifecycle import ENTRY
from vouchers.banking.models import Entry
from vouchers.banking.queries import known
from vouchers.banking.queries import statements as queries
from vouchers.banking.queries.parts import list_parts
from vouchers.banking.queries.tracing import list_journals_of
from vouchers.banking.rules.days import day_in_books
from vouchers.banking.rules.unmatching import is_confirmed, why_match_stays
from vouchers.banking.states import Doubt, EntryState
from vouchers.banking.views.blueprint import blueprint
from vouchers.core import clock
from vouchers.core.asking import ask, press, take
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.ledger.event_names import say_event
from vouchers.payments.states import PaymentState
from vouchers.recoveries.queries import get_recovery
from vouchers.users.mandate import mandate_of


@blueprint.get("/unmatched")
@asks(policy.is_reader)
def worklist() -> Any:
    """What the bank booked and nobody has matched."""
    mandate = mandate_of(actor())
    regions = queries.list_region_choices(mandate)
    query = ListQuery.read(
        request.args,
        sorts=["booked", "amount", "region"],
        filters={"region": [code for code, _name in regions], "doubt": list(Doubt)},
    )
    doubts = [doubt for doubt in Doubt if doubt not in (Doubt.NONE, Doubt.EXECUTED)]
    return render_template(
        "banking/worklist.html", page=queries.list_open(query, mandate), regions=regions, doubts=doubts
    )


@blueprint.get("/entries/<int:entry_id>")
@guarded(queries.get_entry, policy.may_read_entry)
def entry(entry: Entry) -> Any:
    """One entry: all that the bank says of it, what it did, and what can be done."""
    events = list_events_of([("entry", entry.id)])
    return render_template(
        "banking/entry.html",
        entry=entry,
        parts=list_parts(entry),
        journals=list_journals_of(entry, mandate_of(actor())),
        say_event=say_event,
        events=events,
        names=queries.names_of([event.actor_id for event in events]),
        stays=why_match_stays(entry) if entry.state == EntryState.MATCHED else None,
        ENTRY=ENTRY,
    )


@blueprint.route("/entries/<int:entry_id>/match", methods=["GET", "POST"])
@guarded(queries.get_entry, ENTRY.match_by_hand)
def match_by_hand(entry: Entry) -> Any:
    """Say which payments it is about."""
    entry_id, words = entry.id, request.args.get("q", "")[:70]
    data = {"on": day_in_books(entry.booked_on, entry.value_on), "code": entry.return_code}
    form = forms.MatchEntryForm(data=data, currency=entry.currency)
    if entry.is_credit:
        del form.reason
    else:
        del form.charge, form.charge_reason
    if not entry.is_credit or entry.return_code:
        del form.code
    likely = known.list_to_choose(entry, words)
    posted = [one for one in (form.picked.data or []) if one not in {payment.id for payment in likely}]
    payments = [*known.list_payments(posted), *likely]
    form.picked.choices = [(payment.id, payment.end_to_end_id) for payment in payments]

    def said(name: str) -> Any:
        return form[name].data if name in form else None

    def act() -> None:
        actions.match_entry(
            queries.get_entry(entry_id),
            form.picked.data,
            by=actor(),
            at=clock.now(),
            on=form.on.data,
            code=said("code") or "",
            reason=said("reason") or said("charge_reason") or "",
            charge=said("charge"),
        )

    if take(form, act, _("The entry is matched and booked.")):
        _tell_undue(form.picked.data)
        return redirect(url_for(".worklist"), 303)
    page = {"entry": queries.get_entry(entry_id), "words": words, "picked": set(form.picked.data or [])}
    return ask("banking/match_by_hand.html", form, payments=payments, **page)


def _tell_undue(payment_ids: list[int]) -> None:
    """Of what left the account for nothing: who owes it back, and to whom the second payment went."""
    for payment in known.list_payments(payment_ids):
        if payment.state == PaymentState.UNDUE:
            sentence = _(
                "Nothing was owed any more for payment %(id)s to %(payee)s: its debt is paid, or was cancelled. "
                "The money stands in the books as undue. Ask for it back, and match what comes in with this payment.",
                id=payment.end_to_end_id,
                payee=payment.creditor_name,
            )
            flash(str(sentence), "error")


@blueprint.route("/entries/<int:entry_id>/repays", methods=["GET", "POST"])
@guarded(queries.get_entry, ENTRY.match_by_hand)
def repays(entry: Entry) -> Any:
    """Say which recovery it pays."""
    entry_id = entry.id
    form = forms.RepayEntryForm(data={"on": day_in_books(entry.booked_on, entry.value_on)})
    owed = [one for one in known.list_known_recoveries(entry.statement.iban) if one.currency == entry.currency]
    form.recovery.choices = [(one.id, one.number) for one in owed] if entry.is_credit else []

    def act() -> None:
        recovery = get_recovery(form.recovery.data)
        actions.match_entry_to_recovery(
            queries.get_entry(entry_id),
            recovery,
            by=actor(),
            at=clock.now(),
            on=form.on.data,
            reason=form.reason.data or "",
        )

    if take(form, act, _("The entry is matched and booked.")):
        return redirect(url_for(".worklist"), 303)
    return ask("banking/repays.html", form, entry=queries.get_entry(entry_id), has_any=bool(form.recovery.choices))


@blueprint.route("/entries/<int:entry_id>/set-aside", methods=["GET", "POST"])
@guarded(queries.get_entry, ENTRY.set_aside)
def set_aside(entry: Entry) -> Any:
    """Say what it is, where it concerns no payment."""
    form = forms.SetEntryAsideForm()
    if take(
        form,
        lambda: actions.set_entry_aside(entry, form.reason.data, by=actor(), at=clock.now()),
        _("The entry is set aside."),
    ):
        return redirect(url_for(".worklist"), 303)
    return ask("banking/set_aside.html", form, entry=entry)


@blueprint.post("/entries/<int:entry_id>/take-up")
@guarded(queries.get_entry, ENTRY.take_up)
def take_up(entry: Entry) -> Any:
    """Put it back on the worklist."""
    entry_id = entry.id
    press(lambda: actions.take_entry_up(entry, by=actor(), at=clock.now()), _("The entry is back on the worklist."))
    return redirect(url_for(".entry", entry_id=entry_id), 303)


@blueprint.route("/entries/<int:entry_id>/unmatch", methods=["GET", "POST"])
@guarded(queries.get_entry, ENTRY.unmatch)
def unmatch(entry: Entry) -> Any:
    """Say why the match was not so."""
    entry_id, form = entry.id, forms.UnbookEntryForm()
    if take(
        form,
        lambda: unmatch_entry(queries.get_entry(entry_id), form.reason.data, by=actor(), at=clock.now()),
        _("The match is taken back. The entry is on the worklist again."),
    ):
        return redirect(url_for(".entry", entry_id=entry_id), 303)
    entry = queries.get_entry(entry_id)
    is_undone = not all(is_confirmed(match.payment, entry) for match in entry.matches)
    return ask("banking/unmatch.html", form, entry=entry, is_undone=is_undone)
