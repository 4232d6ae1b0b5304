"""States of holds, disposals and requests, and the laws by which something is kept."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class Law(State):
    """Why something is kept."""

    DRAFT = "draft", _("Never submitted")
    SELECTION = "selection", _("File of the selection (CPR, Annex XIII)")
    PAYMENT = "payment", _("Payment of Union money (CPR, Article 82)")
    STATE_AID = "state_aid", _("State aid (ten years from the grant)")


class HoldState(State):
    """Whether a hold stops every erasure."""

    SET = "set", _("On hold"), "orange"
    LIFTED = "lifted", _("Lifted"), "grey"


class DisposalState(State):
    """Where a list of what may go stands."""

    PROPOSED = "proposed", _("Waits for the second person"), "yellow"
    APPROVED = "approved", _("Approved: it is being erased"), "blue"
    REFUSED = "refused", _("Refused"), "grey"
    CARRIED_OUT = "carried_out", _("Erased"), "green"


class Outcome(State):
    """What became of one line of the list."""

    WAITING = "waiting", _("Waits"), "yellow"
    ERASED = "erased", _("Erased"), "green"
    KEPT = "kept", _("Kept: it is on hold, or no longer due"), "orange"


class RequestState(State):
    """A person asked for what is kept of them."""

    ANSWERED = "answered", _("Answered"), "green"
