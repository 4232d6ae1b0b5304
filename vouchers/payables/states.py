"""States of a payable, where it comes from, and who is paid."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class PayableState(State):
    """Where a debt stands."""

    OPEN = "open", _("To be paid"), "magenta"
    HELD = "held", _("Held"), "orange"
    ORDERED = "ordered", _("In payment"), "purple"
    PAID = "paid", _("Paid"), "green"
    CANCELLED = "cancelled", _("Cancelled"), "grey"


class SourceKind(State):
    """What a debt comes from; the value is the kind by which the record knows it."""

    CLAIM = "claim", _("Claim")
    ADVANCE = "advance", _("Advance")
    FEE_STATEMENT = "fee_statement", _("Fee statement")


class PayeeKind(State):
    """Who is paid."""

    ORGANISATION = "organisation", _("Organisation")
    PROVIDER = "provider", _("Service provider")
    EXPERT = "expert", _("Expert")
