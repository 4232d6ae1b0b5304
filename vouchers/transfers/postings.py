"""What a transfer books. Pure."""

from __future__ import annotations

from vouchers.ledger import recipes
from vouchers.ledger.drafts import JournalDraft
from vouchers.ledger.recipes import Shares


def transfer_approved(given: Shares, received: Shares, *, reference: str, source: str, target: str) -> JournalDraft:
    """The appropriation and what is available of it move, fund line by fund line."""
    return recipes.transfer(given, received, reference=reference, narrative=f"Budget moved from {source} to {target}")
