"""States of an appeal, and against what one can be filed."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class AppealState(State):
    """Where an appeal stands."""

    DRAFT = "draft", _("Draft"), "grey"
    LATE = "late", _("Handed in late"), "orange"
    FILED = "filed", _("Waits for someone to decide"), "yellow"
    TAKEN_UP = "taken_up", _("Being decided"), "blue"
    UPHELD = "upheld", _("Upheld"), "green"
    REJECTED = "rejected", _("Rejected"), "red"
    NEW_MARKS = "new_marks", _("To be marked again"), "purple"
    REFUSED = "refused", _("Too late"), "grey"
    WITHDRAWN = "withdrawn", _("Withdrawn"), "grey"


class Against(State):
    """What the applicant thinks is wrong."""

    INELIGIBLE = "ineligible", _("Not eligible")
    REJECTED = "rejected", _("Rejected")
    RESERVED = "reserved", _("On the reserve list")
    LESS = "less", _("Less than was asked for")
    CONDITIONS = "conditions", _("Conditions of the award")


ABOUT_AWARD = frozenset({Against.LESS, Against.CONDITIONS})
"""Of somebody who has a voucher: what the agreement would say is in question."""
