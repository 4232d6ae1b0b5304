"""States of panels, their votes and interviews."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class PanelState(State):
    """Where a panel stands."""

    PLANNED = "planned", _("Planned"), "grey"
    IN_SESSION = "in_session", _("In session"), "blue"
    MINUTES = "minutes", _("Minutes to be approved"), "yellow"
    CLOSED = "closed", _("Closed"), "green"
    CANCELLED = "cancelled", _("Cancelled"), "grey"


class VoteState(State):
    """Where a vote stands."""

    OPEN = "open", _("Open"), "blue"
    CARRIED = "carried", _("Carried"), "green"
    LOST = "lost", _("Not carried"), "grey"
    WITHDRAWN = "withdrawn", _("Withdrawn"), "grey"


class VoteKind(State):
    """What is voted on."""

    CONFIRM = "confirm", _("Confirm the place")
    MOVE = "move", _("Move to another place")
    FUND = "fund", _("Recommend support")
    REFUSE = "refuse", _("Recommend no support")


class Choice(State):
    """What one member says."""

    YES = "yes", _("Yes"), "green"
    NO = "no", _("No"), "red"
    ABSTAIN = "abstain", _("Abstains"), "grey"


class InterviewState(State):
    """Where an interview stands."""

    OFFERED = "offered", _("Waits for the applicant"), "yellow"
    CONFIRMED = "confirmed", _("Confirmed"), "green"
    MOVE_ASKED = "move_asked", _("Another time is asked for"), "yellow"
    HELD = "held", _("Held"), "blue"
    CANCELLED = "cancelled", _("Cancelled"), "grey"
