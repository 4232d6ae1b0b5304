"""Importing a pool: upload, look line by line at what will happen, confirm, watch it being written."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.tables import ListQuery, page_of
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.documents.web import sent_name
from vouchers.pools import exports, policy, queries
from vouchers.pools.actions import importing as actions
from vouchers.pools.forms import importing as forms
from vouchers.pools.lifecycle import POOL_IMPORT
from vouchers.pools.models import PoolImport
from vouchers.pools.rules.importing import Effect
from vouchers.pools.rules.table import COLUMNS, MOST_BYTES, MUST
from vouchers.pools.states import PoolImportState, PoolKind
from vouchers.pools.views.blueprint import ask, blueprint, version_of
from vouchers.providers.queries import list_programmes_kept_by

_ADDRESS = "/imports/<any(experts, providers):kind>"


@blueprint.get(f"{_ADDRESS}/template.csv")
@asks(policy.keeps_a_pool)
def template(kind: str) -> Response:
    """The empty table."""
    answer = Response(exports.template_csv(PoolKind(kind)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename={kind}.csv"
    return answer


@blueprint.route(f"{_ADDRESS}/new", methods=["GET", "POST"])
@asks(policy.keeps_a_pool)
def read_file(kind: str) -> Any:
    """Read a file; nothing of it is in the register yet."""
    form, wanted = forms.ReadFileForm(), PoolKind(kind)
    programmes = list_programmes_kept_by(actor())
    form.programme.choices = [(code, code) for code in programmes]
    if len(programmes) == 1 and request.method == "GET":
        form.programme.process_data(programmes[0])
    if form.validate_on_submit():
        try:
            content = form.file.data.stream.read(MOST_BYTES + 1)
            name = sent_name(form.file.data)
            kept = actions.read_pool_import(form.programme.data, wanted, content, name, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            return redirect(url_for(".imported", import_id=kept.id), 303)
    return ask("pools/read_file.html", form, kind=wanted, columns=COLUMNS[wanted], must=MUST[wanted])


@blueprint.get("/imports/<int:import_id>")
@guarded(queries.get_import, policy.may_keep_pool)
def imported(kept: PoolImport) -> Any:
    """What each line would do; afterwards what became of it."""
    query = ListQuery.read(request.args, sorts=["line"], filters={"effect": list(Effect)}, per_page=100)
    plans = []
    if kept.state == PoolImportState.READ:
        plans = queries.plan_import(kept, today=clock.office_day(clock.now()))
    shown = [plan for plan in plans if query.filters.get("effect") in (None, plan.effect)]
    return render_template(
        "pools/imported.html",
        kept=kept,
        page=page_of(shown, query),
        counts={effect: sum(plan.effect == effect for plan in plans) for effect in Effect},
        effects=list(Effect),
        form=forms.ConfirmForm(data={"version": kept.version}),
        POOL_IMPORT=POOL_IMPORT,
    )


@blueprint.post("/imports/<int:import_id>/confirm")
@guarded(queries.get_import, POOL_IMPORT.confirm)
def confirm(kept: PoolImport) -> Any:
    """Write it into the register."""
    form = forms.ConfirmForm()
    try:
        actions.ensure_confirmable(queries.plan_import(kept, today=clock.office_day(clock.now())))
        actions.confirm_pool_import(kept, by=actor(), at=clock.now(), version=version_of(form))
        flash(str(_("The lines are being written. This page shows how far it is.")), "success")
    except RuleBroken as refused:
        flash(str(refused.sentence), "error")
    return redirect(url_for(".imported", import_id=kept.id), 303)


@blueprint.post("/imports/<int:import_id>/discard")
@guarded(queries.get_import, POOL_IMPORT.discard)
def discard(kept: PoolImport) -> Any:
    """Forget the file."""
    actions.discard_pool_import(kept, by=actor(), at=clock.now())
    flash(str(_("The file is discarded. Nothing of it was written.")), "success")
    return redirect(url_for(".read_file", kind=kept.kind.value), 303)
