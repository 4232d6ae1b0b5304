"""What the movements of the bank post that are booked by hand. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from vouchers.banking.rules.booking import Booking, against_of
from vouchers.ledger import bank_recipes, recipes
from vouchers.ledger.drafts import JournalDraft, Move
from vouchers.ledger.recipes import Share


def movement_booked(entry: Any, booking: Booking, share: Share, *, on: date) -> JournalDraft:
    """What the bank moved, against what it was."""
    return bank_recipes.book_movement(
        [share],
        against=against_of(booking.kind, is_credit=entry.is_credit),
        reference=entry.receipt_line,
        narrative=f"{booking.kind.value}: {booking.reason}",
        on=on,
    )


def booking_taken_back(entry: Any, journal_id: int, moves: Sequence[Move], reason: str, *, on: date) -> JournalDraft:
    """It was something else."""
    return recipes.reverse(
        journal_id, "bank_movement", moves, reference=entry.receipt_line, narrative=f"Taken back: {reason}", on=on
    )
