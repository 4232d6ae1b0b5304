"""What must hold when a person says which payments an entry is about. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from vouchers.banking.rules.charges import ensure_charge
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import say as _

_CODE = re.compile(r"[A-Z]{2}[A-Z0-9]{2}")


def ensure_fits(entry: Any, payments: Sequence[Any], charge: Money | None = None, reason: str = "") -> None:
    """Payments from the entry's account, in its currency, that add up to it to the cent; of money that came back, less
    the `charge` that the bank has kept.
    """
    if not payments:
        raise RuleBroken(_("Choose at least one payment."), field="picked")
    for payment in payments:
        if payment.batch.region.iban != entry.statement.iban:
            raise RuleBroken(
                _("Payment %(id)s is not paid from this account.", id=payment.end_to_end_id), field="picked"
            )
    if {payment.currency for payment in payments} != {entry.currency}:
        raise RuleBroken(_("The entry and a payment are in different currencies."), field="picked")
    chosen = Money(sum(payment.amount_cents for payment in payments), entry.currency)
    if charge is not None:
        ensure_charge(entry, chosen, charge, reason)
    elif chosen != entry.amount:
        raise RuleBroken(
            _("The payments add up to %(chosen)s, and the entry is %(amount)s.", chosen=chosen, amount=entry.amount),
            field="picked",
        )


def ensure_pays(entry: Any, recovery: Any) -> None:
    """Money that came in on the account to which the recovery is owed, in its currency."""
    if not entry.is_credit:
        raise RuleBroken(_("This money went out, so it pays no recovery."), field="recovery")
    region = recovery.agreement.application.region
    if region.iban != entry.statement.iban or recovery.currency != entry.currency:
        raise RuleBroken(_("This recovery is not owed to this account in this currency."), field="recovery")


def ensure_code(typed: str) -> str:
    """A reason code as banks write it, or none."""
    code = "".join(typed.split()).upper()
    if code and not _CODE.fullmatch(code):
        raise RuleBroken(_("Write the four letters and figures of the code, such as AC04."), field="code")
    return code
