"""What the bank says of the names of those who are paid in the demo."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vouchers.core.clock import day_in
from vouchers.payables.actions.checking import record_payee_check
from vouchers.payables.queries import get_payable
from vouchers.payables.states import CheckResult
from vouchers.users.models import User


def ask_the_bank(payable_ids: Sequence[int], *, by: User, at: datetime) -> None:
    """Before a batch is made the bank is asked whether each account belongs to its holder; it says yes."""
    for payable in map(get_payable, payable_ids):
        record_payee_check(
            payable,
            CheckResult.MATCH,
            reference=f"VOP-{payable.number}",
            checked_on=day_in(payable.region.time_zone, at),
            by=by,
            at=at,
        )
