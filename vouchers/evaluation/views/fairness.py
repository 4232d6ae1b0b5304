"""Fair marks: raw and corrected side by side, the experts beside one another, and experts who lie far apart."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, stream_with_context, url_for

from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application, get_call
from vouchers.applications.queries.worklist import find_desk
from vouchers.core import clock
from vouchers.core.errors import NotFound, RuleBroken
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded, reader_day
from vouchers.evaluation import forms, policy
from vouchers.evaluation.actions.accepting import accept_divergence
from vouchers.evaluation.actions.correcting import reckon_marks
from vouchers.evaluation.exports.marks import KINDS
from vouchers.evaluation.exports.marks import marks_csv as csv_of
from vouchers.evaluation.lifecycle import DIVERGENCE
from vouchers.evaluation.queries import fairness as queries
from vouchers.evaluation.queries.assignments import SUBMITTED, list_assignments
from vouchers.evaluation.queries.corrections import ranks_by_corrected
from vouchers.evaluation.queries.divergences import find_divergence, list_open
from vouchers.evaluation.queries.fairness import MarkedList, points
from vouchers.evaluation.rules.agreement import meaning_of
from vouchers.evaluation.rules.divergence import read_apart, say_apart
from vouchers.evaluation.rules.plots import box_plot, interval
from vouchers.evaluation.rules.scoring import score_text
from vouchers.evaluation.views.blueprint import ask, blueprint
from vouchers.regions.queries import find_region, map_names
from vouchers.users import policy as users_policy
from vouchers.users.mandate import READERS

SHOWN = 3
"""Decimals on these pages; the CSV has all six."""


def get_list(call_id: int, **_rest_of_address: Any) -> MarkedList:
    """The marks that the address names by its call and ``region`` (none: all regions together). Raises `NotFound`."""
    call = get_call(call_id)
    if call.plan.marking is None:
        raise NotFound(_("Experts do not mark this call."))
    code = request.args.get("region", "") or _usual_region(call)
    region = find_region(code) if code in call.plan.regions else None
    if code and region is None:
        raise NotFound(_("This call has no such region."))
    return MarkedList(call, region, call.plan.marking)


def _usual_region(call: Any) -> str:
    """Whoever sees the whole programme begins with all regions, others with their own."""
    if actor().id is None or actor().holds(READERS, f"{call.programme.code}/-"):
        return ""
    return next((one for one in call.plan.regions if actor().holds(READERS, f"{call.programme.code}/{one}")), "")


def _page_of(listed: MarkedList) -> dict[str, Any]:
    """What both pages of a list show."""
    regions = [
        code for code in listed.call.plan.regions if actor().holds(READERS, f"{listed.call.programme.code}/{code}")
    ]
    return {
        "listed": listed,
        "address": {"region": listed.region.code if listed.region else None},
        "regions": {code: name for code, name in map_names().items() if code in regions},
        "sees_all": actor().holds(READERS, f"{listed.call.programme.code}/-"),
        "counts": queries.count_marks(listed),
        "may_reckon": policy.may_reckon_list(actor(), listed) is None,
        "is_used": ranks_by_corrected(listed.call),
        "most": round(listed.most * 10**6),
        "shown": lambda value: "–" if value is None else score_text(points(value), places=SHOWN),  # type: ignore[arg-type]
    }


@blueprint.get("/calls/<int:call_id>/marks")
@guarded(get_list, policy.may_oversee_region)
def marks(listed: MarkedList) -> Any:
    """Raw and corrected marks of every application, how far the experts agree, and how it is reckoned."""
    query = ListQuery.read(request.args, sorts=queries.MARK_SORTS, default="-corrected", filters={"region": None})
    alphas = listed.correction.agreement if listed.correction else []
    names = {criterion.code: criterion.name for criterion in listed.marking.criteria}
    return render_template(
        "evaluation/marks.html",
        page=queries.list_marks(listed, query),
        alphas=[(names.get(one["on"]), one, meaning_of(one["alpha"])) for one in alphas],
        interval=lambda row: interval(points(row.corrected), points(row.error), points(row.raw), listed.most),  # type: ignore[arg-type]
        **_page_of(listed),
    )


@blueprint.get("/calls/<int:call_id>/marks/experts")
@guarded(get_list, policy.may_oversee_region)
def marking_experts(listed: MarkedList) -> Any:
    """How each expert marks beside the others: effect, uncertainty, distribution."""
    query = ListQuery.read(request.args, sorts=queries.EFFECT_SORTS, filters={"region": None})
    return render_template(
        "evaluation/marking_experts.html",
        page=queries.list_effects(listed, query),
        box=lambda row: box_plot([points(one) for one in row.box], listed.most),  # type: ignore[misc]
        **_page_of(listed),
    )


@blueprint.get("/calls/<int:call_id>/marks/<kind>.csv")
@guarded(get_list, policy.may_oversee_region)
def marks_csv(listed: MarkedList) -> Response:
    """The same as CSV, and the sheets themselves."""
    kind = (request.view_args or {}).get("kind", "")
    if kind not in KINDS:
        raise NotFound(_("There is no such file."))
    answer = Response(stream_with_context(csv_of(listed, kind)), mimetype="text/csv")
    place = f"-{listed.region.code}" if listed.region else ""
    name = f"marks-{listed.call.code}{place}-{kind}-{reader_day().isoformat()}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@blueprint.post("/calls/<int:call_id>/marks/reckon")
@guarded(get_list, policy.may_reckon_list)
def reckon(listed: MarkedList) -> Any:
    """Correct the marks now, without waiting for the office to do it by itself."""
    if reckon_marks(listed.call, by=actor(), at=clock.now()) is None:
        flash(str(_("No expert has submitted marks yet.")), "info")
    else:
        flash(str(_("The marks are corrected as they are now.")), "success")
    region = listed.region.code if listed.region else None
    return redirect(url_for(".marks", call_id=listed.call.id, region=region), 303)


@blueprint.get("/divergences")
@asks(users_policy.is_staff)
def divergences() -> Any:
    """The applications that wait for one more expert because their marks lie far apart."""
    query = ListQuery.read(request.args, sorts=["found"])
    page = list_open(query, find_desk(actor().grants).within)
    return render_template("evaluation/divergences.html", page=page)


@blueprint.route("/applications/<int:application_id>/divergence", methods=["GET", "POST"])
@guarded(get_application, policy.may_oversee_application, to_post=policy.may_assign)
def divergence(application: Application) -> Any:
    """The submitted sheets side by side; where they lie too far apart, a manager may accept it."""
    found = find_divergence(application.id)
    form = forms.AcceptDivergenceForm(data={"version": str(found.version) if found else ""})
    if found is not None and form.validate_on_submit():
        version = int(form.version.data) if str(form.version.data).isdecimal() else None
        try:
            accept_divergence(found, form.reason.data, by=actor(), at=clock.now(), version=version)
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("The difference stands as it is, and the marks count.")), "success")
            return redirect(url_for(".assign", application_id=application.id), 303)
    marking = application.call.plan.marking
    return ask(
        "evaluation/divergence.html",
        form,
        divergence=found,
        application=application,
        marking=marking,
        sheets=[one for one in list_assignments(application.id) if one.state == SUBMITTED],
        apart=[say_apart(one, marking) for one in read_apart(found.apart)] if marking and found else [],
        may_accept=found is not None and DIVERGENCE.is_open_to(actor(), found, "accept"),
    )
