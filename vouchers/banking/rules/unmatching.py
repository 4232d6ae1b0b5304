"""Whether what a match did can be undone by a step that there is. Pure."""

from __future__ import annotations

from typing import Any

from vouchers.banking.states import Effect
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.payments.states import PaymentState
from vouchers.recoveries.states import RecoveryState

_UNDONE = (RecoveryState.ORDERED, RecoveryState.SETTLED)
"""In these states of a recovery, money that came is undone."""


def why_match_stays(entry: Any) -> Sentence | None:
    """None: the match can be taken back. Otherwise by which steps what it did is put right."""
    if entry.recovery is not None:
        return _of_recovery(entry.recovery)
    if entry.effect == Effect.GIVES_BACK:
        return _(
            "The payments are given back, and what they paid is owed again. That stays: pay it in a new payment batch."
        )
    if all(_is_confirmed(match.payment, entry) for match in entry.matches):
        return None
    return _(
        "This entry has executed payments. They are taken back when the money comes back: match the entry that brings "
        "it with the payment, or record it on the batch with “Money came back”."
    )


def _of_recovery(recovery: Any) -> Sentence | None:
    if recovery.state in _UNDONE:
        return None
    return _(
        "Recovery %(number)s is now “%(state)s”. Money is undone only while it is to be paid back, or is paid back.",
        number=recovery.number,
        state=recovery.state.label,
    )


def _is_confirmed(payment: Any, entry: Any) -> bool:
    """Whether it was executed by hand before the entry came: then it bears another reference than the entry's."""
    return bool(payment.state == PaymentState.EXECUTED and payment.bank_reference != entry.bank_line)
