"""Booking by hand what no payment and no recovery explains, and taking that back."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for

from vouchers.banking import forms, policy
from vouchers.banking.actions import booking as actions
from vouchers.banking.lifecycle import ENTRY
from vouchers.banking.models import Entry
from vouchers.banking.queries import booking as queries
from vouchers.banking.queries.statements import get_entry
from vouchers.banking.rules.booking import Booking, Payer, against_of, kinds_of
from vouchers.banking.rules.days import day_in_books
from vouchers.banking.states import BookedAs, Doubt
from vouchers.banking.views.blueprint import blueprint
from vouchers.core import clock
from vouchers.core.asking import ask, take
from vouchers.core.choices import Choice
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.ledger.chart import NAMES
from vouchers.programmes.lifecycle import ENVELOPE


@blueprint.route("/entries/<int:entry_id>/book", methods=["GET", "POST"])
@guarded(get_entry, ENTRY.book)
def book(entry: Entry) -> Any:
    """Say what it is, where it is no payment and pays no recovery."""
    entry_id = entry.id
    payers = {
        payer.scope: payer
        for payer in queries.list_payers(entry.statement.iban)
        if policy.is_officer(actor(), payer) is None
    }
    form = _form(entry, payers)

    def act() -> None:
        booking = Booking(
            form.kind.data,
            form.reason.data,
            form.on.data,
            payers.get(form.payer.data or ""),
            form.line.data if "line" in form else None,
            form.journal.data if "journal" in form else None,
        )
        actions.book_entry(get_entry(entry_id), booking, by=actor(), at=clock.now())

    if take(form, act, _("The entry is booked.")):
        return redirect(url_for(".entry", entry_id=entry_id), 303)
    return ask("banking/book.html", form, entry=get_entry(entry_id))


def _form(entry: Entry, payers: dict[str, Payer]) -> forms.BookEntryForm:
    """What this entry can be, and what this person can book it on; one answer is given where there is only one."""
    likely = BookedAs.CHARGE if entry.doubt == Doubt.CHARGE else None
    form = forms.BookEntryForm(
        data={
            "kind": likely,
            "payer": next(iter(payers)) if len(payers) == 1 else None,
            "on": day_in_books(entry.booked_on, entry.value_on),
        }
    )
    lines = _fund_lines(entry) if entry.is_credit else []
    recorded = [(one.id, f"{one.on:%Y-%m-%d} {one.reference}: {one.narrative}") for one in queries.list_recorded(entry)]
    form.payer.choices = [(scope, scope) for scope in payers]
    form.line.choices, form.journal.choices = lines, recorded
    impossible = {BookedAs.FUNDS: not lines, BookedAs.KNOWN: not recorded}
    form.kind.choices = [
        _choice(kind, entry) for kind in kinds_of(is_credit=entry.is_credit) if not impossible.get(kind)
    ]
    for name, choices in (("line", lines), ("journal", recorded)):
        if not choices:
            del form[name]
    return form


def _choice(kind: BookedAs, entry: Entry) -> Choice:
    if kind in (BookedAs.FUNDS, BookedAs.KNOWN):
        return kind, kind.label
    account = against_of(kind, is_credit=entry.is_credit)
    return kind, kind.label, _("%(account)s %(name)s", account=account.value, name=NAMES[account])


def _fund_lines(entry: Entry) -> list[tuple[int, str]]:
    """Those on which this person may record money."""
    lines = queries.list_fund_lines(entry.statement.iban, entry.currency)
    envelopes = queries.list_envelopes([line.envelope_id for line in lines])
    mine = {one.id for one in envelopes if ENVELOPE.is_open_to(actor(), one, "receive_funds")}
    return [(line.fund_id, line.fund.code) for line in lines if line.envelope_id in mine]


@blueprint.route("/entries/<int:entry_id>/unbook", methods=["GET", "POST"])
@guarded(get_entry, ENTRY.unbook)
def unbook(entry: Entry) -> Any:
    """Say why it was not so."""
    entry_id, form = entry.id, forms.UnbookEntryForm()
    if take(
        form,
        lambda: actions.unbook_entry(get_entry(entry_id), form.reason.data, by=actor(), at=clock.now()),
        _("The booking is taken back. The entry is on the worklist again."),
    ):
        return redirect(url_for(".entry", entry_id=entry_id), 303)
    return ask("banking/unbook.html", form, entry=get_entry(entry_id))
