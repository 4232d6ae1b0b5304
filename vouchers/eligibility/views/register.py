"""The register of aid: what must still be entered, and by when."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded, reader_day
from vouchers.eligibility import actions, policy, queries
from vouchers.eligibility.forms.aid import CancelAidEntryForm, CorrectAidEntryForm, RegisterAidEntryForm
from vouchers.eligibility.lifecycle import AID_ENTRY
from vouchers.eligibility.models import AidEntry
from vouchers.eligibility.states import EntryState
from vouchers.eligibility.views.blueprint import ask, blueprint
from vouchers.regions.queries import map_names
from vouchers.users.mandate import mandate_of


@blueprint.get("/aid-register")
@asks(policy.is_staff)
def aid_register() -> Any:
    """Grants that must stand in the central register, the most urgent first."""
    regions = map_names()
    query = ListQuery.read(
        request.args,
        sorts=["due", "organisation", "granted", "region"],
        filters={"state": [queries.OVERDUE, queries.LATE, *EntryState], "region": list(regions)},
    )
    today = reader_day()
    page = queries.list_register(query, mandate=mandate_of(actor()), today=today)
    return render_template(
        "eligibility/aid_register.html",
        page=page,
        regions=regions,
        today=today,
        AID_ENTRY=AID_ENTRY,
        states=[
            (queries.OVERDUE, _("Overdue")),
            (queries.LATE, _("Late")),
            *((state.value, state.label) for state in EntryState),
        ],
    )


@blueprint.route("/aid-register/<int:entry_id>", methods=["GET", "POST"])
@guarded(queries.get_entry, AID_ENTRY.register)
def register_aid_entry(entry: AidEntry) -> Any:
    """Note the reference that the central register gave, and the day."""
    form = RegisterAidEntryForm()
    if form.validate_on_submit():
        try:
            actions.register_aid_entry(entry, form.reference.data, form.registered_on.data, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            return _noted(entry)
    other = _holder(entry, form.reference.data)
    return ask("eligibility/register_aid_entry.html", form, entry=entry, other=other, AID_ENTRY=AID_ENTRY)


def _holder(entry: AidEntry, reference: str) -> AidEntry | None:
    """The other entry that has the number, if the reader may see it."""
    found = queries.find_holder(reference, entry) if reference else None
    return found if found and policy.may_see_entry(actor(), found) is None else None


def _noted(entry: AidEntry) -> Any:
    flash(str(_("%(reference)s is noted as registered.", reference=entry.application_reference)), "success")
    return redirect(url_for(".aid_register"), 303)


@blueprint.route("/aid-register/<int:entry_id>/correct", methods=["GET", "POST"])
@guarded(queries.get_entry, AID_ENTRY.correct)
def correct_aid_entry(entry: AidEntry) -> Any:
    """Note the right reference or day in the place of a wrong one."""
    form = CorrectAidEntryForm(data={"reference": entry.reference, "registered_on": entry.registered_on})
    if form.validate_on_submit():
        try:
            noted = form.reference.data, form.registered_on.data, form.reason.data
            actions.correct_aid_entry(entry, *noted, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            return _noted(entry)
    return ask("eligibility/correct_aid_entry.html", form, entry=entry, other=_holder(entry, form.reference.data))


@blueprint.route("/aid-register/<int:entry_id>/cancel", methods=["GET", "POST"])
@guarded(queries.get_entry, AID_ENTRY.cancel)
def cancel_aid_entry(entry: AidEntry) -> Any:
    """Say that there is nothing to register."""
    form = CancelAidEntryForm()
    if form.validate_on_submit():
        actions.cancel_aid_entry(entry, form.reason.data, by=actor(), at=clock.now())
        flash(str(_("The entry is closed, and the amount no longer counts.")), "success")
        return redirect(url_for(".aid_register"), 303)
    return ask("eligibility/cancel_aid_entry.html", form, entry=entry)
