"""Proposals of a session and the recorded votes on them."""

from __future__ import annotations

from datetime import datetime

from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotPermitted, RuleBroken
from vouchers.core.text import say as _
from vouchers.panels import policy, queries
from vouchers.panels.lifecycle import PANEL_VOTE
from vouchers.panels.models import Panel, PanelBallot, PanelVote
from vouchers.panels.queries import Item
from vouchers.panels.rules.voting import Count, ensure_quorum
from vouchers.panels.states import Choice, PanelState, VoteKind, VoteState
from vouchers.users.models import User
from vouchers.workflow.transition import creation, transition


def propose_vote(
    item: Item, kind: VoteKind, reason: str, place: int | None = None, *, by: User, at: datetime
) -> PanelVote:
    """Put something to the vote: its place, another place, support or none; always with a reason.

    Raises:
        RuleBroken: the panel is not in session, another vote on it is open, no reason, or no place on the agenda.
    """
    with unit_of_work():
        panel = _locked(item.panel)
        queries.look_for_recusals(panel, [item.application.id])
        if panel.state != PanelState.IN_SESSION:
            raise RuleBroken(_("The panel is not in session, so nothing can be put to the vote."))
        if not reason.strip():
            raise RuleBroken(_("Say why"), field="reason")
        if kind is VoteKind.MOVE and (place is None or not 1 <= place <= len(panel.agenda)):
            raise RuleBroken(_("Enter a place from 1 to %(most)s.", most=len(panel.agenda)), field="place")
        if any(one.state == VoteState.OPEN for one in queries.list_votes(panel.id, item.application.id)):
            raise RuleBroken(_("Another vote on this application is open. Close it first."))
        vote = PanelVote(
            panel=panel,
            application=item.application,
            application_id=item.application.id,
            kind=kind,
            place=place if kind is VoteKind.MOVE else None,
            reason=reason,
            proposed_at=at,
            proposed_by_id=by.id,
        )
        with creation(vote, PANEL_VOTE.propose, by=by, at=at):
            return vote


def cast_vote(vote: PanelVote, choice: Choice, *, by: User, at: datetime) -> None:
    """One member's word, changed as often as wanted until the vote is closed."""
    with unit_of_work(), transition(vote, PANEL_VOTE.cast, by=by, at=at):
        panel = vote.panel
        queries.look_for_recusals(panel, [vote.application_id])
        if reason := policy.is_voter(by, vote):
            raise NotPermitted(reason)
        own = next((one for one in vote.ballots if one.user_id == by.id), None)
        if own is None:
            own = PanelBallot(user_id=by.id)
            vote.ballots.append(own)
        own.choice, own.cast_at = choice, at


def close_vote(vote: PanelVote, *, by: User, at: datetime) -> Count:
    """Count the votes of those who are present and not recused; enough must have taken part.

    Raises:
        RuleBroken: fewer than the quorum have voted.
    """
    with unit_of_work():
        panel = _locked(vote.panel)
        count = queries.count_valid(queries.get_vote(vote.id))
        with transition(vote, PANEL_VOTE.carry if count.is_carried else PANEL_VOTE.lose, by=by, at=at):
            ensure_quorum(count, panel.quorum)
            vote.closed_at = at
        return count


def withdraw_vote(vote: PanelVote, *, by: User, at: datetime) -> None:
    """Nothing comes of the proposal."""
    with transition(vote, PANEL_VOTE.withdraw, by=by, at=at):
        vote.closed_at = at


def _locked(panel: Panel) -> Panel:
    db.session.refresh(panel, with_for_update={"of": Panel})
    return panel
