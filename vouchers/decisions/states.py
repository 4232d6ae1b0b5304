"""Outcomes of a decision, and what else is noted on the way to one."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class DecisionState(State):
    """What was decided. A decision is never changed: a later one follows it."""

    AWARDED = "awarded", _("Awarded"), "green"
    RESERVED = "reserved", _("On the reserve list"), "yellow"
    REJECTED = "rejected", _("Rejected"), "red"


class HoldState(State):
    """An application of a queue with which the office does not go on by itself."""

    HELD = "held", _("Waits for a person"), "yellow"
