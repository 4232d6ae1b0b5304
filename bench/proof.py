"""What must be true after a rush, whatever came between: the receipts as the database keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple


class Receipt(NamedTuple):
    """One submission of the rush, with its event in the record."""

    number: str
    application_id: int
    submitted_at: datetime
    event_id: int
    event_at: datetime

    @property
    def place(self) -> int:
        """The running number."""
        return int(self.number.rpartition("-")[2])


def faults_of(receipts: Sequence[Receipt], *, first: int, accepted: int, until: datetime | None = None) -> list[str]:
    """What is wrong with the receipts of a rush: nothing, or a sentence for each kind of fault.

    Args:
        first: the running number that came next when the rush began.
        accepted: how many clients were told that theirs is in.
        until: the last instant that counts, to the second.
    """
    ordered = sorted(receipts, key=lambda one: one.place)
    found = []
    if len(ordered) != accepted:
        found.append(f"{accepted} were told that theirs is in, {len(ordered)} are")
    if len({one.application_id for one in ordered}) != len(ordered):
        found.append("an application is in twice")
    if [one.place for one in ordered] != list(range(first, first + len(ordered))):
        found.append("the numbers have gaps or doubles")
    for name in ("submitted_at", "event_id", "event_at"):
        values = [getattr(one, name) for one in ordered]
        if any(earlier >= later for earlier, later in pairwise(values)):
            found.append(f"the numbers are not in the order of {name}")
    if any(one.submitted_at != one.event_at for one in ordered):
        found.append("receipt and record name different instants")
    if until and any(one.submitted_at.replace(microsecond=0) > until for one in ordered):
        found.append("one is in that came too late")
    return found
