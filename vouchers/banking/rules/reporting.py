"""Whether a payment can be stopped as a status report says. Pure."""

from __future__ import annotations

from typing import Any

from vouchers.banking.rules.movements import ReportLine
from vouchers.banking.states import Doubt
from vouchers.payments.states import BatchState, PaymentState

_OVER = {PaymentState.REJECTED, PaymentState.GIVEN_BACK, PaymentState.CANCELLED}


def doubt_of(payment: Any, batch: Any, line: ReportLine | None) -> Doubt:
    """Why a payment that the bank refuses is not stopped by itself; none where it can be."""
    if payment is None:
        return Doubt.UNKNOWN
    if batch.state == BatchState.MADE:
        return Doubt.NOT_SENT
    if payment.state == PaymentState.EXECUTED:
        return Doubt.EXECUTED
    if payment.state in _OVER:
        return Doubt.OVER
    if line is not None and line.cents is not None:
        stated = line.cents, line.currency or payment.currency
        if stated != (payment.amount_cents, payment.currency):
            return Doubt.OTHER_AMOUNT
    return Doubt.NONE
