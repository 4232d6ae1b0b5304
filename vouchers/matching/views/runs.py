"""The office's side: ask for a proposal, look at it, pin and exclude, confirm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for

from vouchers.applications.queries.files import get_application, get_call
from vouchers.core import clock
from vouchers.core.errors import NotFound, RuleBroken
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.experts.queries import get_expert
from vouchers.experts.rules.languages import LANGUAGES
from vouchers.matching import forms, policy
from vouchers.matching.actions import giving, reckoning, wishing
from vouchers.matching.lifecycle import MATCHING_RUN, WISH
from vouchers.matching.models import MatchingRun, Wish
from vouchers.matching.queries import runs as queries
from vouchers.matching.queries.gathering import gather_inputs
from vouchers.matching.rules.explaining import Lack, say_lack
from vouchers.matching.rules.reasons import say_reasons
from vouchers.matching.states import PairState, RunState
from vouchers.matching.views.blueprint import ask as answer
from vouchers.matching.views.blueprint import blueprint
from vouchers.matching.views.figures import figures_of, spread_of, stage_of
from vouchers.programmes.models import Call
from vouchers.regions.models import Region
from vouchers.regions.queries import find_region, map_names
from vouchers.users.states import Role

ALL = policy.ALL_REGIONS


@dataclass(frozen=True, slots=True)
class Place:
    """A call and a region of it, or all (None)."""

    call: Call
    region: Region | None
    place: str

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.call.programme.code}/{self.place}"


def get_place(call_id: int) -> Place:
    """The call and the ``region`` of the address; without one the first that the reader covers, or all."""
    call = get_call(call_id)
    code = request.args.get("region", "")
    if code == ALL or (not code and policy.may_steer(actor(), Place(call, None, ALL)) is None):
        return Place(call, None, ALL)
    covered = (one for one in call.plan.regions if actor().holds(policy.READS, f"{call.programme.code}/{one}"))
    code = code or next(covered, "")
    region = find_region(code) if code in call.plan.regions else None
    if region is None:
        raise NotFound(_("This call has no such region."))
    return Place(call, region, code)


@blueprint.route("/calls/<int:call_id>", methods=["GET", "POST"])
@guarded(get_place, policy.may_read, to_post=policy.may_steer)
def ask(place: Place) -> Any:
    """Ask for a proposal of who marks what, and find the earlier ones."""
    form = forms.AskRunForm()
    if form.validate_on_submit():
        terms = reckoning.Terms(form.each.data, form.most.data)
        try:
            run = reckoning.ask_run(place.call, place.region, terms, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            return redirect(url_for(".show", run_id=run.id), 303)
    regions = policy.covered_by(actor(), place, policy.READS)
    return answer(
        "matching/ask.html",
        form,
        place=place,
        runs=queries.list_runs(place.call.id, place.place),
        wishes=queries.list_wishes(place.call.id, regions),
        may_ask=policy.may_steer(actor(), place) is None,
        may_ask_all=policy.may_steer(actor(), Place(place.call, None, ALL)) is None,
        WISH=WISH,
    )


@blueprint.get("/runs/<int:run_id>")
@guarded(queries.get_run, policy.may_read)
def show(run: MatchingRun) -> Any:
    """A run as it stands: its progress, its proposal, or why it cannot be done."""
    if run.state in queries.BUSY:
        return _progress(run)
    if run.state == RunState.IMPOSSIBLE:
        names = dict(LANGUAGES)
        lacks = [list(say_lack(Lack(**lack), names)) for lack in run.lacks]
        return render_template("matching/impossible.html", run=run, lacks=lacks, MATCHING_RUN=MATCHING_RUN)
    return _preview(run)


def _progress(run: MatchingRun) -> Any:
    """How far it has come; the browser asks again by itself, also without scripts."""
    page = make_response(
        render_template(
            "matching/progress.html",
            run=run,
            stage=stage_of(run),
            counts=queries.count_pairs(run.id) if run.state == RunState.GIVING else {},
            PairState=PairState,
            MATCHING_RUN=MATCHING_RUN,
        )
    )
    page.headers["Refresh"] = "5"
    return page


def _preview(run: MatchingRun) -> Any:
    regions = policy.covered_by(actor(), run, policy.READS)
    query = ListQuery.read(
        request.args, sorts=["reference", "expert", "worth"], filters={"state": list(PairState)}, per_page=60
    )
    page = queries.list_pairs(run, query, regions=regions)
    names = {one.code: one.name.for_reader() for one in run.call.programme.plan.fields}
    wishes = {(one.application_id, one.expert_id): one for one in queries.list_wishes(run.call_id, regions)}
    regions_by_code = {code: name.for_reader() for code, name in map_names().items()}
    return render_template(
        "matching/show.html",
        run=run,
        page=page,
        reasons={pair.id: list(say_reasons(pair.reason, names)) for pair in page.items},
        known=queries.map_known(run, page.items),
        wishes=wishes,
        counts=queries.count_pairs(run.id, regions=regions),
        parts=queries.list_parts(run),
        figures=figures_of(run.figures) if run.figures else None,
        spread=spread_of(run.figures["spread"], regions_by_code) if "spread" in run.figures else None,
        worst=queries.find_reference(run.figures.get("worst_case")),
        states=[(one.value, one.label) for one in PairState],
        may_steer=policy.may_steer(actor(), run) is None,
        may_wish=policy.may_confirm(actor(), run) is None,
        MATCHING_RUN=MATCHING_RUN,
        PairState=PairState,
    )


@blueprint.route("/runs/<int:run_id>/confirm", methods=["GET", "POST"])
@guarded(queries.get_run, MATCHING_RUN.confirm)
def confirm(run: MatchingRun) -> Any:
    """Assign what is proposed: how many, and what has changed since."""
    form = forms.ConfirmRunForm()
    regions = policy.covered_by(actor(), run, {Role.CLUSTER_MANAGER})
    if form.validate_on_submit():
        try:
            giving.confirm_run(run, clock.now() + timedelta(days=form.days.data), by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            return redirect(url_for(".show", run_id=run.id), 303)
    count = queries.count_pairs(run.id, regions=regions).get(PairState.PROPOSED, 0)
    has_changed = gather_inputs(run).fingerprint != run.fingerprint if run.state == RunState.PROPOSED else False
    return answer(
        "matching/confirm.html",
        form,
        run=run,
        count=count,
        has_changed=has_changed,
        places=queries.count_places(run.id, regions=regions),
        weakest=queries.find_weakest(run.id, regions=regions),
    )


@blueprint.post("/runs/<int:run_id>/cancel")
@guarded(queries.get_run, MATCHING_RUN.cancel)
def cancel(run: MatchingRun) -> Any:
    """Stop the reckoning."""
    reckoning.cancel_run(run, by=actor(), at=clock.now())
    flash(str(_("It is cancelled. Nothing was assigned.")), "success")
    return redirect(url_for(".ask", call_id=run.call_id, region=run.place), 303)


@blueprint.post("/runs/<int:run_id>/discard")
@guarded(queries.get_run, MATCHING_RUN.discard)
def discard(run: MatchingRun) -> Any:
    """Put a proposal aside."""
    reckoning.discard_run(run, by=actor(), at=clock.now())
    flash(str(_("It is discarded. What was assigned before stands.")), "success")
    return redirect(url_for(".ask", call_id=run.call_id, region=run.place), 303)


# Wishes --------------------------------------------------------------------------------------------------------------


@blueprint.post("/runs/<int:run_id>/wish")
@guarded(queries.get_run, policy.may_confirm)
def wish(run: MatchingRun) -> Any:
    """Pin or exclude a pair for the next proposals."""
    ids = [request.form.get(name, "") for name in ("application_id", "expert_id")]
    if not all(one.isascii() and one.isdigit() and len(one) < 19 for one in ids):
        raise NotFound(_("There is no such application."))
    application, expert = get_application(int(ids[0])), get_expert(int(ids[1]))
    if application.call_id != run.call_id:
        raise NotFound(_("There is no such application."))
    is_pin = request.form.get("wish") == "pin"
    values = {"name": expert.user.name, "reference": application.reference}
    try:
        if is_pin:
            wishing.pin_pair(application, expert, by=actor(), at=clock.now())
            told = _("%(name)s is pinned to %(reference)s from the next proposal on.", **values)
        else:
            wishing.exclude_pair(application, expert, by=actor(), at=clock.now())
            told = _("%(name)s is kept from %(reference)s from the next proposal on.", **values)
    except RuleBroken as refused:
        flash(str(refused.sentence), "error")
    else:
        flash(str(told), "success")
    position: dict[str, Any] = {name: request.form[name] for name in ("page", "sort", "q") if request.form.get(name)}
    return redirect(url_for(".show", run_id=run.id, **position), 303)


@blueprint.post("/wishes/<int:wish_id>/drop")
@guarded(queries.get_wish, WISH.drop)
def drop_wish(wish: Wish) -> Any:
    """Want a pin or an exclusion no more."""
    wishing.drop_wish(wish, by=actor(), at=clock.now())
    flash(str(_("The wish is dropped.")), "success")
    application = wish.application
    return redirect(url_for(".ask", call_id=application.call_id, region=application.region.code), 303)
