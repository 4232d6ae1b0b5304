"""States of holds, of lists of what may go, and of their lines."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class HoldState(State):
    """Whether a hold stops every deletion."""

    SET = "set", _("On hold"), "orange"
    LIFTED = "lifted", _("Lifted"), "grey"


class DisposalState(State):
    """Where a list of what may go stands."""

    PROPOSED = "proposed", _("Waits for the second person"), "yellow"
    APPROVED = "approved", _("Approved: it is being deleted"), "blue"
    REFUSED = "refused", _("Refused"), "grey"
    CARRIED_OUT = "carried_out", _("Carried out"), "green"


class Outcome(State):
    """What became of one line of the list."""

    WAITING = "waiting", _("Waits"), "yellow"
    DELETED = "deleted", _("Deleted"), "green"
    KEPT = "kept", _("Kept: it is on hold, not settled, or not due any more"), "orange"


class CopyState(State):
    """Where the copy of a person's own data stands."""

    ASKED = "asked", _("Being written"), "blue"
    MADE = "made", _("Ready"), "green"
    FAILED = "failed", _("Could not be built"), "red"
    EXPIRED = "expired", _("Deleted again"), "grey"
