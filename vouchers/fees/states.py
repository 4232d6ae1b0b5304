"""States of a fee statement."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class FeeState(State):
    """Where a statement of an expert's fees stands."""

    DRAWN_UP = "drawn_up", _("Waits for the expert"), "yellow"
    DISPUTED = "disputed", _("Disputed"), "red"
    AGREED = "agreed", _("Waits for a second person"), "blue"
    PAYABLE = "payable", _("To be paid"), "magenta"
    IN_PAYMENT = "in_payment", _("In payment"), "purple"
    PAID = "paid", _("Paid"), "green"
    CANCELLED = "cancelled", _("Cancelled"), "grey"
