"""What a draft changes of its programme: parts that are taken in or left, and new instruments."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.web import actor, guarded
from vouchers.schemes import actions, forms, queries
from vouchers.schemes.lifecycle import SCHEME_DRAFT
from vouchers.schemes.models import SchemeDraft
from vouchers.schemes.rules.places import read_place
from vouchers.schemes.rules.walking import find_spot
from vouchers.schemes.views.blueprint import blueprint, status
from vouchers.schemes.views.offering import offered_in


@blueprint.post("/schemes/drafts/<int:draft_id>/parts")
@guarded(queries.get_draft, SCHEME_DRAFT.edit)
def take_part(draft: SchemeDraft) -> Any:
    """Change a part of the programme together with the call, or leave it as it is after all."""
    part = request.form.get("part", "")
    act = actions.drop_part if request.form.get("verb") == "drop" else actions.take_part
    try:
        act(draft, part, by=actor(), at=clock.now())
    except RuleBroken as refused:
        flash(str(refused.sentence), "error")
    if act is actions.take_part and find_spot(read_place(part)):
        return redirect(url_for(".edit", draft_id=draft.id, place=part), 303)
    return redirect(url_for(".show", draft_id=draft.id), 303)


@blueprint.route("/schemes/drafts/<int:draft_id>/instrument", methods=["GET", "POST"])
@guarded(queries.get_draft, SCHEME_DRAFT.edit)
def add_instrument(draft: SchemeDraft) -> Any:
    """Add an instrument, empty or as a copy; it is loaded with the call."""
    form = forms.AddInstrumentForm()
    form.copy_of.choices = offered_in(actions.read(draft, clock.now()).whole)["instruments"]
    if form.validate_on_submit():
        wanted = {"code": form.code.data, "copy_of": form.copy_of.data or ""}
        try:
            part = actions.add_instrument(draft, by=actor(), at=clock.now(), **wanted)
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            return redirect(url_for(".edit", draft_id=draft.id, place=part), 303)
    return render_template("schemes/instrument.html", form=form, draft=draft), status()
