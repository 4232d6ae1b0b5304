"""What a decision books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vouchers.core.money import Money
from vouchers.decisions.rules.awards import split_within
from vouchers.ledger import recipes
from vouchers.ledger.drafts import JournalDraft
from vouchers.ledger.recipes import Share


def awarded(
    voucher: str, amount: Money, funds: Sequence[Any], room: Mapping[int, Money], *, beneficiary: str
) -> JournalDraft:
    """Available money of the region is set aside for the voucher."""
    parts = split_within(amount, [fund.rate for fund in funds], [room[fund.id] for fund in funds])
    shares = [Share(fund.id, fund.kind, part) for fund, part in zip(funds, parts, strict=True) if part.cents]
    return recipes.precommit(shares, voucher=voucher, narrative=f"{voucher} awarded to {beneficiary}")
