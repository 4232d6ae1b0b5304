"""Filling the third programme, call by call."""

from __future__ import annotations

from datetime import datetime

from vouchers.audit.actions import seal_events
from vouchers.core.clock import stopped_at
from vouchers.demo.selection import deciding, papers, paying, pool, stages
from vouchers.demo.selection.office import BEGAN, open_office


def load_selection(*, at: datetime) -> None:
    """A pool of experts and calls at every stage: decided long ago, decided lately, drawn by lot, ranked, in marking,
    and to be assigned.
    """
    with stopped_at(at):
        office = open_office(at)
    with stopped_at(office.ago(BEGAN)):
        pool.fill_pool(office)
    papers.begin_and_forget(office, (stages.HEUVEL, stages.NACHT))
    past = stages.mark_past(office)
    deciding.decide_past(office, past)
    paying.pay_ahead(office, past[0])
    pool.receive_providers(office)
    deciding.decide_lately(office, stages.mark_decided(office))
    stages.draw_lots(office)
    for won in deciding.decide_drawn(office):
        paying.deliver(office, won)
    stages.mark_ranked(office)
    deciding.propose_now(office)
    stages.mark_now(office)
    stages.assign_now(office)
    pool.receive_candidates(office)
    papers.list_forgotten(office)
    seal_events(at=at)
