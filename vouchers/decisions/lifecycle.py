"""A decision is made once, each outcome by its own row; a session is proposed by one person, confirmed by another."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.decisions import policy
from vouchers.decisions.states import (
    ConditionState,
    DecisionState,
    HoldState,
    PackageState,
    SessionState,
    TemplateState,
)

_S = DecisionState

DECISION = Lifecycle(
    "decision",
    {
        # verb    from  to            who                label
        "award": ((), _S.AWARDED, policy.is_decider, _("Award")),
        "reserve": ((), _S.RESERVED, policy.is_decider, _("Put on the reserve list")),
        "reject": ((), _S.REJECTED, policy.is_decider, _("Reject")),
        "award_on_appeal": ((), _S.AWARDED, policy.is_the_office, _("Award after an appeal")),
        "reserve_on_appeal": ((), _S.RESERVED, policy.is_the_office, _("First on the reserve list after an appeal")),
        "tell": ({_S.AWARDED, _S.RESERVED, _S.REJECTED}, None, policy.is_the_office, _("Write the letter")),
    },
)

QUEUE_HOLD = Lifecycle(
    "queue_hold",
    {
        "hold": ((), HoldState.HELD, policy.is_the_office, _("A person must look at it")),
    },
)

_D = SessionState

DECISION_SESSION = Lifecycle(
    "decision_session",
    {
        "prepare": ((), _D.DRAFT, policy.may_propose, _("Prepare a decision session")),
        "edit": ({_D.DRAFT}, None, policy.may_propose, _("Change the proposal")),
        "propose": ({_D.DRAFT}, _D.PROPOSED, policy.may_propose, _("Propose")),
        "send_back": ({_D.PROPOSED}, _D.DRAFT, policy.is_second_person, _("Send it back")),
        "confirm": ({_D.PROPOSED}, _D.DECIDING, policy.is_second_person, _("Confirm all")),
        "decide": ({_D.DECIDING}, None, policy.is_the_office, _("Being decided")),
        "finish": ({_D.DECIDING}, _D.CONFIRMED, policy.is_the_office, _("Confirmed")),
        "stop": ({_D.DECIDING}, _D.PROPOSED, policy.is_the_office, _("Stopped")),
        "break_off": ({_D.DECIDING}, _D.CONFIRMED, policy.is_the_office, _("Stopped")),
        "discard": ({_D.DRAFT, _D.PROPOSED}, _D.DISCARDED, policy.may_propose, _("Discard")),
        "announce": ({_D.CONFIRMED}, _D.ANNOUNCED, policy.may_announce, _("Send the letters")),
    },
)

FEEDBACK_PACKAGE = Lifecycle(
    "feedback_package",
    {
        "ask": ((), PackageState.ASKED, policy.may_announce, _("Ask for all feedback reports")),
        "report": ({PackageState.ASKED}, None, policy.is_the_office, _("Progress noted")),
        "make": ({PackageState.ASKED}, PackageState.MADE, policy.is_the_office, _("Made")),
    },
)

_T = TemplateState

LETTER_TEMPLATE = Lifecycle(
    "letter_template",
    {
        "write": ((), _T.IN_USE, policy.may_decide, _("Word the letter")),
        "edit": ({_T.IN_USE, _T.SET_ASIDE}, _T.IN_USE, policy.may_decide, _("Change the wording")),
        "set_aside": ({_T.IN_USE}, _T.SET_ASIDE, policy.may_decide, _("Use the usual text again")),
    },
)

_C = ConditionState

AWARD_CONDITION = Lifecycle(
    "award_condition",
    {
        "attach": ((), _C.OPEN, policy.is_decider, _("Attach a condition")),
        "meet": ({_C.OPEN}, _C.MET, policy.is_manager, _("It is met")),
        "ask_waiver": ({_C.OPEN}, _C.WAIVER_ASKED, policy.is_manager, _("Ask for a waiver")),
        "waive": ({_C.WAIVER_ASKED}, _C.WAIVED, policy.may_waive, _("Waive it")),
        "keep": ({_C.WAIVER_ASKED}, _C.OPEN, policy.may_waive, _("Keep the condition")),
        "remind": ({_C.OPEN}, None, policy.is_the_office, _("Reminded")),
        "lapse": ({_C.OPEN, _C.WAIVER_ASKED}, _C.LAPSED, policy.is_the_office, _("Lapsed with the award")),
        "lift": ({_C.OPEN, _C.WAIVER_ASKED}, _C.LIFTED, policy.is_the_office, _("Lifted after an appeal")),
        "put_instead": ((), _C.OPEN, policy.is_the_office, _("Put in the place of another after an appeal")),
    },
)
