"""Panels: planned, seated, in session, minutes."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.asking import ask, press, take
from vouchers.core.autosaving import answer_refused, answer_saved, read_body
from vouchers.core.clock import day_in
from vouchers.core.tables import ListQuery, page_of
from vouchers.core.text import say as _
from vouchers.core.typed import clean_text, whole_number
from vouchers.core.web import actor, asks, guarded
from vouchers.panels import forms, policy, queries
from vouchers.panels.actions import sessions as actions
from vouchers.panels.actions.sessions import Meeting
from vouchers.panels.lifecycle import PANEL
from vouchers.panels.models import Panel
from vouchers.panels.queries import CallRegion
from vouchers.panels.states import PanelState
from vouchers.panels.views.blueprint import blueprint, to_panel
from vouchers.users.mandate import mandate_of


@blueprint.get("/")
@asks(policy.sits_or_keeps)
def panels() -> Any:
    """The panels in which one sits, or of one's regions."""
    query = ListQuery.read(
        request.args, sorts=list(queries.ORDERS), default="-meets", filters={"state": list(PanelState)}
    )
    page = queries.list_panels(query, user_id=actor().id, mandate=mandate_of(actor()))
    return render_template("panels/panels.html", page=page, states=[(one.value, one.label) for one in PanelState])


@blueprint.route("/plan/<int:call_id>/<region_code>", methods=["GET", "POST"])
@guarded(queries.get_call_region, policy.may_keep)
def plan(of: CallRegion) -> Any:
    """Plan a panel for a region of a call."""
    marking = of.call.plan.marking
    least = marking.panel.quorum if marking is not None and marking.panel is not None else 3
    form = forms.PlanPanelForm(data={"name": of.region.name.for_reader(), "quorum": least})
    made: list[Panel] = []

    def act() -> None:
        meets_at = form.meets_at.instant(of.call.time_zone)
        assert meets_at is not None  # the form has asked
        meeting = Meeting(form.name.data, meets_at, form.place.data or "", form.quorum.data)
        made.append(actions.plan_panel(of, meeting, by=actor(), at=clock.now()))

    if take(form, act):
        flash(str(_("The panel is planned. Give its members their seats.")), "success")
        return to_panel(made[0])
    return ask("panels/plan.html", form, of=of)


@blueprint.get("/<int:panel_id>")
@guarded(queries.get_panel, policy.may_read)
def show(panel: Panel) -> Any:
    """One panel: members, agenda, minutes, and what is next."""
    seat, person = panel.seat_of(actor().id), actor()
    queries.look_for_recusals(panel, queries.agenda_of(panel))
    recommended = queries.recommendations_of(panel)
    order = sorted(recommended, key=lambda key: recommended[key].place)
    files = queries.map_applications(order)
    away = seat.recused_ids if seat is not None else set()
    hidden = {key for key in order if key in away or policy.is_not_recused(person, files[key])}
    rows = [(files[key], recommended[key]) for key in order if key not in hidden]
    query = ListQuery.read(request.args, sorts=["place"], per_page=50)
    return render_template(
        "panels/show.html",
        panel=panel,
        page=page_of(rows, query),
        hidden=len(hidden),
        results=queries.map_results(panel),
        interviews=[one for one in queries.list_interviews(panel.id) if one.application_id not in hidden],
        verbs={row.verb for row in PANEL.open_to(person, panel)},
        names={one.user_id: one.user.name for one in panel.seats},
    )


@blueprint.route("/<int:panel_id>/seats", methods=["GET", "POST"])
@guarded(queries.get_panel, PANEL.seat)
def seat(panel: Panel) -> Any:
    """Give a member a seat."""
    form = forms.SeatForm()
    if take(
        form,
        lambda: actions.seat_member(panel, form.email.data, is_chair=form.is_chair.data, by=actor(), at=clock.now()),
    ):
        flash(str(_("The member has a seat and is invited.")), "success")
        return redirect(url_for(".seat", panel_id=panel.id), 303)
    return ask("panels/seat.html", form, panel=panel)


@blueprint.post("/<int:panel_id>/seats/<int:seat_id>/take-back")
@guarded(queries.get_panel, PANEL.unseat)
def unseat(panel: Panel) -> Any:
    """Take a seat back."""
    seat_id = (request.view_args or {})["seat_id"]
    press(lambda: actions.unseat_member(panel, seat_id, by=actor(), at=clock.now()), _("The seat is taken back."))
    return redirect(url_for(".seat", panel_id=panel.id), 303)


@blueprint.route("/<int:panel_id>/open", methods=["GET", "POST"])
@guarded(queries.get_panel, PANEL.open)
def open_panel(panel: Panel) -> Any:
    """Open the session, once it was said whether it is the planned day and how many applications are not ready."""
    form = forms.PresenceForm()
    form.present.choices = [(one.id, one.user.name) for one in panel.sitting]

    def act() -> None:
        actions.open_panel(panel, form.present.data or [], by=actor(), at=clock.now())

    if take(form, act, _("The session is open.")):
        return to_panel(panel)
    zone = panel.call.time_zone
    return ask(
        "panels/open.html",
        form,
        panel=panel,
        is_today=day_in(zone, panel.meets_at) == day_in(zone, clock.now()),
        ready=len(queries.order_now(panel)),
        unready=queries.count_unready(panel),
    )


@blueprint.route("/<int:panel_id>/presence", methods=["GET", "POST"])
@guarded(queries.get_panel, PANEL.attend)
def attend(panel: Panel) -> Any:
    """Note who is present."""
    form = forms.PresenceForm(data={"present": [one.id for one in panel.present]})
    form.present.choices = [(one.id, one.user.name) for one in panel.sitting]
    if take(form, lambda: actions.note_presence(panel, set(form.present.data or []), by=actor(), at=clock.now())):
        flash(str(_("It is noted who is present.")), "success")
        return to_panel(panel)
    return ask("panels/attend.html", form, panel=panel)


@blueprint.route("/<int:panel_id>/minutes", methods=["GET", "POST"])
@guarded(queries.get_panel, PANEL.write)
def minutes(panel: Panel) -> Any:
    """Write the minutes."""
    form = forms.MinutesForm(data={"minutes": panel.minutes, "version": str(panel.version)})
    if take(
        form,
        lambda: actions.write_minutes(
            panel, form.minutes.data, by=actor(), at=clock.now(), version=whole_number(form.version.data)
        ),
    ):
        flash(str(_("The minutes are saved.")), "success")
        return to_panel(panel)
    return ask("panels/minutes.html", form, panel=panel)


@blueprint.post("/<int:panel_id>/minutes/autosave")
@guarded(queries.get_panel, PANEL.write)
def autosave(panel: Panel) -> Any:
    """Keep the minutes while they are being written."""
    at, body = clock.now(), read_body()
    text = body.get("minutes")
    if not isinstance(text, str):
        return answer_refused(_("Nothing was sent."))
    kept, version = clean_text(text[: forms.MOST_MINUTES]), whole_number(body.get("version", ""))
    actions.save_minutes(panel, kept, by=actor(), at=at, version=version)
    return answer_saved(str(panel.version), at, actor().time_zone)


@blueprint.route("/<int:panel_id>/end", methods=["GET", "POST"])
@guarded(queries.get_panel, PANEL.end)
def end(panel: Panel) -> Any:
    """End the session, once it was said who was there and how many applications were not put to the vote."""
    if request.method == "POST":
        done = _("The session is over. The minutes are next.")
        press(lambda: actions.end_session(panel, by=actor(), at=clock.now()), done)
        return to_panel(panel)
    voted = {vote.application_id for vote in queries.list_votes(panel.id)}
    left = [key for key in queries.agenda_of(panel) if key not in voted]
    return render_template("panels/end.html", panel=panel, left=len(left), agenda=len(queries.agenda_of(panel)))


@blueprint.post("/<int:panel_id>/approve")
@guarded(queries.get_panel, PANEL.approve)
def approve(panel: Panel) -> Any:
    """Approve the minutes as they stand on the page."""
    version = whole_number(request.form.get("version"))
    press(
        lambda: actions.approve_minutes(panel, version, by=actor(), at=clock.now()), _("You have approved the minutes.")
    )
    return to_panel(panel)


@blueprint.route("/<int:panel_id>/cancel", methods=["GET", "POST"])
@guarded(queries.get_panel, PANEL.cancel)
def cancel(panel: Panel) -> Any:
    """Cancel the panel."""
    form = forms.CancelPanelForm()
    if take(form, lambda: actions.cancel_panel(panel, form.reason.data, by=actor(), at=clock.now())):
        flash(str(_("The panel is cancelled, and its members were told.")), "success")
        return redirect(url_for(".panels"), 303)
    return ask("panels/cancel.html", form, panel=panel)
