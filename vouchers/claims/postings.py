"""Which accounts a claim moves. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vouchers.ledger import recipes
from vouchers.ledger.chart import Account
from vouchers.ledger.drafts import JournalDraft
from vouchers.ledger.recipes import Share


def claim_authorised(claim: Any, shares: Sequence[Share], payable: Account) -> JournalDraft:
    """The grant is owed: committed money is accepted, the expense and the funders' income are booked.

    Args:
        payable: on which account the debt stands, by who is paid.
    """
    voucher = claim.agreement.application.reference
    narrative = f"Claim {claim.number} authorised"
    return recipes.accept_claim(shares, voucher=voucher, reference=claim.number, narrative=narrative, payable=payable)


def rest_released(claim: Any, shares: Sequence[Share]) -> JournalDraft:
    """The last claim leaves something on the voucher: it is available again."""
    voucher = claim.agreement.application.reference
    return recipes.decommit(shares, voucher=voucher, narrative=f"Rest after the last claim {claim.number}")
