"""The states of a claim."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class ClaimState(State):
    """Where a claim stands."""

    DRAFT = "draft", _("Draft"), "grey"
    SUBMITTED = "submitted", _("Submitted"), "blue"
    RETURNED = "returned", _("Sent back with a question"), "orange"
    VERIFIED = "verified", _("Verified"), "teal"
    AUTHORISED = "authorised", _("To be paid"), "magenta"
    REJECTED = "rejected", _("Rejected"), "red"
    IN_PAYMENT = "in_payment", _("In payment"), "purple"
    PAID = "paid", _("Paid"), "green"
    CANCELLED = "cancelled", _("Cancelled"), "grey"
