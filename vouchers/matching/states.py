"""Where a run stands, what a manager wishes, what an expert answers."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class RunState(State):
    """How far a proposal of who marks what has come."""

    ASKED = "asked", _("Waiting to start"), "yellow"
    RUNNING = "running", _("Reckoning"), "blue"
    PROPOSED = "proposed", _("Proposed"), "purple"
    IMPOSSIBLE = "impossible", _("Cannot be done"), "red"
    GIVING = "giving", _("Being assigned"), "blue"
    CONFIRMED = "confirmed", _("Assigned"), "green"
    CANCELLED = "cancelled", _("Cancelled"), "grey"
    DISCARDED = "discarded", _("Discarded"), "grey"


class PairState(State):
    """What became of one proposed pair."""

    PROPOSED = "proposed", _("Proposed"), "purple"
    GIVEN = "given", _("Assigned"), "green"
    REFUSED = "refused", _("Not assigned"), "red"


class WishState(State):
    """What a manager wishes of one pair."""

    PINNED = "pinned", _("Pinned"), "blue"
    EXCLUDED = "excluded", _("Excluded"), "orange"
    DROPPED = "dropped", _("Dropped"), "grey"


class BidState(State):
    """Whether an expert has answered."""

    GIVEN = "given", _("Answered")


class BidAnswer(State):
    """How gladly an expert would mark an application."""

    YES = "yes", _("Yes, gladly"), "green"
    MAYBE = "maybe", _("If needed"), "yellow"
    NO = "no", _("Rather not"), "grey"
    CONFLICT = "conflict", _("I have a conflict of interest"), "red"
