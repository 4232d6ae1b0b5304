"""What is deleted by itself: the lists that two persons approved, and the bytes that are left of deleted files."""

from __future__ import annotations

from datetime import datetime

from vouchers.documents.actions import remove_bytes
from vouchers.jobs.registry import job
from vouchers.retention.actions.deleting import carry_out_some
from vouchers.retention.queries.registers import list_approved
from vouchers.workflow.transition import OFFICE


@job("retention.carry_out")
def carry_out(*, disposal_id: int, at: datetime) -> None:
    """Carry out a list line by line, and take the bytes of its files out of the store after each slice.

    May be killed, run again, and run many times at once.
    """
    is_left = True
    while is_left:
        is_left = carry_out_some(disposal_id, by=OFFICE, at=at)
        remove_bytes(at=at)


@job("retention.sweep", every=3_600)
def sweep(*, at: datetime) -> None:
    """Take up every list that a worker left behind, and the bytes that it did not come to remove."""
    for disposal_id in list_approved():
        carry_out(disposal_id=disposal_id, at=at)
    remove_bytes(at=at)
