"""Which accounts an agreement moves. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vouchers.ledger import recipes
from vouchers.ledger.drafts import JournalDraft
from vouchers.ledger.recipes import Share


def offer_ended(agreement: Any, shares: Sequence[Share], why: str) -> JournalDraft:
    """An offer was declined or not accepted in time: what was set aside for it is available again."""
    voucher = agreement.application.reference
    return recipes.release_precommitment(shares, voucher=voucher, narrative=f"Agreement {agreement.number} {why}")


def award_ended(voucher: str, shares: Sequence[Share], why: str) -> JournalDraft:
    """An award was declined or lapsed before its agreement was offered: what was set aside is available again."""
    return recipes.release_precommitment(shares, voucher=voucher, narrative=f"Award of {voucher} {why}")


def commitment_ended(agreement: Any, shares: Sequence[Share], why: str) -> JournalDraft:
    """What was committed and will not be claimed any more is available again."""
    voucher = agreement.application.reference
    return recipes.decommit(shares, voucher=voucher, narrative=f"Agreement {agreement.number} {why}")


def agreement_activated(agreement: Any, shares: Sequence[Share]) -> JournalDraft:
    """Every party has accepted: the money is legally committed."""
    voucher = agreement.application.reference
    return recipes.commit(shares, voucher=voucher, narrative=f"Agreement {agreement.number} accepted by all parties")
