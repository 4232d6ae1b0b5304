"""Whether a token opens, and what for."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class TokenState(State):
    """Whether a token may be used, until it expires."""

    ISSUED = "issued", _("In use"), "green"
    REVOKED = "revoked", _("Revoked"), "grey"


class Right(State):
    """What a token opens."""

    LEDGER = "ledger", _("Read the books")
    PAYABLES = "payables", _("Read what is to be paid")
    BATCHES = "batches", _("Read batches and their payments")
    ACKNOWLEDGE = "acknowledge", _("Acknowledge what the bank did with a payment")


READING = (Right.LEDGER, Right.PAYABLES, Right.BATCHES)
