"""Which accounts an amendment moves, and how its amount is carried by the funds. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vouchers.core.money import Money, next_step
from vouchers.ledger import recipes
from vouchers.ledger.drafts import JournalDraft
from vouchers.ledger.recipes import Share


def amount_raised(amendment: Any, shares: Sequence[Share]) -> JournalDraft:
    """A higher amount is agreed: the difference is set aside until the amendment is in force."""
    voucher = amendment.agreement.application.reference
    return recipes.precommit(shares, voucher=voucher, narrative=f"Amendment {amendment.code} agreed")


def raise_ended(amendment: Any, shares: Sequence[Share], why: str) -> JournalDraft:
    """A higher amount does not come about: what was set aside for it is available again."""
    voucher = amendment.agreement.application.reference
    return recipes.release_precommitment(shares, voucher=voucher, narrative=f"Amendment {amendment.code} {why}")


def raise_in_force(amendment: Any, shares: Sequence[Share]) -> JournalDraft:
    """The higher amount is in force: the difference is legally committed."""
    voucher = amendment.agreement.application.reference
    return recipes.commit(shares, voucher=voucher, narrative=f"Amendment {amendment.code} in force")


def amount_lowered(amendment: Any, shares: Sequence[Share]) -> JournalDraft:
    """A lower amount is in force: the difference is available again."""
    voucher = amendment.agreement.application.reference
    return recipes.decommit(shares, voucher=voucher, narrative=f"Amendment {amendment.code} in force")


def split_raise(more: Money, funds: Sequence[Any], carried: Sequence[Money], room: Sequence[Money]) -> list[Share]:
    """How the funds carry a higher amount: on top of what each carries of the voucher, within what it has available."""
    parts = next_step(carried, more, [fund.rate for fund in funds], room)
    return [Share(fund.id, fund.kind, part) for fund, part in zip(funds, parts, strict=True) if part]


def split_cut(less: Money, committed: Sequence[Share], rates: Sequence[Any]) -> list[Share]:
    """How the funds give back: by their rates, each at most what is committed on it."""
    room = [share.amount for share in committed]
    parts = next_step([Money(0, less.currency)] * len(room), less, rates, room)
    return [Share(share.fund_id, share.kind, part) for share, part in zip(committed, parts, strict=True) if part]


def commitment_ended(agreement: Any, shares: Sequence[Share]) -> JournalDraft:
    """The agreement is terminated: what was committed and not used is available again."""
    voucher = agreement.application.reference
    return recipes.decommit(shares, voucher=voucher, narrative=f"Agreement {agreement.number} terminated")
