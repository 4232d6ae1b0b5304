"""The states of a payment batch."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class BatchState(State):
    """Where a batch stands."""

    MADE = "made", _("Waiting for authorisation"), "yellow"
    AUTHORISED = "authorised", _("Authorised: file ready for the bank"), "blue"
    EXECUTED = "executed", _("Executed"), "green"
    CANCELLED = "cancelled", _("Cancelled"), "grey"
