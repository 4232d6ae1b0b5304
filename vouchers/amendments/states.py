"""States of an amendment and of a termination."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class AmendmentState(State):
    """Where a change of an agreement stands. It rules from the moment when it is in force, and not before."""

    ASKED = "asked", _("Waits for the decision"), "yellow"
    AGREED = "agreed", _("Agreed, not yet in force"), "blue"
    IN_FORCE = "in_force", _("In force"), "green"
    REFUSED = "refused", _("Refused"), "red"
    WITHDRAWN = "withdrawn", _("Withdrawn"), "grey"
    LAPSED = "lapsed", _("Lapsed"), "grey"


class TerminationState(State):
    """Where the end of an agreement before its time stands: two persons, or nothing."""

    PROPOSED = "proposed", _("Waits for a second person"), "yellow"
    CONFIRMED = "confirmed", _("Terminated"), "red"
    REFUSED = "refused", _("Refused"), "grey"
    WITHDRAWN = "withdrawn", _("Withdrawn"), "grey"


class TerminationCause(State):
    """Why an agreement ends before its time."""

    BREACH = "breach", _("A party did not keep the agreement")
    GIVEN_UP = "given_up", _("The SME gives the voucher up")
    INSOLVENCY = "insolvency", _("The SME is insolvent or has closed")
    DECISION_WITHDRAWN = "decision_withdrawn", _("The decision on the award was withdrawn")
    IMPOSSIBLE = "impossible", _("The activity cannot be carried out any more")
