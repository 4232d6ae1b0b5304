"""What amendments do by themselves."""

from __future__ import annotations

from datetime import datetime

from vouchers.amendments import queries
from vouchers.amendments.actions.entering import enter_if_due, lapse_amendment
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.jobs.registry import job
from vouchers.workflow.transition import OFFICE


@job("amendments.settle", every=300)
def settle_amendments(*, at: datetime) -> None:
    """Put into force what everybody has accepted and whose day has come; end what comes to nothing. May run twice."""
    for amendment_id in queries.list_overtaken(at):
        try:
            amendment = queries.get_amendment(amendment_id)
            lapse_amendment(amendment, queries.say_overtaken(amendment), by=OFFICE, at=at)
        except (WrongState, RuleBroken):  # another run, or a party's last-second acceptance, was faster
            continue
    for amendment_id in queries.list_agreed():
        enter_if_due(amendment_id, at=at)
