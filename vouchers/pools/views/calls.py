"""Calls for experts and for providers: what everybody sees, and what their keepers write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.forms import is_sound
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded, public
from vouchers.organisations.queries import list_of_member
from vouchers.pools import policy, queries
from vouchers.pools.actions import calls as actions
from vouchers.pools.forms import calls as forms
from vouchers.pools.lifecycle import POOL_CALL
from vouchers.pools.models import PoolCall
from vouchers.pools.rules.terms import ensure_later, ensure_times
from vouchers.pools.states import EnrolmentState
from vouchers.pools.views.blueprint import ask, blueprint, version_of
from vouchers.providers.queries import list_programmes_kept_by


@blueprint.get("/")
@public
def calls() -> Any:
    """The calls for experts and for providers, and one's own enrolments."""
    person, at = actor(), clock.now()
    mine = []
    if person.is_authenticated:
        mine = queries.list_own(person.id, [one.id for one in list_of_member(person.id)])
    found = queries.list_public_calls(at)
    return render_template(
        "pools/calls.html",
        calls=found,
        names={one.programme_code: queries.name_of(one.programme_code) for one in found},
        at=at,
        mine=mine,
        may_keep=policy.keeps_a_pool(person) is None,
    )


@blueprint.get("/kept")
@asks(policy.keeps_a_pool)
def kept() -> Any:
    """Every call that this person keeps."""
    query = ListQuery.read(request.args, sorts=["closes", "title"], default="-closes", filters={"waits": ["yes"]})
    page = queries.list_kept_calls(query, list_programmes_kept_by(actor()))
    waiting = queries.count_waiting([call.id for call in page.items])
    return render_template("pools/kept.html", page=page, waiting=waiting, at=clock.now())


@blueprint.route("/new", methods=["GET", "POST"])
@asks(policy.keeps_a_pool)
def draft() -> Any:
    """Write a call."""
    form = forms.DraftPoolCallForm.of()
    programmes = list_programmes_kept_by(actor())
    form.programme.choices = [(code, code) for code in programmes]
    if len(programmes) == 1 and request.method == "GET":
        form.programme.process_data(programmes[0])
    if is_sound(form, *_rules(form)):
        call = actions.draft_pool_call(form.programme.data, form.words, by=actor(), at=clock.now())
        flash(str(_("The call is kept as a draft. Look at it, then publish it.")), "success")
        return redirect(url_for(".show", call_id=call.id), 303)
    return ask("pools/draft.html", form)


def _rules(form: forms.PoolCallForm) -> list[Callable[[], Any]]:
    return [form.read_terms, form.read_opening, form.read_closing, lambda: _ensure_times(form)]


def _ensure_times(form: forms.PoolCallForm) -> None:
    opens_at, closes_at = form.read_opening(), form.read_closing()
    if opens_at and closes_at:
        ensure_times(opens_at, closes_at)


@blueprint.get("/<int:call_id>")
@guarded(queries.get_pool_call, policy.may_see, is_public=True)
def show(call: PoolCall) -> Any:
    """One call: what is asked, by what it is judged, until when."""
    at, person = clock.now(), actor()
    is_keeper = policy.may_keep_pool(person, call) is None
    query = ListQuery.read(
        request.args, sorts=list(queries.ORDERS), default="-score", filters={"state": list(EnrolmentState)}
    )
    return render_template(
        "pools/show.html",
        call=call,
        at=at,
        is_open=call.is_open(at),
        programme=queries.name_of(call.programme_code),
        is_keeper=is_keeper,
        page=queries.list_enrolments(call.id, query) if is_keeper else None,
        states=[state for state in EnrolmentState if state != EnrolmentState.DRAFT],
        POOL_CALL=POOL_CALL,
    )


@blueprint.route("/<int:call_id>/edit", methods=["GET", "POST"])
@guarded(queries.get_pool_call, POOL_CALL.edit)
def edit(call: PoolCall) -> Any:
    """Change a draft."""
    form = forms.PoolCallForm.of(call)
    if is_sound(form, *_rules(form)):
        actions.edit_pool_call(call, form.words, by=actor(), at=clock.now(), version=version_of(form))
        flash(str(_("The call is saved.")), "success")
        return redirect(url_for(".show", call_id=call.id), 303)
    return ask("pools/edit.html", form, call=call)


@blueprint.post("/<int:call_id>/publish")
@guarded(queries.get_pool_call, POOL_CALL.publish)
def publish(call: PoolCall) -> Any:
    """Show the call to everybody."""
    try:
        actions.publish_pool_call(call, by=actor(), at=clock.now())
        flash(str(_("The call is published. Everybody sees it now.")), "success")
    except RuleBroken as refused:
        flash(str(refused.sentence), "error")
    return redirect(url_for(".show", call_id=call.id), 303)


@blueprint.route("/<int:call_id>/extend", methods=["GET", "POST"])
@guarded(queries.get_pool_call, POOL_CALL.extend)
def extend(call: PoolCall) -> Any:
    """Move the deadline back."""
    form = forms.DeadlineForm(data={"closes_time": "17:00"})

    def closing() -> Any:
        day, typed = form.closes_on.data, form.closes_time.data
        return forms.moment_of(day, typed, call.time_zone, "closes_time") if day and typed else None

    def is_later() -> None:
        if found := closing():
            ensure_later(found, call.closes_at, clock.now())

    if is_sound(form, is_later):
        actions.extend_pool_call(call, closing(), form.reason.data, by=actor(), at=clock.now())
        flash(str(_("The deadline is moved.")), "success")
        return redirect(url_for(".show", call_id=call.id), 303)
    return ask("pools/extend.html", form, call=call)


@blueprint.route("/<int:call_id>/close", methods=["GET", "POST"])
@guarded(queries.get_pool_call, POOL_CALL.close)
def close(call: PoolCall) -> Any:
    """Ask first, then take no further enrolments."""
    if request.method == "GET":
        return render_template("pools/close.html", call=call)
    actions.close_pool_call(call, by=actor(), at=clock.now())
    flash(str(_("The call is closed.")), "success")
    return redirect(url_for(".show" if call.published_at else ".kept", call_id=call.id), 303)
