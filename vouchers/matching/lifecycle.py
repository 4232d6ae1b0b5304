"""The life of a run, of a wish, and of an expert's answer."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.matching import policy
from vouchers.matching.states import BidState, RunState, WishState

_S = RunState

MATCHING_RUN = Lifecycle(
    "matching_run",
    {
        # verb              from                       to              who                       label
        "ask": ((), _S.ASKED, policy.may_steer, _("Propose who marks what")),
        "start": ({_S.ASKED, _S.RUNNING}, _S.RUNNING, policy.is_the_office, _("Reckoning began")),
        "report": ({_S.RUNNING}, None, policy.is_the_office, _("Progress noted")),
        "propose": ({_S.RUNNING}, _S.PROPOSED, policy.is_the_office, _("Proposed")),
        "find_impossible": ({_S.RUNNING}, _S.IMPOSSIBLE, policy.is_the_office, _("Found impossible")),
        "cancel": ({_S.ASKED, _S.RUNNING}, _S.CANCELLED, policy.may_steer, _("Cancel")),
        "confirm": ({_S.PROPOSED}, _S.GIVING, policy.may_confirm, _("Confirm and assign")),
        "give": ({_S.GIVING}, None, policy.is_the_office, _("Pairs assigned")),
        "finish": ({_S.GIVING}, _S.CONFIRMED, policy.is_the_office, _("All pairs assigned")),
        "hand_on": ({_S.GIVING}, _S.PROPOSED, policy.is_the_office, _("The other regions confirm next")),
        "discard": ({_S.PROPOSED, _S.IMPOSSIBLE}, _S.DISCARDED, policy.may_steer_or_office, _("Discard")),
    },
)

_W = WishState

WISH = Lifecycle(
    "wish",
    {
        "pin": ((), _W.PINNED, policy.is_manager, _("Pin")),
        "exclude": ((), _W.EXCLUDED, policy.is_manager, _("Exclude")),
        "drop": ({_W.PINNED, _W.EXCLUDED}, _W.DROPPED, policy.is_manager, _("Drop the wish")),
    },
)

BID = Lifecycle(
    "bid",
    {
        "give": ((), BidState.GIVEN, policy.is_that_expert, _("Say how gladly one would mark it")),
        "change": ({BidState.GIVEN}, None, policy.is_that_expert, _("Change the answer")),
    },
)
