"""The pages on which a coordinator writes a scheme: drafts, their parts, preview, publishing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.errors import NotFound, RuleBroken, WrongState
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.programmes.actions import source_of
from vouchers.programmes.models import Programme
from vouchers.programmes.rules.announcing import what_is_paid, who_may_apply
from vouchers.programmes.rules.announcing_selection import how_it_is_decided
from vouchers.programmes.rules.phase import phase_of
from vouchers.programmes.rules.rounds import current_round
from vouchers.programmes.rules.time_left import time_left
from vouchers.programmes.rules.writing import write_programme_file
from vouchers.schemes import actions, forms, policy, queries
from vouchers.schemes.lifecycle import SCHEME_DRAFT
from vouchers.schemes.models import SchemeDraft
from vouchers.schemes.rules.places import Place, part_of, read_place, value_at, write_place
from vouchers.schemes.rules.previewing import list_conditions, list_facts
from vouchers.schemes.rules.reading import call_of, names_in
from vouchers.schemes.rules.walking import find_list, find_spot
from vouchers.schemes.views.blueprint import blueprint, status
from vouchers.schemes.views.drawing import Page, PreviewedCall, PreviewedRegion, list_money, page_of
from vouchers.schemes.views.overview import overview_of


@blueprint.get("/schemes")
@asks(policy.may_look)
def drafts() -> Any:
    """The programmes whose drafts one may read, with their calls and drafts; who coordinates one begins there."""
    mine = [one for one in queries.list_programmes() if policy.may_look(actor(), one) is None]
    return render_template(
        "schemes/drafts.html",
        programmes=mine,
        writes_calls=policy.is_coordinator(actor()) is None,
        coordinated={one.id for one in mine if policy.is_coordinator(actor(), one) is None},
        drafts=queries.list_open_drafts([one.id for one in mine]),
        at=clock.now(),
        phase_of=phase_of,
    )


@blueprint.route("/schemes/<programme_code>/start", methods=["GET", "POST"])
@guarded(queries.get_programme, policy.is_coordinator)
def start(programme: Programme) -> Any:
    """Begin a new call, empty or as a copy."""
    form = forms.StartDraftForm()
    form.copy_of.choices = _calls_of(programme)
    if form.validate_on_submit():
        return _started(programme, form, code=form.code.data, copy_of=form.copy_of.data or "")
    return render_template("schemes/start.html", form=form, programme=programme), status()


@blueprint.route("/schemes/<programme_code>/correct", methods=["GET", "POST"])
@guarded(queries.get_programme, policy.is_coordinator)
def correct(programme: Programme) -> Any:
    """Begin the correction of a published call."""
    form = forms.CorrectCallForm()
    form.corrects.choices = _calls_of(programme)
    if form.validate_on_submit():
        return _started(programme, form, code=form.corrects.data, corrects=form.corrects.data)
    return render_template("schemes/correct.html", form=form, programme=programme), status()


@blueprint.get("/schemes/<programme_code>/file")
@guarded(queries.get_programme, policy.is_coordinator)
def export(programme: Programme) -> Any:
    """The programme as it stands, as a programme file."""
    answer = Response(write_programme_file(source_of(programme)), content_type="application/yaml; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{programme.code}.yaml")
    return answer


def _calls_of(programme: Programme) -> list[tuple[str, str]]:
    calls = sorted(programme.calls, key=lambda call: call.opens_at, reverse=True)
    return [(call.code, f"{call.plan.title.for_reader()} ({call.code})") for call in calls]


def _started(programme: Programme, form: Any, **wanted: str) -> Any:
    try:
        draft = actions.start_draft(programme, by=actor(), at=clock.now(), **wanted)
    except RuleBroken as refused:
        form.refuse(refused)
        template = "schemes/correct.html" if "corrects" in wanted else "schemes/start.html"
        return render_template(template, form=form, programme=programme), 422
    flash(str(_("The draft is begun. Nobody outside the programme sees it before you publish it.")), "success")
    return redirect(url_for(".show", draft_id=draft.id), 303)


@blueprint.get("/schemes/drafts/<int:draft_id>")
@guarded(queries.get_draft, policy.may_look)
def show(draft: SchemeDraft) -> Any:
    """Where the draft stands: its parts, and every gap with a link to its place."""
    reading = actions.read(draft, clock.now())
    return render_template(
        "schemes/show.html",
        draft=draft,
        overview=overview_of(draft, reading),
        reading=reading,
        writes_calls=policy.is_coordinator(actor()) is None,
        SCHEME_DRAFT=SCHEME_DRAFT,
    )


@blueprint.route("/schemes/drafts/<int:draft_id>/edit/<path:place>", methods=["GET", "POST"])
@guarded(queries.get_draft, SCHEME_DRAFT.edit)
def edit(draft: SchemeDraft) -> Any:
    """One block of the draft: its settings, its lists and what is wrong with it. Always saved as typed.

    The buttons of its lists and rows save the block too, so that no word is lost: they post
    ``then=add:call/form/sections``, ``then=row:cut_offs`` or ``then=drop:cut_offs:2``.
    """
    place = _place_of(draft)
    page = page_of(
        draft,
        place,
        actions.read(draft, clock.now()),
        reader_zone=actor().time_zone,
        marks_empty="saved" in request.args,
        grows=request.args.get("row", ""),
    )
    if page.form.validate_on_submit():
        return _saved(draft, page, request.form.get("then", ""))
    return render_template("schemes/edit.html", draft=draft, page=page), status()


def _saved(draft: SchemeDraft, page: Page, then: str) -> Any:
    try:
        version = int(page.form.version.data or "0")
        values = page.typed_without(then)
        actions.save_keys(draft, page.place, values, version=version, by=actor(), at=clock.now())
    except (WrongState, ValueError) as refused:
        if not isinstance(refused, WrongState):
            raise NotFound(_("There is no such page.")) from refused
        page.refuse_stale(queries.get_draft(draft.id).version)
        return render_template("schemes/edit.html", draft=draft, page=page), 409
    if then.startswith(("row:", "drop:")):
        return redirect(page.address_of_rows(then), 303)
    if then:
        return _with_items_changed(queries.get_draft(draft.id), page.place, then)
    draft = queries.get_draft(draft.id)
    left = actions.read(draft, clock.now()).count_within(page.place)
    if left or page.asks_more(draft):
        said = (
            _("Saved. What is still to mend here is marked below.") if left else _("Saved. More may be set below now.")
        )
        flash(str(said), "info")
        saved = None if any(page.typed().values()) else "yes"
        address = url_for(".edit", draft_id=draft.id, place=write_place(page.place), saved=saved)
        return redirect(address, 303)
    flash(str(_("Saved.")), "success")
    return redirect(page.address_above, 303)


def _with_items_changed(draft: SchemeDraft, page: Place, then: str) -> Any:
    verb, _colon, where = then.partition(":")
    landing, place = page, read_place(where)
    try:
        if verb == "remove" and find_list(place[:-1]):
            actions.ensure_removable(draft, place, at=clock.now())
            return redirect(url_for(".remove", draft_id=draft.id, place=where), 303)
        landing = _change_items(draft, place, verb, clock.now()) or page
    except RuleBroken as refused:
        flash(str(refused.sentence), "error")
    return redirect(url_for(".edit", draft_id=draft.id, place=write_place(landing)), 303)


def _change_items(draft: SchemeDraft, place: Place, verb: str, at: datetime) -> Place | None:
    """Add an item to a list and answer its place, or move it, or take the programme's regions for the list."""
    if verb == "add" and find_list(place):
        return actions.add_item(draft, place, by=actor(), at=at)
    spot = find_spot(place[:-1])
    if verb in ("offer", "own") and place[-1] == "options" and spot and spot.kind == "question":
        actions.offer_regions(draft, place, verb == "offer", by=actor(), at=at)
    elif verb in ("up", "down") and find_list(place[:-1]):
        actions.move_item(draft, place, -1 if verb == "up" else 1, by=actor(), at=at)
    else:
        raise NotFound(_("There is no such place in the draft."))
    return None


@blueprint.route("/schemes/drafts/<int:draft_id>/remove/<path:place>", methods=["GET", "POST"])
@guarded(queries.get_draft, SCHEME_DRAFT.edit)
def remove(draft: SchemeDraft) -> Any:
    """Ask before an item leaves its list with all that is in it, then take it out."""
    place = _place_of(draft)
    page = page_of(draft, place, actions.read(draft, clock.now()), reader_zone=actor().time_zone)
    if not page.spot.is_item:
        raise NotFound(_("There is no such place in the draft."))
    form = forms.RemoveItemForm(data={"version": str(draft.version)})
    if form.validate_on_submit():
        version = int(form.version.data) if str(form.version.data).isdigit() else 0
        try:
            actions.remove_item(draft, place, version=version, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("%(name)s is removed.", name=page.title)), "success")
            return redirect(page.address_above, 303)
    return render_template("schemes/remove.html", form=form, draft=draft, page=page), status()


@blueprint.get("/schemes/drafts/<int:draft_id>/preview")
@guarded(queries.get_draft, policy.may_look)
def preview(draft: SchemeDraft) -> Any:
    """The call as applicants will see it, with its form; its texts and its form while the rest cannot be read."""
    at = clock.now()
    reading = actions.read(draft, at)
    if reading.sketch is None:
        flash(str(_("There is no preview while something is to mend.")), "error")
        return redirect(url_for(".show", draft_id=draft.id), 303)
    overview, call = overview_of(draft, reading), call_of(reading)
    may_edit = SCHEME_DRAFT.is_open_to(actor(), draft, "edit")
    told: dict[str, Any] = {"list_facts": list_facts, "list_conditions": list_conditions}
    told["known"] = names_in(reading.whole)
    if reading.plan is None or call is None:
        programme, plan = reading.sketch
        shown = {"draft": draft, "plan": plan, "programme": programme, "overview": overview, "may_edit": may_edit}
        return render_template("schemes/preview_part.html", **shown, **told)
    regions = {region.code: region for region in reading.plan.regions}
    return render_template(
        "schemes/preview.html",
        draft=draft,
        call=PreviewedCall(call, draft.programme),
        plan=call,
        programme=reading.plan,
        instruments=[item for item in reading.plan.instruments if item.code in call.instruments],
        regions=[PreviewedRegion(regions[code]) for code in call.regions],
        corrigenda=[],
        phase=phase_of(call, at),
        current_round=current_round(call, at),
        who_may_apply=who_may_apply,
        how_it_is_decided=how_it_is_decided,
        what_is_paid=what_is_paid,
        time_left=time_left(call, at),
        is_preview=True,
        overview=overview,
        may_edit=may_edit,
        **told,
    )


@blueprint.route("/schemes/drafts/<int:draft_id>/publish", methods=["GET", "POST"])
@guarded(queries.get_draft, SCHEME_DRAFT.publish)
def publish(draft: SchemeDraft) -> Any:
    """The last look, and the step that makes it public."""
    form = forms.PublishCorrectionForm() if draft.is_correction else forms.PublishDraftForm()
    if form.validate_on_submit():
        try:
            summary = form.summary.data if draft.is_correction else ""
            actions.publish_draft(draft, summary=summary, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            code = draft.parts["call"]["code"]
            flash(str(_("It is public now. This is the page that everybody sees.")), "success")
            address = url_for("programmes.call", programme_code=draft.programme.code, call_code=code)
            return redirect(address, 303)
    reading = actions.read(draft, clock.now())
    return render_template(
        "schemes/publish.html",
        form=form,
        draft=draft,
        overview=overview_of(draft, reading),
        money=list_money(reading),
        changes=actions.list_changes(draft, reading) if draft.is_correction else [],
    ), status()


@blueprint.route("/schemes/drafts/<int:draft_id>/discard", methods=["GET", "POST"])
@guarded(queries.get_draft, SCHEME_DRAFT.discard)
def discard(draft: SchemeDraft) -> Any:
    """Give the draft up."""
    form = forms.DiscardDraftForm()
    if form.validate_on_submit():
        actions.discard_draft(draft, by=actor(), at=clock.now())
        flash(str(_("The draft was discarded.")), "success")
        return redirect(url_for(".drafts"), 303)
    return render_template("schemes/discard.html", form=form, draft=draft), status()


def _place_of(draft: SchemeDraft) -> Place:
    place = read_place(request.view_args["place"])  # type: ignore[index]
    spot = find_spot(place)
    part, way = part_of(place) if spot else ("", ())
    is_there = part in draft.parts and (not spot or not spot.is_item or value_at(draft.parts[part], way) is not None)
    if spot is None or not is_there:
        raise NotFound(_("There is no such place in the draft."))
    return place
