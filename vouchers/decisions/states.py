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


class SessionState(State):
    """Where a decision session stands: one person proposes, another one confirms, then all of it is decided."""

    DRAFT = "draft", _("Being prepared"), "blue"
    PROPOSED = "proposed", _("Waits for the second person"), "yellow"
    DECIDING = "deciding", _("Being decided"), "blue"
    CONFIRMED = "confirmed", _("Confirmed"), "green"
    ANNOUNCED = "announced", _("Letters sent"), "green"
    DISCARDED = "discarded", _("Discarded"), "grey"


class PackageState(State):
    """How far a file of feedback reports has come."""

    ASKED = "asked", _("Being written"), "blue"
    MADE = "made", _("Made"), "green"


class TemplateState(State):
    """Whether a letter is worded by its own text or by the usual one."""

    IN_USE = "in_use", _("In use"), "green"
    SET_ASIDE = "set_aside", _("Set aside"), "grey"


class ConditionState(State):
    """Where a condition of an award stands."""

    OPEN = "open", _("Not met yet"), "yellow"
    WAIVER_ASKED = "waiver_asked", _("Waiver waits for a second person"), "orange"
    MET = "met", _("Met"), "green"
    WAIVED = "waived", _("Waived"), "grey"
    LIFTED = "lifted", _("Lifted after an appeal"), "grey"
    LAPSED = "lapsed", _("Lapsed with the award"), "grey"
