"""One entry over several debts of the company that paid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import redirect, request, url_for

from vouchers.banking import forms
from vouchers.banking.actions.splitting import split_entry
from vouchers.banking.lifecycle import ENTRY
from vouchers.banking.models import Entry
from vouchers.banking.queries import debtors as queries
from vouchers.banking.queries.debtors import Debtor
from vouchers.banking.queries.known import list_known_recoveries
from vouchers.banking.queries.statements import get_entry
from vouchers.banking.rules.days import day_in_books
from vouchers.banking.rules.incoming import Expected
from vouchers.banking.views.blueprint import blueprint
from vouchers.core import clock
from vouchers.core.asking import ask, take
from vouchers.core.clock import day_in
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.recoveries.actions.booking import interest_owed
from vouchers.recoveries.lifecycle import RECOVERY
from vouchers.users.mandate import mandate_of


@blueprint.route("/entries/<int:entry_id>/split", methods=["GET", "POST"])
@guarded(get_entry, ENTRY.match_by_hand)
def split(entry: Entry) -> Any:
    """Say how much of it pays which recovery."""
    entry_id = entry.id
    debtors = queries.list_debtors(entry, mandate_of(actor())) if entry.is_credit else []
    named = {one.id for one in Expected(list_known_recoveries(entry.statement.iban)).list_named(*_texts(entry))}
    debtor = _chosen(debtors, named)
    found = queries.list_recoveries(debtor.recovery_ids) if debtor else []
    mine = [one for one in found if RECOVERY.is_open_to(actor(), one, "receive")]
    day = day_in_books(entry.booked_on, entry.value_on) or day_in(entry.statement.region.time_zone, clock.now())
    form = forms.SplitEntryForm.for_debts(
        entry, [(one, interest_owed(one, day) + one.open_principal) for one in mine], named
    )

    def act() -> None:
        split_entry(
            get_entry(entry_id),
            form.parts(mine),
            by=actor(),
            at=clock.now(),
            on=form.on.data,
            reason=form.reason.data or "",
        )

    if take(form, act, _("The entry is matched and booked.")):
        return redirect(url_for(".entry", entry_id=entry_id), 303)
    return ask("banking/split.html", form, entry=get_entry(entry_id), debtors=debtors, debtor=debtor)


def _texts(entry: Entry) -> tuple[str, str]:
    return entry.end_to_end_id, entry.remittance


def _chosen(debtors: Sequence[Debtor], named: set[int]) -> Debtor | None:
    """The company that the page was asked for, else the one whose debts the transfer names, else the only one."""
    asked = request.args.get("payer", "")
    for one in debtors:
        if str(one.id) == asked:
            return one
    likely = [one for one in debtors if named & set(one.recovery_ids)]
    return next(iter(likely or debtors), None) if len(likely or debtors) == 1 else None
