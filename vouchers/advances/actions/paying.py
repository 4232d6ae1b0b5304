"""What payments do with an advance, inside their own units of work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.advances import queries
from vouchers.advances.lifecycle import ADVANCE
from vouchers.advances.models import Advance
from vouchers.core.database import unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.workflow.transition import OFFICE, transition


def order_advance_payment(advance: Advance, *, by: Any, at: datetime) -> None:
    """The advance goes into a payment batch."""
    with transition(advance, ADVANCE.order_payment, by=by, at=at):
        pass


def release_advance_payment(advance: Advance, *, by: Any, at: datetime) -> None:
    """The advance's payment batch was cancelled."""
    with transition(advance, ADVANCE.release_payment, by=by, at=at):
        pass


def pay_advance(advance: Advance, *, by: Any, at: datetime) -> None:
    """The beneficiary has the money. One that came back after claims had settled it whole is settled again."""
    with unit_of_work():
        with transition(advance, ADVANCE.pay, by=by, at=at):
            pass
        advance = queries.get_advance(advance.id)
        if not advance.open_amount:
            with transition(advance, ADVANCE.close, by=OFFICE, at=at):
                pass


def give_back_advance_payment(advance: Advance, *, by: Any, at: datetime) -> None:
    """The bank refused the payment or gave it back: it is to be paid again, also where claims have settled it since."""
    with transition(advance, ADVANCE.give_back, by=by, at=at):
        pass


def unpay_advance(advance: Advance, *, by: Any, at: datetime) -> None:
    """The beneficiary does not have the money yet: the bank's entry was of something else.

    Raises:
        RuleBroken: claims have settled some of it since.
    """
    if advance.open_amount != advance.amount:
        raise RuleBroken(
            _("Claims have settled some of advance %(number)s since, so it stays paid.", number=advance.number)
        )
    with transition(advance, ADVANCE.unpay, by=by, at=at):
        pass
