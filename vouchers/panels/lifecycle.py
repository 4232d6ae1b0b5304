"""The life of a panel, of a vote in it, and of an interview."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.panels import policy
from vouchers.panels.states import InterviewState, PanelState, VoteState

_P = PanelState
_BEFORE_END = {_P.PLANNED, _P.IN_SESSION}

PANEL = Lifecycle(
    "panel",
    {
        "plan": ((), _P.PLANNED, policy.may_keep, _("Plan a panel")),
        "seat": (_BEFORE_END, None, policy.may_keep, _("Give a seat")),
        "unseat": ({_P.PLANNED}, None, policy.may_keep, _("Take a seat back")),
        "open": ({_P.PLANNED}, _P.IN_SESSION, policy.may_lead, _("Open the session")),
        "attend": ({_P.IN_SESSION}, None, policy.may_lead, _("Note who is present")),
        "recuse": (_BEFORE_END, None, policy.is_member, _("Step back from an application")),
        "write": ({_P.IN_SESSION, _P.MINUTES}, None, policy.may_lead, _("Write the minutes")),
        "end": ({_P.IN_SESSION}, _P.MINUTES, policy.may_lead, _("End the session")),
        "approve": ({_P.MINUTES}, None, policy.is_member, _("Approve the minutes")),
        "remind": ({_P.MINUTES}, None, policy.is_the_office, _("Reminded")),
        "close": ({_P.MINUTES}, _P.CLOSED, policy.is_the_office, _("The minutes are approved")),
        "cancel": ({_P.PLANNED}, _P.CANCELLED, policy.may_keep, _("Cancel the panel")),
    },
)

_V = VoteState

PANEL_VOTE = Lifecycle(
    "panel_vote",
    {
        "propose": ((), _V.OPEN, policy.is_voter, _("Put to the vote")),
        "cast": ({_V.OPEN}, None, policy.is_voter, _("Vote")),
        "carry": ({_V.OPEN}, _V.CARRIED, policy.may_lead_vote, _("Close the vote: carried")),
        "lose": ({_V.OPEN}, _V.LOST, policy.may_lead_vote, _("Close the vote: not carried")),
        "withdraw": ({_V.OPEN}, _V.WITHDRAWN, policy.may_withdraw, _("Withdraw the proposal")),
    },
)

_I = InterviewState
_AHEAD = {_I.OFFERED, _I.CONFIRMED, _I.MOVE_ASKED}

INTERVIEW = Lifecycle(
    "interview",
    {
        "offer": ((), _I.OFFERED, policy.is_manager, _("Invite to an interview")),
        "confirm": ({_I.OFFERED}, _I.CONFIRMED, policy.is_applicant, _("Confirm the time")),
        "ask_move": ({_I.OFFERED, _I.CONFIRMED}, _I.MOVE_ASKED, policy.is_applicant, _("Ask for another time")),
        "move": (_AHEAD, _I.OFFERED, policy.is_manager, _("Offer another time")),
        "reply": (_AHEAD, None, policy.is_applicant, _("Answer the questions")),
        "note": ({_I.CONFIRMED, _I.HELD}, _I.HELD, policy.may_note, _("Write the notes")),
        "cancel": (_AHEAD, _I.CANCELLED, policy.is_manager, _("Cancel the interview")),
    },
)
