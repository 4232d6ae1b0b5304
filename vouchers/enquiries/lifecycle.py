"""The lives of questions, of public answers and of requests for clarification."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.enquiries import policy
from vouchers.enquiries.states import ClarificationState, EnquiryState, PublicAnswerState

_E, _P, _C = EnquiryState, PublicAnswerState, ClarificationState
_OPEN = {_E.WITH_REGION, _E.WITH_APPLICANT}

ENQUIRY = Lifecycle(
    "enquiry",
    {
        # verb       from         to                 who                label
        "ask": ((), _E.WITH_REGION, policy.is_writer, _("Ask the region")),
        "begin": ((), _E.WITH_APPLICANT, policy.is_manager, _("Write to the applicant")),
        "follow_up": (_OPEN, _E.WITH_REGION, policy.is_writer, _("Write back")),
        "answer": (_OPEN, _E.WITH_APPLICANT, policy.is_manager, _("Answer")),
        "close": (_OPEN, _E.CLOSED, policy.may_write, _("Close the question")),
        "reopen": ({_E.CLOSED}, _E.WITH_REGION, policy.may_write, _("Open the question again")),
    },
)

PUBLIC_ANSWER = Lifecycle(
    "public_answer",
    {
        "publish": ((), _P.PUBLISHED, policy.is_manager, _("Answer in public")),
        "withdraw": ({_P.PUBLISHED}, _P.WITHDRAWN, policy.is_manager, _("Take the public answer back")),
    },
)

CLARIFICATION = Lifecycle(
    "clarification",
    {
        "request": ((), _C.REQUESTED, policy.is_manager, _("Ask for clarification")),
        "save": ({_C.REQUESTED}, None, policy.is_writer, _("Save the new answers")),
        "attach": ({_C.REQUESTED}, None, policy.is_writer, _("Attach a file")),
        "detach": ({_C.REQUESTED}, None, policy.is_writer, _("Remove a file")),
        "answer": ({_C.REQUESTED}, _C.ANSWERED, policy.is_writer, _("Send the new answers")),
        "extend": ({_C.REQUESTED}, None, policy.is_manager, _("Give more time")),
        "remind": ({_C.REQUESTED}, None, policy.is_the_office, _("Reminded")),
        "lapse": ({_C.REQUESTED}, _C.LAPSED, policy.is_the_office, _("Not answered in time")),
        "cancel": ({_C.REQUESTED}, _C.CANCELLED, policy.is_manager, _("Take the request back")),
    },
)
