"""What must hold when a person says which payments an entry is about. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from vouchers.banking.rules.charges import ensure_charge
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money, total
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


def ensure_splits(entry: Any, parts: Sequence[tuple[Any, Money]], reason: str) -> Money:
    """One transfer over several debts of one company, at most all of it; why the rest may lie in suspense is said.

    Args:
        parts: recovery, and what it takes.

    Returns:
        The rest.
    """
    for recovery, amount in parts:
        ensure_pays(entry, recovery)
        if amount.cents <= 0:
            raise RuleBroken(_("Enter an amount above zero."), field=field_of(recovery))
    if len({recovery.id for recovery, _amount in parts}) < max(2, len(parts)):
        raise RuleBroken(_("Enter an amount for at least two debts. What pays one is matched with that one."))
    if len({recovery.agreement.application.organisation_id for recovery, _amount in parts}) > 1:
        raise RuleBroken(_("One transfer is split over debts of one company only."))
    taken = total([amount for _recovery, amount in parts], entry.currency)
    if taken > entry.amount:
        raise RuleBroken(_("The debts take %(taken)s, and the entry is %(amount)s.", taken=taken, amount=entry.amount))
    rest: Money = entry.amount - taken
    if rest and not reason.strip():
        raise RuleBroken(
            _("The debts take %(taken)s. Say why the rest, %(rest)s, is to lie in suspense.", taken=taken, rest=rest),
            field="reason",
        )
    return rest


def field_of(recovery: Any) -> str:
    """In which box it is said what a recovery takes."""
    return f"amount_{recovery.id}"


def ensure_code(typed: str) -> str:
    """A reason code as banks write it, or none."""
    code = "".join(typed.split()).upper()
    if code and not _CODE.fullmatch(code):
        raise RuleBroken(_("Write the four letters and figures of the code, such as AC04."), field="code")
    return code
