"""How much one person of the demo may release in a day, and what the bank says of the names of those who are paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vouchers.core.clock import day_in
from vouchers.payables.actions.checking import record_payee_check
from vouchers.payables.queries import get_payable
from vouchers.payables.states import CheckResult
from vouchers.programmes.actions import load_programme
from vouchers.programmes.queries import find_source
from vouchers.programmes.rules.plain import as_tree
from vouchers.programmes.rules.programme_file import read_programme_tree
from vouchers.programmes.rules.source import Mapping
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE

OFFICER, MANAGER = 25_000, 100_000


def limit_payments(programme_code: str, *, at: datetime) -> None:
    """The programme's file says how much each role may release; what it says already stays."""
    source = find_source(programme_code)
    if source is None or "payment_limits" in source["programme"]:
        return
    said = {"finance_officer": str(OFFICER), "cluster_manager": str(MANAGER)}
    source = source | {"programme": source["programme"] | {"payment_limits": said}}
    tree = as_tree(source)
    assert isinstance(tree, Mapping)  # a file is one
    load_programme(read_programme_tree(tree), source=source, by=OFFICE, at=at)


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
