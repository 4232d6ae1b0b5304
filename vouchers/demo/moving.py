"""Money of the demo that moves between regions: once agreed, once proposed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from vouchers.core.money import Money
from vouchers.demo.settling import Settled
from vouchers.programmes.models import Envelope
from vouchers.programmes.queries import list_envelopes_of
from vouchers.transfers.actions import approve_transfer, propose_transfer
from vouchers.transfers.queries import get_transfer

AMOUNT = Money(5_000_00)
WHY = "More companies of your region have applied than your budget covers; ours will not be used up."
WHY_AGAIN = "We expect fewer applications until the end of the call, and yours are still coming in."


def move_money(call_id: int, settled: Settled, at: datetime) -> Iterator[datetime]:
    """One region gives to another, which takes it a day later; then a third proposes the same and waits."""
    yield at
    given = _propose(call_id, settled, (0, 1), WHY, at)
    at += timedelta(days=1)
    yield at
    transfer = get_transfer(given)
    approve_transfer(transfer, by=settled.managers[transfer.target.region.code], at=at)
    at += timedelta(days=1)
    yield at
    _propose(call_id, settled, (2, 3), WHY_AGAIN, at)


def _propose(call_id: int, settled: Settled, places: tuple[int, int], reason: str, at: datetime) -> int:
    source, target = (_envelopes(call_id)[place] for place in places)
    manager = settled.managers[source.region.code]
    return propose_transfer(source, target, AMOUNT, reason, by=manager, at=at).id


def _envelopes(call_id: int) -> list[Envelope]:
    return list_envelopes_of([call_id])
