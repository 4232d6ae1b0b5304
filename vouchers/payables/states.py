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


UNSETTLED = (PayableState.OPEN, PayableState.HELD, PayableState.ORDERED)
"""Still owed."""


class PayeeCheckState(State):
    """Whether a second officer has accepted what the bank said. The newest check counts."""

    RECORDED = "recorded", _("Recorded"), "blue"
    ACCEPTED = "accepted", _("Accepted by a second officer"), "green"


class CheckResult(State):
    """What the bank said of the name that belongs to an account (Verification of Payee)."""

    MATCH = "match", _("The name matches"), "green"
    CLOSE_MATCH = "close_match", _("The name nearly matches"), "yellow"
    NO_MATCH = "no_match", _("The name does not match"), "red"
    NOT_POSSIBLE = "not_possible", _("The bank could not check"), "grey"


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
