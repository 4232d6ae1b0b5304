"""States of an advance."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class AdvanceState(State):
    """Where an advance stands."""

    ASKED = "asked", _("Waiting for a decision"), "yellow"
    REFUSED = "refused", _("Refused"), "red"
    WITHDRAWN = "withdrawn", _("Withdrawn"), "grey"
    APPROVED = "approved", _("To be paid"), "magenta"
    IN_PAYMENT = "in_payment", _("In payment"), "purple"
    PAID = "paid", _("Paid, not settled yet"), "blue"
    SETTLED = "settled", _("Settled by claims"), "green"
    CANCELLED = "cancelled", _("Cancelled"), "grey"


DEAD = (AdvanceState.REFUSED, AdvanceState.WITHDRAWN, AdvanceState.CANCELLED)
"""Nothing was, or will be, paid for it."""
