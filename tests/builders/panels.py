"""Panels with members, by the steps that make them. ``in2()`` must have been loaded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from tests.builders.applications import IN2
from tests.builders.evaluation import a_manager
from tests.builders.experts import an_expert
from tests.builders.kept import kept
from tests.builders.programmes import during_call
from vouchers.experts.models import Expert
from vouchers.panels import queries
from vouchers.panels.actions.sessions import Meeting, open_panel, plan_panel, seat_member
from vouchers.panels.actions.voting import propose_vote
from vouchers.panels.models import Panel, PanelVote
from vouchers.panels.states import VoteKind

AT = during_call()


@kept
def a_panel(region: str = "BE-WAL", *, quorum: int = 2, members: Sequence[Expert] | None = None) -> Panel:
    """Planned, with three members of whom the first leads."""
    manager = a_manager(region)
    of = queries.get_call_region(IN2.call().id, region)
    meeting = Meeting("Panel of spring", AT + timedelta(days=5), "Room 1", quorum)
    panel = plan_panel(of, meeting, by=manager, at=AT)
    for number, expert in enumerate(members or [an_expert(at=AT) for _one in range(3)]):
        seat_member(panel, expert.user.email, is_chair=number == 0, by=manager, at=AT)
    return queries.get_panel(panel.id)


@kept
def a_session(region: str = "BE-WAL", **how: object) -> Panel:
    """In session. Something must be on the agenda."""
    panel = a_panel(region, **how)  # type: ignore[arg-type]
    open_panel(panel, [seat.id for seat in panel.sitting], by=a_manager(region), at=AT)
    return queries.get_panel(panel.id)


@kept
def a_vote(panel: Panel) -> PanelVote:
    """On the first application of the agenda, put by the chair."""
    item = queries.get_item(panel.id, panel.agenda[0])
    chair = panel.sitting[0].user
    return queries.get_vote(propose_vote(item, VoteKind.FUND, "It is needed.", by=chair, at=AT).id)
