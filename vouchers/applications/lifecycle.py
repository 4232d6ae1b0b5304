"""The life of an application."""

from vouchers.applications import policy
from vouchers.applications.states import ApplicationState, PartnerState, RecusalState
from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _

_S = ApplicationState
_UNDECIDED = {_S.SUBMITTED, _S.ELIGIBLE, _S.IN_EVALUATION, _S.EVALUATED, _S.RESERVED}
_WRITTEN = {_S.DRAFT, _S.AWAITING_SIGNATURE}
_DECIDED = {_S.AWARDED, _S.RESERVED, _S.REJECTED, _S.LAPSED, _S.WITHDRAWN}
_ENDED = {*_WRITTEN, _S.INELIGIBLE, _S.REJECTED, _S.RESERVED, _S.COMPLETED, _S.LAPSED, _S.WITHDRAWN}
_SUBMITTED = {*_S} - _WRITTEN
_DECIDABLE = {_S.ELIGIBLE, _S.EVALUATED, _S.RESERVED}

APPLICATION = Lifecycle(
    "application",
    {
        # verb               from                      to                 who                  label
        "start": ((), _S.DRAFT, policy.is_writer, _("Start an application")),
        "save_answers": ({_S.DRAFT}, None, policy.is_writer, _("Save answers")),
        "attach": ({_S.DRAFT}, None, policy.is_writer, _("Attach a file")),
        "detach": ({_S.DRAFT}, None, policy.is_writer, _("Remove a file")),
        "send_to_signatory": (
            {_S.DRAFT},
            _S.AWAITING_SIGNATURE,
            policy.is_writer,
            _("Send it to the person who signs"),
        ),
        "send_back": ({_S.AWAITING_SIGNATURE}, _S.DRAFT, policy.may_send_back, _("Send it back")),
        "remind": (_WRITTEN, None, policy.is_the_office, _("Reminded of the deadline")),
        "submit": (_WRITTEN, _S.SUBMITTED, policy.may_submit, _("Submit the application")),
        "withdraw": ({*_WRITTEN, *_UNDECIDED}, _S.WITHDRAWN, policy.is_writer, _("Withdraw the application")),
        "take_over": (_SUBMITTED, None, policy.may_handle, _("Handle it yourself")),
        "hand_over": (_SUBMITTED, None, policy.may_hand_over, _("Hand it over")),
        "amend": (_UNDECIDED, None, policy.is_the_office, _("Answered a request for clarification")),
        "find_eligible": ({_S.SUBMITTED}, _S.ELIGIBLE, policy.is_manager_or_queue, _("Formal check passed")),
        "find_ineligible": ({_S.SUBMITTED}, _S.INELIGIBLE, policy.is_manager, _("Formal check failed")),
        "start_evaluation": ({_S.ELIGIBLE}, _S.IN_EVALUATION, policy.is_manager, _("Evaluation started")),
        "finish_evaluation": ({_S.IN_EVALUATION}, _S.EVALUATED, policy.is_the_office, _("Evaluation finished")),
        "reopen_evaluation": ({_S.EVALUATED}, _S.IN_EVALUATION, policy.is_the_office, _("Evaluation reopened")),
        "award": (_DECIDABLE, _S.AWARDED, policy.may_decide, _("Awarded")),
        "reserve": ({_S.ELIGIBLE, _S.EVALUATED}, _S.RESERVED, policy.may_decide, _("Put on the reserve list")),
        "reject": (_DECIDABLE, _S.REJECTED, policy.may_decide, _("Rejected")),
        "tell": (_DECIDED, None, policy.is_the_office, _("The applicant was told")),
        "decline_award": ({_S.AWARDED}, _S.LAPSED, policy.is_writer, _("Decline the award")),
        "agree": ({_S.AWARDED}, _S.AGREED, policy.is_the_office, _("Agreement in force")),
        "lapse": ({_S.AWARDED, _S.AGREED}, _S.LAPSED, policy.is_the_office, _("Award lapsed")),
        "reinstate": ({_S.INELIGIBLE}, _S.ELIGIBLE, policy.is_the_office, _("Found eligible after an appeal")),
        "reopen": ({_S.REJECTED}, _S.RESERVED, policy.is_the_office, _("Back on the list after an appeal")),
        "mark_again": (
            {_S.REJECTED, _S.RESERVED},
            _S.IN_EVALUATION,
            policy.is_the_office,
            _("Marked again after an appeal"),
        ),
        "award_on_appeal": ({_S.RESERVED}, _S.AWARDED, policy.is_the_office, _("Awarded after an appeal")),
        "raise_award": ({_S.AWARDED}, None, policy.is_the_office, _("Award raised after an appeal")),
        "complete": ({_S.AGREED}, _S.COMPLETED, policy.is_the_office, _("Completed")),
        "dispose": (_ENDED, None, policy.is_the_office, _("Its papers were deleted, as their time had ended")),
    },
)

_P = PartnerState

PARTNER = Lifecycle(
    "partner",
    {
        "invite": ((), _P.INVITED, policy.is_writer_of_partner, _("Invite a partner")),
        "confirm": ({_P.INVITED}, _P.CONFIRMED, policy.is_partner_contact, _("Confirm")),
        "decline": ({_P.INVITED}, _P.DECLINED, policy.is_partner_contact, _("Decline")),
        "remind": ({_P.INVITED}, None, policy.is_the_office, _("Reminded of the deadline")),
        "lapse": ({_P.INVITED}, _P.LAPSED, policy.is_the_office, _("Did not answer in time")),
        "remove": (
            {_P.INVITED, _P.CONFIRMED, _P.DECLINED, _P.LAPSED},
            _P.REMOVED,
            policy.is_writer_of_partner,
            _("Remove the partner"),
        ),
    },
)

_R = RecusalState

RECUSAL = Lifecycle(
    "recusal",
    {
        "recuse": ((), _R.RECUSED, policy.is_that_officer, _("Step back from an application")),
        "lift": ({_R.RECUSED}, _R.LIFTED, policy.may_lift, _("Lift the stepping back")),
    },
)
