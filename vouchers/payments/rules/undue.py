"""When a payment that the bank had refused may be noted as executed all the same. Pure."""

from __future__ import annotations

from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.payments.states import BatchState, PaymentState


def ensure_said_why(reason: str) -> None:
    """Two files of one bank contradict each other: somebody has asked which one holds."""
    if not reason.strip():
        raise RuleBroken(
            _("The bank had refused this payment. Say how you know that it was executed, for example whom you asked."),
            field="reason",
        )


def ensure_rival_is_sent(rival: Any) -> None:
    """Another payment of the same debt that has not gone to the bank can still be stopped, and must be.

    Args:
        rival: the live payment of the debt with its batch, or None.
    """
    if rival is not None and rival.state == PaymentState.ORDERED and rival.batch.state == BatchState.MADE:
        raise RuleBroken(
            _(
                "Payment %(id)s in batch %(batch)s pays the same debt, and is not authorised yet. Cancel that batch "
                "first.",
                id=rival.end_to_end_id,
                batch=rival.batch.number,
            )
        )


def ensure_nothing_set_off(payable: Any) -> None:
    """The payment was for all that was owed then; what was set off meanwhile was kept back from nothing."""
    if payable.set_off_cents:
        raise RuleBroken(
            _("A part of %(number)s is set off against a recovery. Undo that first.", number=payable.number)
        )
