"""The pages of rates: the list, reading a file, looking at what it would do, loading it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.tables import ListQuery, page_of
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.documents.web import sent_name
from vouchers.rates import actions, forms, policy, queries
from vouchers.rates.lifecycle import RATE_IMPORT
from vouchers.rates.models import RateImport
from vouchers.rates.rules.table import MOST_BYTES
from vouchers.rates.states import Effect, RateImportState

blueprint = Blueprint("rates", __name__, url_prefix="/rates")


@blueprint.get("/")
@asks(policy.is_reader)
def register() -> Any:
    """The rates that hold."""
    months = [(f"{month:%Y-%m}", f"{month:%Y-%m}") for month in queries.list_months()]
    currencies = [(code, code) for code in queries.list_currencies()]
    filters = [("currency", _("Currency"), currencies), ("month", _("Month"), months)]
    query = ListQuery.read(
        request.args,
        sorts=["month", "currency"],
        default="-month",
        filters={name: [value for value, _label in choices] for name, _text, choices in filters},
    )
    return render_template(
        "rates/register.html",
        page=queries.list_rates(query),
        filters=filters,
        imports=queries.list_imports(),
        may_load=policy.keeps_rates(actor()) is None,
    )


@blueprint.route("/imports/new", methods=["GET", "POST"])
@asks(policy.keeps_rates)
def read_file() -> Any:
    """Read a file; nothing of it is a rate yet."""
    form = forms.ReadRatesForm()
    if form.validate_on_submit():
        try:
            content = form.file.data.stream.read(MOST_BYTES + 1)
            name = sent_name(form.file.data)
            kept = actions.read_rate_import(content, name, month=form.month.day, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            return redirect(url_for(".imported", import_id=kept.id), 303)
    return render_template("rates/read_file.html", form=form), 422 if request.method == "POST" else 200


@blueprint.get("/imports/<int:import_id>")
@guarded(queries.get_import, policy.may_read)
def imported(kept: RateImport) -> Any:
    """What each line would do; afterwards what became of the file."""
    return _show(kept)


def _show(kept: RateImport, form: Any = None, status: int = 200) -> Any:
    query = ListQuery.read(request.args, sorts=["line"], filters={"effect": list(Effect)}, per_page=100)
    plans = queries.plan_import(kept) if kept.state == RateImportState.READ else []
    counts = {effect: sum(plan.effect == effect for plan in plans) for effect in Effect}
    shown = [plan for plan in plans if query.filters.get("effect") in (None, plan.effect)]
    page = render_template(
        "rates/imported.html",
        kept=kept,
        page=page_of(shown, query),
        counts=counts,
        effects=[(effect.value, effect.label) for effect in Effect],
        form=form or forms.LoadRatesForm.of(kept.version, has_changes=counts[Effect.CHANGED] > 0, formdata=None),
        may_load=RATE_IMPORT.is_open_to(actor(), kept, "load"),
    )
    return page, status


@blueprint.post("/imports/<int:import_id>/load")
@guarded(queries.get_import, RATE_IMPORT.load)
def load(kept: RateImport) -> Any:
    """Make its lines the rates that hold."""
    if kept.state != RateImportState.READ:
        return redirect(url_for(".imported", import_id=kept.id), 303)
    has_changes = any(plan.effect == Effect.CHANGED for plan in queries.plan_import(kept))
    form = forms.LoadRatesForm.of(kept.version, has_changes=has_changes)
    if form.validate_on_submit():
        try:
            reason = form.reason.data if "reason" in form else ""
            actions.load_rate_import(kept, reason=reason, by=actor(), at=clock.now(), version=_version(form))
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("The rates are loaded.")), "success")
            return redirect(url_for(".imported", import_id=kept.id), 303)
    return _show(queries.get_import(kept.id), form, 422)


def _version(form: Any) -> int | None:
    text = str(form.version.data)
    return int(text) if text.isdecimal() and len(text) < 10 else None


@blueprint.post("/imports/<int:import_id>/discard")
@guarded(queries.get_import, RATE_IMPORT.discard)
def discard(kept: RateImport) -> Any:
    """Forget the file."""
    if kept.state == RateImportState.READ:
        actions.discard_rate_import(kept, by=actor(), at=clock.now())
        flash(str(_("The file is discarded. Nothing of it was loaded.")), "success")
    return redirect(url_for(".register"), 303)
