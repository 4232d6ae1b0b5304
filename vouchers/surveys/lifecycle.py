"""The life of a survey: asked, reminded once, answered (and corrected until its last day) or closed."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.surveys import policy
from vouchers.surveys.states import SurveyState

_S = SurveyState

SURVEY = Lifecycle(
    "survey",
    {
        # verb     from        to           who                label
        "ask": ((), _S.ASKED, policy.is_the_office, _("Survey sent")),
        "remind": ({_S.ASKED}, None, policy.is_the_office, _("Reminded")),
        "answer": ({_S.ASKED}, _S.ANSWERED, policy.may_answer, _("Send the answers")),
        "correct": ({_S.ANSWERED}, None, policy.may_answer, _("Change the answers")),
        "close": ({_S.ASKED}, _S.CLOSED, policy.is_the_office, _("Not answered in time")),
    },
)
