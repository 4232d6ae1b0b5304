"""Whether the balances hold: within a statement, and from one statement of an account to the next.

Nothing here refuses a statement: the money has moved, whatever the bank wrote. The findings stand on its page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of a statement: what it says beside its entries, and what these come to. Amounts in cents."""

    number: str
    sequence: str
    currency: str
    opening: int | None
    closing: int | None
    moved: int
    """What the booked entries change."""
    entries: int
    stated_entries: int | None


def list_findings(frame: Frame) -> Iterator[Sentence]:
    """What does not hold within a statement."""
    if frame.opening is None or frame.closing is None:
        yield _("The statement gives no opening or no closing balance, so it cannot be checked.")
    elif frame.opening + frame.moved != frame.closing:
        yield _(
            "The entries lead from %(opening)s to %(reached)s, but the closing balance is %(closing)s.",
            opening=Money(frame.opening, frame.currency),
            reached=Money(frame.opening + frame.moved, frame.currency),
            closing=Money(frame.closing, frame.currency),
        )
    if frame.stated_entries is not None and frame.stated_entries != frame.entries:
        yield _(
            "The bank speaks of %(stated)s entries, and the statement holds %(held)s.",
            stated=frame.stated_entries,
            held=frame.entries,
        )


def find_gap(frame: Frame, before: Frame | None) -> Sentence | None:
    """What is missing between the statement before and this one; None when they join, or when there is none before."""
    if before is None:
        return None
    if frame.opening is not None and before.closing is not None:
        if frame.opening == before.closing:
            return None
        return _(
            "Statement %(number)s closed with %(closed)s, and this one opens with %(opens)s: "
            "a statement between them is missing.",
            number=before.number,
            closed=Money(before.closing, frame.currency),
            opens=Money(frame.opening, frame.currency),
        )
    first, second = _count(before.sequence), _count(frame.sequence)
    if first and second > first + 1:
        return _(
            "Statement %(number)s is the last one before this; a statement between them is missing.",
            number=before.number,
        )
    return None


def _count(sequence: str) -> int:
    return int(sequence) if sequence.isascii() and sequence.isdigit() and len(sequence) < 19 else 0


def joins(before: int | None, opening: int | None) -> bool:
    """Whether a balance goes on where the one before ended; where one is not told, nothing is against it."""
    return before is None or opening is None or before == opening
