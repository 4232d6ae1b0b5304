"""States of programmes, calls and envelopes."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class ProgrammeState(State):
    """Whether the programme runs."""

    ACTIVE = "active", _("Running"), "green"


class CallState(State):
    """Whether a call is public. Whether it is open is a question of the clock, see `rules.phase`."""

    PUBLISHED = "published", _("Published"), "green"


class CallPhase(State):
    """What the clock says of a published call."""

    OPENING_SOON = "opening_soon", _("Opening soon"), "yellow"
    OPEN = "open", _("Open"), "green"
    CLOSED = "closed", _("Closed"), "grey"


class EnvelopeState(State):
    """Whether the money was voted."""

    APPROPRIATED = "appropriated", _("Appropriated"), "green"


class CorrigendumState(State):
    """A correction is public from its first moment, and stays."""

    PUBLISHED = "published", _("Published"), "green"
