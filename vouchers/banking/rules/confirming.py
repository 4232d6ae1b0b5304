"""What a person or a finance system has recorded of a payment before the bank's statement shows it. Pure.

It is in the books already: the movement that shows it books nothing a second time, and stands behind it from then on.
"""

from __future__ import annotations

from datetime import date

from vouchers.banking.states import Effect
from vouchers.payments.states import PaymentState

LEFT = (PaymentState.EXECUTED, PaymentState.UNDUE, PaymentState.GIVEN_BACK)
"""The money of these has left the account once, whatever came of it."""


def recorded_of(state: PaymentState, executed_on: date | None) -> frozenset[Effect]:
    """What the books have of a payment that moved the bank."""
    left = {Effect.EXECUTES} if state in LEFT and executed_on is not None else set()
    back = {Effect.GIVES_BACK} if state == PaymentState.GIVEN_BACK else set()
    return frozenset(left | back)
