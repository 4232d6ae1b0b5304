"""Which accounts a payment moves. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from vouchers.ledger import recipes
from vouchers.ledger.drafts import JournalDraft
from vouchers.ledger.recipes import Share


def payment_ordered(batch: Any, shares: Mapping[str, Sequence[Share]]) -> JournalDraft:
    """The bank file is authorised: what was owed is in execution. `shares` by voucher."""
    return recipes.order_payment(
        list(shares.items()), reference=batch.number, narrative=f"Payment batch {batch.number}"
    )


def payment_executed(batch: Any, shares: Mapping[str, Sequence[Share]], *, on: date) -> JournalDraft:
    """The bank has paid on its booking day: the money has left, and the vouchers' money is paid."""
    narrative = f"Payment batch {batch.number}, bank reference {batch.bank_reference}"
    return recipes.debit_bank(list(shares.items()), reference=batch.number, narrative=narrative, on=on)
