"""One application in a panel: what the experts said, the votes, stepping back."""

from __future__ import annotations

from typing import Any

from flask import flash, request

from vouchers.core import clock
from vouchers.core.asking import ask, press, take
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.evaluation.queries.assignments import is_blind, list_counting, list_submitted
from vouchers.panels import forms, policy, queries
from vouchers.panels.actions import sessions
from vouchers.panels.actions import voting as actions
from vouchers.panels.lifecycle import PANEL_VOTE
from vouchers.panels.models import PanelVote
from vouchers.panels.queries import Item
from vouchers.panels.states import Choice, PanelState
from vouchers.panels.views.blueprint import blueprint, to_item, to_panel


@blueprint.route("/<int:panel_id>/applications/<int:application_id>", methods=["GET", "POST"])
@guarded(queries.get_item, policy.may_see_item, to_post=policy.may_propose_on)
def item(item: Item) -> Any:
    """What the experts said of it, what was voted, and putting something to the vote."""
    form, panel, application = forms.ProposeForm(), item.panel, item.application
    if take(
        form,
        lambda: actions.propose_vote(
            item, form.kind.data, form.reason.data, form.place.data, by=actor(), at=clock.now()
        ),
    ):
        flash(str(_("It is put to the vote.")), "success")
        return to_item(panel.id, application.id)
    marking, seat = panel.call.plan.marking, panel.seat_of(actor().id)
    votes = queries.list_votes(panel.id, application.id)
    talks = [one for one in queries.list_interviews(panel.id) if one.application_id == application.id]
    has_interviews = marking is not None and marking.panel is not None and marking.panel.has_interviews
    return ask(
        "panels/item.html",
        form,
        panel=panel,
        application=application,
        marking=marking,
        sheets=list_counting(application.id),
        singles=list_submitted(application.id),
        recommendation=queries.recommendations_of(panel)[application.id],
        votes=[(vote, queries.count_valid(vote)) for vote in votes],
        interview=talks[0] if talks else None,
        is_blind=is_blind(application),
        may_vote=panel.state == PanelState.IN_SESSION and seat is not None and seat.is_present,
        may_invite=has_interviews and policy.is_manager(actor(), item) is None,
        seat=seat,
        choices=list(Choice),
        PANEL_VOTE=PANEL_VOTE,
    )


@blueprint.route("/<int:panel_id>/applications/<int:application_id>/step-back", methods=["GET", "POST"])
@guarded(queries.get_item, policy.may_see_item)
def recuse(item: Item) -> Any:
    """A member steps back from one application."""
    form = forms.RecuseMemberForm()
    if take(
        form,
        lambda: sessions.recuse_member(item.panel, item.application.id, form.reason.data, by=actor(), at=clock.now()),
    ):
        flash(str(_("You neither see this application in the panel any more nor vote on it.")), "success")
        return to_panel(item.panel)
    return ask("panels/recuse.html", form, panel=item.panel, application=item.application)


@blueprint.post("/votes/<int:vote_id>/cast")
@guarded(queries.get_vote, PANEL_VOTE.cast)
def cast(vote: PanelVote) -> Any:
    """Vote, or change one's vote."""
    said = request.form.get("choice")
    if said in set(Choice):
        press(lambda: actions.cast_vote(vote, Choice(said), by=actor(), at=clock.now()), _("Your vote is recorded."))
    else:
        flash(str(_("Choose how you vote.")), "error")
    return to_item(vote.panel_id, vote.application_id)


@blueprint.post("/votes/<int:vote_id>/close")
@guarded(queries.get_vote, PANEL_VOTE.carry)
def close(vote: PanelVote) -> Any:
    """Count the votes."""
    press(lambda: actions.close_vote(vote, by=actor(), at=clock.now()), _("The vote is closed."))
    return to_item(vote.panel_id, vote.application_id)


@blueprint.post("/votes/<int:vote_id>/withdraw")
@guarded(queries.get_vote, PANEL_VOTE.withdraw)
def withdraw(vote: PanelVote) -> Any:
    """Withdraw the proposal."""
    press(lambda: actions.withdraw_vote(vote, by=actor(), at=clock.now()), _("The proposal is withdrawn."))
    return to_item(vote.panel_id, vote.application_id)
