"""Whether what a match did can be undone by a step that there is. Pure."""

from __future__ import annotations

from typing import Any

from vouchers.banking.rules.confirming import LEFT
from vouchers.banking.states import Effect
from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.payments.rules.taking_back import why_return_stays
from vouchers.payments.states import PaymentState
from vouchers.recoveries.states import RecoveryState

_UNDONE = (RecoveryState.ORDERED, RecoveryState.SETTLED)
"""In these states of a recovery, money that came is undone."""


def why_match_stays(entry: Any) -> Sentence | None:
    """None: the match can be taken back. Otherwise by which steps what it did is put right."""
    if entry.repaid:
        return next((stays for one in entry.repaid if (stays := _of_recovery(one))), None)
    return next((stays for match in entry.matches if (stays := _of_payment(match.payment, entry))), None)


def _of_payment(payment: Any, entry: Any) -> Sentence | None:
    """A payment must stand as the entry left it, and nothing may have been done with its debt since. What was recorded
    by hand before the entry came stays as it is, so nothing stands in the way."""
    if is_confirmed(payment, entry):
        return None
    is_return = entry.effect == Effect.GIVES_BACK
    if payment.state == (PaymentState.GIVEN_BACK if is_return else PaymentState.EXECUTED):
        return why_return_stays(payment) if is_return else None
    return _(
        "Payment %(id)s is now “%(state)s”. What became of it since is taken back first, where it can be.",
        id=payment.end_to_end_id,
        state=payment.state.label,
    )


def _of_recovery(recovery: Any) -> Sentence | None:
    if recovery.state in _UNDONE:
        return None
    return _(
        "Recovery %(number)s is now “%(state)s”. Money is undone only while it is to be paid back, or is paid back.",
        number=recovery.number,
        state=recovery.state.label,
    )


def is_confirmed(payment: Any, entry: Any) -> bool:
    """Whether it was recorded by hand before the entry came: then it bears another reference than the entry's."""
    if entry.effect == Effect.GIVES_BACK:
        return bool(payment.state == PaymentState.GIVEN_BACK and payment.return_reference != entry.bank_line)
    return bool(payment.state in LEFT and payment.bank_reference != entry.bank_line)


def ensure_not_shown_by_another(payment: Any, *, is_shown: bool) -> None:
    """What was executed because it came back is under way again only where no other entry shows the execution."""
    if is_shown:
        raise RuleBroken(
            _(
                "Another entry of the bank shows that payment %(id)s was executed. Take that match back first.",
                id=payment.end_to_end_id,
            )
        )
