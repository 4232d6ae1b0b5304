"""The states of an application."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class ApplicationState(State):
    """Where an application stands."""

    DRAFT = "draft", _("Draft"), "grey"
    AWAITING_SIGNATURE = "awaiting_signature", _("Waits for the signature"), "yellow"
    SUBMITTED = "submitted", _("Submitted"), "blue"
    INELIGIBLE = "ineligible", _("Not eligible"), "red"
    ELIGIBLE = "eligible", _("Eligible"), "teal"
    IN_EVALUATION = "in_evaluation", _("In evaluation"), "purple"
    EVALUATED = "evaluated", _("Evaluated"), "magenta"
    AWARDED = "awarded", _("Awarded"), "green"
    RESERVED = "reserved", _("On the reserve list"), "yellow"
    REJECTED = "rejected", _("Rejected"), "red"
    AGREED = "agreed", _("Agreement in force"), "green"
    COMPLETED = "completed", _("Completed"), "green"
    LAPSED = "lapsed", _("Lapsed"), "grey"
    WITHDRAWN = "withdrawn", _("Withdrawn"), "grey"


UNSENT = (ApplicationState.DRAFT, ApplicationState.AWAITING_SIGNATURE)
"""Still being prepared."""


class RecusalState(State):
    """Whether a person of the office keeps away from an application."""

    RECUSED = "recused", _("Stepped back"), "yellow"
    LIFTED = "lifted", _("Lifted"), "grey"


class Untold(State):
    """What an applicant reads while a decision is made but its letter is not written."""

    BEING_DECIDED = "being_decided", _("Being decided"), "blue"


class PartnerState(State):
    """Whether a partner takes part."""

    INVITED = "invited", _("Invited"), "yellow"
    CONFIRMED = "confirmed", _("Confirmed"), "green"
    DECLINED = "declined", _("Declined"), "red"
    LAPSED = "lapsed", _("Did not answer in time"), "grey"
    REMOVED = "removed", _("Removed"), "grey"
