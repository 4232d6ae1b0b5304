"""States of an assignment, of a difference between experts, and of a call's corrected marks."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class AssignmentState(State):
    """Where an expert stands with one application."""

    ASSIGNED = "assigned", _("Declaration needed"), "yellow"
    ACCEPTED = "accepted", _("Marking"), "blue"
    CONFLICTED = "conflicted", _("Conflict of interest"), "red"
    REFUSED = "refused", _("Refused"), "grey"
    SUBMITTED = "submitted", _("Marks submitted"), "green"
    REMOVED = "removed", _("Removed"), "grey"
    SET_ASIDE = "set_aside", _("Set aside after an appeal"), "grey"


class DivergenceState(State):
    """Whether experts who lie far apart still hold an application up."""

    OPEN = "open", _("One more expert is needed"), "orange"
    ACCEPTED = "accepted", _("The difference was accepted"), "grey"
    SETTLED = "settled", _("Settled"), "grey"


class CorrectionState(State):
    """The corrected marks of a call have no life but being reckoned, and again."""

    RECKONED = "reckoned", _("Reckoned"), "grey"
