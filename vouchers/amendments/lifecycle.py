"""The life of an amendment, and of the proposal to end an agreement before its time: its parties are heard, two persons
agree, or nothing happens."""

from vouchers.amendments import policy
from vouchers.amendments.states import AmendmentState, TerminationState
from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _

_A = AmendmentState

AMENDMENT = Lifecycle(
    "amendment",
    {
        "ask": ((), _A.ASKED, policy.may_ask, _("Ask for an amendment")),
        "agree": ({_A.ASKED}, _A.AGREED, policy.may_decide_amendment, _("Agree to the amendment")),
        "refuse": ({_A.ASKED}, _A.REFUSED, policy.may_decide_amendment, _("Refuse the amendment")),
        "withdraw": ({_A.ASKED, _A.AGREED}, _A.WITHDRAWN, policy.is_asker, _("Withdraw the amendment")),
        "accept_as_sme": ({_A.AGREED}, None, policy.is_sme_of_amendment, _("Accept as SME")),
        "accept_as_provider": ({_A.AGREED}, None, policy.is_contact_of_amendment, _("Accept as provider")),
        "accept_as_region": ({_A.AGREED}, None, policy.is_manager_of_amendment, _("Accept for the region")),
        "enter": ({_A.AGREED}, _A.IN_FORCE, policy.is_the_office, _("In force")),
        "lapse": ({_A.ASKED, _A.AGREED}, _A.LAPSED, policy.is_the_office, _("Lapsed")),
    },
)

_T = TerminationState

TERMINATION = Lifecycle(
    "termination",
    {
        "propose": ((), _T.PROPOSED, policy.may_propose_termination, _("Propose the termination")),
        "answer_as_sme": ({_T.PROPOSED}, None, policy.is_sme_heard, _("Answer for the SME")),
        "answer_as_provider": ({_T.PROPOSED}, None, policy.is_contact_heard, _("Answer for the provider")),
        "confirm": ({_T.PROPOSED}, _T.CONFIRMED, policy.may_decide_termination, _("Terminate the agreement")),
        "refuse": ({_T.PROPOSED}, _T.REFUSED, policy.may_decide_termination, _("Refuse the termination")),
        "withdraw": ({_T.PROPOSED}, _T.WITHDRAWN, policy.is_proposer, _("Withdraw the proposal")),
    },
)
