"""States of an alert."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class AlertState(State):
    """Whether letters are written."""

    ASKED = "asked", _("Not confirmed yet"), "yellow"
    CONFIRMED = "confirmed", _("You get letters"), "green"
    ENDED = "ended", _("Ended"), "grey"


class Occasion(State):
    """Why a letter about a call is written."""

    PUBLISHED = "published", _("Published, not open yet")
    OPEN = "open", _("Open")
