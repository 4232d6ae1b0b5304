"""What the payee reads of a payment that the bank sent back, and what the payee is asked to do. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.payables.rules.readiness import Standing
from vouchers.payables.rules.reason_codes import is_about_the_account, say_reason
from vouchers.payables.states import PayableState, PayeeKind

BEING_SETTLED = _(
    "You need to do nothing: the office of your region settles it with the provider, and it is paid again."
)
_ENTER = _("Enter another bank account. The office of your region checks it, asks its bank, and pays again.")
_IS_CHECKED = _("The new account is being checked by the office of your region. Then it is paid again.")
_IS_CONFIRMED = _("Your new account is confirmed. The office of your region asks its bank about it, and pays again.")
_LOOK = _(
    "Look whether your bank account is right, and enter another one if it is not. The office of your region settles "
    "the rest and pays again."
)


@dataclass(frozen=True, slots=True)
class SentBack:
    """What stands on the company's pages about one debt."""

    voucher: str
    said: Sentence
    asked_id: int | None
    """The organisation whose turn it is: to enter another account, or to look at the one that is there."""


def is_sent_back(standing: Standing) -> bool:
    """Whether the last payment of a debt did not reach the payee, and none is under way again."""
    payable = standing.payable
    return payable.returned_account_id is not None and payable.state in (PayableState.OPEN, PayableState.HELD)


def what_to_do(code: str) -> Sentence:
    """What the owner of an account is asked after the bank gave this reason: another account, or a look at this one."""
    return _ENTER if is_about_the_account(code) else _LOOK


def say_what_to_do(standing: Standing) -> Sentence:
    """For the company: enter another account, look at the one that is there, or wait."""
    if standing.payable.payee_kind != PayeeKind.ORGANISATION:
        return BEING_SETTLED
    if standing.proposed is not None:
        return _IS_CHECKED
    if _is_replaced(standing):
        return _IS_CONFIRMED
    return what_to_do(standing.payable.return_code)


def _is_replaced(standing: Standing) -> bool:
    return standing.account is not None and standing.account.id != standing.payable.returned_account_id


def tell_sent_back(standing: Standing) -> SentBack:
    """That the money did not leave or did not arrive, why, and what is to be done."""
    payable = standing.payable
    values = {"amount": payable.open_amount, "number": payable.number}
    if standing.has_left:
        told = _("The bank sent %(amount)s for %(number)s back.", **values)
    else:
        told = _("The bank did not pay %(amount)s for %(number)s.", **values)
    if payable.return_code:
        told = _("%(one)s %(more)s", one=told, more=say_reason(payable.return_code))
    said = _("%(one)s %(more)s", one=told, more=say_what_to_do(standing))
    is_asked = standing.proposed is None and not _is_replaced(standing)
    return SentBack(payable.voucher, said, payable.organisation_id if is_asked else None)
