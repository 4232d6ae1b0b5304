"""What a bank keeps for itself of money that comes back. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vouchers.banking.rules.booking import Payer
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import say as _


def is_charge(cents: int, came_back: int) -> bool:
    """Whether so much may be a charge: less than what came back. What is more is another amount."""
    return 0 < cents < came_back


def ensure_charge(entry: Any, given_back: Money, charge: Money, reason: str) -> None:
    """The payments less the charge are the entry, to the cent; and it is said why it is a charge."""
    if not entry.is_credit:
        raise RuleBroken(_("Only of money that comes back the bank keeps a charge."), field="charge")
    if charge.currency != entry.currency or not is_charge(charge.cents, entry.amount.cents):
        raise RuleBroken(_("A charge is above zero, and less than what came back."), field="charge")
    if given_back - charge != entry.amount:
        raise RuleBroken(
            _(
                "The payments less the charge are %(left)s, and the entry is %(amount)s.",
                left=given_back - charge,
                amount=entry.amount,
            ),
            field="charge",
        )
    if not reason.strip():
        raise RuleBroken(_("Say why in a few words"), field="charge_reason")


def payer_of(payments: Sequence[Any]) -> Payer:
    """The programme and region that bears the charge on these payments."""
    payers = {Payer(one.batch.programme.code, one.batch.region.code) for one in payments}
    if len(payers) != 1:
        raise RuleBroken(
            _("The charge is on payments of several programmes, so it cannot be booked with them."), field="picked"
        )
    return payers.pop()
