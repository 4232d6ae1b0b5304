"""States of an assignment."""

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
