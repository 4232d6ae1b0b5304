"""What a programme says of its payments: who may release how much, and what the bank's check of a name does. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vouchers.core.money import Money


@dataclass(frozen=True, slots=True)
class PaymentLimits:
    """The most that one person of a role may release in a region on one day, and to one payee within some days, by
    however many batches; None: no limit."""

    finance_officer: Money | None = None
    cluster_manager: Money | None = None
    payee_days: int = 30
    """Over how many days payments to the same payee are added, today among them."""


class Handling(StrEnum):
    """What an answer of the bank does to a payment."""

    GO_ON = "go_on"
    SECOND_LOOK = "second_look"
    """Nothing is paid before a second officer has accepted the answer, with a reason."""
    REFUSE = "refuse"


NO_LIMITS = PaymentLimits()


@dataclass(frozen=True, slots=True)
class CheckPolicy:
    """What each answer to the check of a payee's name (Verification of Payee) does. A match always goes on."""

    close_match: Handling = Handling.SECOND_LOOK
    no_match: Handling = Handling.REFUSE
    not_possible: Handling = Handling.SECOND_LOOK
    not_checked: Handling = Handling.GO_ON
    """Never a second look: there is no answer yet that somebody could look at."""


USUAL_CHECKS = CheckPolicy()
"""Of a programme that says nothing of it."""
