"""What the office does by itself: queues, reserve lists, and the letters of sessions that two persons decided."""

from __future__ import annotations

from datetime import datetime

from vouchers.decisions.actions import telling
from vouchers.decisions.actions.queueing import walk_queue as take_steps
from vouchers.decisions.queries import queues
from vouchers.jobs.registry import job
from vouchers.workflow.transition import OFFICE


@job("decisions.walk_queue")
def walk_queue(
    *, call_id: int, region_id: int, at: datetime, application_id: int | None = None, is_freed: bool = False
) -> None:
    """Walk the queues or reserve lists of a region in a call to their end, some steps in each unit of work; may run
    many times at once.

    Args:
        is_freed: somebody has left a reserve list.
        application_id: the submission for which the walk was promised; where another walk has taken it up, all is done.
    """
    if application_id is not None and queues.is_taken_up(application_id):
        return
    while take_steps(call_id, region_id, is_freed=is_freed, by=OFFICE, at=at):
        pass


@job("decisions.walk_queues", every=300)
def walk_queues(*, at: datetime) -> None:
    """Walk every queue in which somebody waits: money may have come back in a way that promised no walk."""
    for call_id, region_id in queues.list_waiting_regions():
        walk_queue(call_id=call_id, region_id=region_id, at=at)


@job("decisions.tell_session")
def tell_session(*, session_id: int, at: datetime) -> None:
    """Write the letters of a confirmed session, each once; may run many times at once."""
    telling.tell_session(session_id, by=OFFICE, at=at)
