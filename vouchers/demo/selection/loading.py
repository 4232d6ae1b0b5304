"""Filling the third programme, call by call."""

from __future__ import annotations

from datetime import datetime

from vouchers.audit.actions import seal_events
from vouchers.core.clock import stopped_at
from vouchers.demo.selection import deciding, pool, stages
from vouchers.demo.selection.office import BEGAN, open_office


def load_selection(*, at: datetime) -> None:
    """A pool of experts and calls at every stage: decided long ago, decided lately, drawn by lot, ranked, in marking,
    and to be assigned.
    """
    with stopped_at(at):
        office = open_office(at)
    with stopped_at(office.ago(BEGAN)):
        pool.fill_pool(office)
    deciding.decide_past(office, stages.mark_past(office))
    pool.receive_providers(office)
    deciding.decide_lately(office, stages.mark_decided(office))
    stages.draw_lots(office)
    stages.mark_ranked(office)
    deciding.propose_now(office)
    stages.mark_now(office)
    stages.assign_now(office)
    pool.receive_candidates(office)
    seal_events(at=at)
