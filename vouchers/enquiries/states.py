"""States of questions, of public answers and of requests for clarification."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class EnquiryState(State):
    """Whose turn it is in a thread."""

    WITH_REGION = "with_region", _("The region answers next"), "yellow"
    WITH_APPLICANT = "with_applicant", _("Answered"), "green"
    CLOSED = "closed", _("Closed"), "grey"


class PublicAnswerState(State):
    """Whether everybody can read it on the page of the call."""

    PUBLISHED = "published", _("Published"), "green"
    WITHDRAWN = "withdrawn", _("No longer published"), "grey"


class ClarificationState(State):
    """Whether the applicant still has to answer."""

    REQUESTED = "requested", _("Waiting for the applicant"), "yellow"
    ANSWERED = "answered", _("Answered"), "green"
    LAPSED = "lapsed", _("Not answered in time"), "red"
    CANCELLED = "cancelled", _("Not needed any more"), "grey"
