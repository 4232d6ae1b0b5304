"""When what the bank is said to have done with a payment may be taken back. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.ledger.drafts import Move
from vouchers.payables.states import PayableState

Booked = tuple[int, Sequence[Move]]
"""A journal and its lines."""


def why_return_stays(payment: Any) -> Sentence | None:
    """None: what was given back is owed as it was on that day. Otherwise what has become of it since."""
    payable = payment.payable
    is_open = payable.state in (PayableState.OPEN, PayableState.HELD)
    if is_open and payable.open_amount == payment.amount:
        return None
    return _(
        "Since payment %(id)s came back, its debt %(number)s has gone on: it is “%(state)s”, or a part of it is set "
        "off. Undo that first, where it can be.",
        id=payment.end_to_end_id,
        number=payable.number,
        state=payable.state.label,
    )


def ensure_still_owed(payment: Any) -> None:
    """Nothing was done with the debt since. Raises `RuleBroken`."""
    if reason := why_return_stays(payment):
        raise RuleBroken(reason)


def ensure_was_executed(payment: Any, journal: Booked | None, refusal: Booked | None) -> Booked:
    """The journal of this payment alone, which the bank had not refused before. Raises `RuleBroken`."""
    if journal is None or refusal is not None:
        raise RuleBroken(
            _(
                "The bank had refused payment %(id)s before, or it was booked with its whole batch. That stays as it "
                "is: record what the bank does next.",
                id=payment.end_to_end_id,
            )
        )
    return journal


def ensure_nothing_claimed_back(payment: Any, recovery: Any | None) -> None:
    """What was never paid is not to be paid back: recoveries of the voucher stand on its payments."""
    if recovery is not None:
        raise RuleBroken(
            _(
                "Money is claimed back on voucher %(voucher)s (%(number)s), so payment %(id)s stays executed.",
                voucher=payment.voucher,
                number=recovery.number,
                id=payment.end_to_end_id,
            )
        )


def ensure_was_given_back(payment: Any, journal: Booked | None) -> Booked:
    """The journal by which it came back. Raises `RuleBroken`."""
    if journal is None:
        raise RuleBroken(_("Payment %(id)s had been paid unduly and is back. That stays.", id=payment.end_to_end_id))
    return journal
