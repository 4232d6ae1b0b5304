"""Which accounts an advance moves. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vouchers.ledger import recipes
from vouchers.ledger.drafts import JournalDraft, Move
from vouchers.ledger.recipes import Share

OWE = "owe_advance"


def advance_approved(advance: Any, shares: Sequence[Share]) -> JournalDraft:
    """It is owed to the beneficiary, and is an asset until claims settle it. Committed money stays committed."""
    voucher = advance.agreement.application.reference
    narrative = f"Advance {advance.number} approved"
    return recipes.owe_advance(shares, voucher=voucher, reference=advance.number, narrative=narrative)


def advance_cancelled(advance: Any, journal_id: int, moves: Sequence[Move], why: str) -> JournalDraft:
    """It is not owed any more: nothing was paid."""
    narrative = f"Advance {advance.number} cancelled: {why}"
    return recipes.reverse(journal_id, OWE, moves, reference=advance.number, narrative=narrative)


def advance_forfeited(advance: Any, shares: Sequence[Share], recovery: str) -> JournalDraft:
    """No claim settles it any more: a recovery takes it back."""
    voucher = advance.agreement.application.reference
    narrative = f"Recovery {recovery} takes back what no claim settles of advance {advance.number}"
    return recipes.forfeit_advance(shares, voucher=voucher, reference=recovery, narrative=narrative)


def commitment_ended(advance: Any, shares: Sequence[Share]) -> JournalDraft:
    """The voucher has ended, and what was to be paid ahead stays in the budget after all."""
    voucher = advance.agreement.application.reference
    return recipes.decommit(shares, voucher=voucher, narrative=f"Advance {advance.number} was not paid")


def advance_settled(advance: Any, shares: Sequence[Share], claim: str) -> JournalDraft:
    """A claim settles it: what the claim is owed was paid before."""
    voucher = advance.agreement.application.reference
    narrative = f"Claim {claim} settles advance {advance.number}"
    return recipes.settle_advance(shares, voucher=voucher, reference=claim, narrative=narrative)
