"""The books of one region of the demo: its first months are closed, and one receipt came too late for them."""

from __future__ import annotations

from datetime import datetime, timedelta

from vouchers.core.money import Money
from vouchers.demo.settling import Settled
from vouchers.periods.actions import close_period
from vouchers.periods.queries import get_books
from vouchers.periods.rules import next_period
from vouchers.programmes.actions import record_received_funds
from vouchers.programmes.models import Call
from vouchers.programmes.queries import list_envelopes_of

PATIENCE = timedelta(days=10)
"""A month stays open so long after its end, for what comes late."""
LATE = Money(1_000_00)


def close_first_months(call: Call, settled: Settled, *, at: datetime) -> None:
    """Close month after month of the first region, and book what arrived too late as a correction."""
    programme, region = call.programme.code, min(settled.officers)
    officer, closed_through = settled.officers[region], None
    while period := next_period(get_books(programme, region).standing, (at - PATIENCE).date()):
        first, closed_through = period
        close_period(programme, region, closed_through, first_on=first, by=officer, at=at)
    if closed_through is None:
        return
    envelope = next(one for one in list_envelopes_of([call.id]) if one.region.code == region)
    line = next(part.fund.line for part in envelope.funds if part.fund.kind == "prefinanced")
    record_received_funds(
        envelope, line, LATE, on=closed_through, reference=f"BANK-LATE-{region}", as_correction=True, by=officer, at=at
    )
