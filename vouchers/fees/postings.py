"""Which accounts an expert's fee moves. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vouchers.ledger import recipes
from vouchers.ledger.drafts import JournalDraft, Move
from vouchers.ledger.recipes import Share

OWE = "owe_fee"
"""The event of the books by which a fee is owed."""


def fee_owed(statement: Any, shares: Sequence[Share]) -> JournalDraft:
    """The statement is approved: an expense of the region, and a debt to the expert."""
    narrative = f"Fee statement {statement.number} approved"
    return recipes.owe_fee(shares, reference=statement.number, narrative=narrative)


def fee_cancelled(statement: Any, journal_id: int, moves: Sequence[Move]) -> JournalDraft:
    """The statement is cancelled before it was paid: the mirror image of the journal that booked it."""
    narrative = f"Fee statement {statement.number} cancelled"
    return recipes.reverse(journal_id, OWE, moves, reference=statement.number, narrative=narrative)
