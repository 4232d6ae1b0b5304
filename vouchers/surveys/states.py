"""A survey, whom it asks, and the words of its answers."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class SurveyState(State):
    """One question to one applicant."""

    ASKED = "asked", _("Waits for an answer"), "yellow"
    ANSWERED = "answered", _("Answered"), "green"
    CLOSED = "closed", _("Not answered"), "grey"


class Group(State):
    """Whom a survey compares, by what was decided."""

    AWARDED = "awarded", _("With a voucher"), "green"
    CONTROL = "control", _("Without a voucher"), "blue"


class Anyway(State):
    """What an applicant did, or would have done, without a voucher."""

    FULL = "full", _("The same, at the same time")
    PARTLY = "partly", _("Less of it, or later")
    NOT = "not", _("Nothing of it")
