"""Transfers between envelopes. ``in2()`` must have been loaded."""

from __future__ import annotations

from datetime import datetime

from tests.builders.applications import IN2
from tests.builders.evaluation import a_manager
from tests.builders.kept import known
from tests.builders.programmes import during_call
from vouchers.core.money import EUR
from vouchers.transfers import actions, queries
from vouchers.transfers.models import EnvelopeTransfer
from vouchers.users.models import User


@known
def a_proposed_transfer(
    amount: str = "10000",
    source: str = "BE-WAL",
    target: str = "NL-GE",
    *,
    by: User | None = None,
    at: datetime | None = None,
) -> EnvelopeTransfer:
    """Proposed by the manager of the region that gives; it waits for the other side."""
    at = at or during_call()
    giver = by or a_manager(source, at=at)
    made = actions.propose_transfer(
        IN2.envelope(source), IN2.envelope(target), EUR(amount), "Gelderland has more demand.", by=giver, at=at
    )
    return queries.get_transfer(made.id)
