"""What happens to experts by themselves: terms end, reminders are written, contracts lapse."""

from __future__ import annotations

from datetime import datetime

from vouchers.core.clock import office_day
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.experts import queries
from vouchers.experts.actions.contracts import lapse_expert_contract
from vouchers.experts.actions.register import expire_expert, remind_expert
from vouchers.jobs.registry import job
from vouchers.workflow.transition import OFFICE

DAILY = 24 * 3600


@job("experts.watch", every=DAILY)
def watch_experts(*, at: datetime) -> None:
    """End the terms that have passed and announce what is due; each in a unit of work of its own; may run twice."""
    today = office_day(at)
    for expert in queries.list_due(today):
        has_passed = expert.admitted_until is not None and expert.admitted_until < today
        try:
            (expire_expert if has_passed else remind_expert)(expert, by=OFFICE, at=at)
        except (WrongState, RuleBroken):  # somebody was faster, or it was written before
            continue


@job("experts.lapse_contracts", every=DAILY)
def lapse_contracts(*, at: datetime) -> None:
    """End the contracts whose last day has passed; may run twice."""
    for contract in queries.list_passed_contracts(office_day(at)):
        try:
            lapse_expert_contract(contract, by=OFFICE, at=at)
        except (WrongState, RuleBroken):  # ended meanwhile
            continue
