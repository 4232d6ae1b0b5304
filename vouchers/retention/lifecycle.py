"""The lives of holds and of lists of what may go."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.retention import policy
from vouchers.retention.states import CopyState, DisposalState, HoldState

_D = DisposalState

HOLD = Lifecycle(
    "hold",
    {
        # verb  from              to               who                       label
        "set": ((), HoldState.SET, policy.is_keeper, _("Set a hold")),
        "lift": ({HoldState.SET}, HoldState.LIFTED, policy.is_second_to_lift, _("Lift the hold")),
    },
)

DISPOSAL = Lifecycle(
    "disposal",
    {
        # verb         from           to              who                         label
        "propose": ((), _D.PROPOSED, policy.is_keeper, _("Propose what may go")),
        "approve": ({_D.PROPOSED}, _D.APPROVED, policy.is_second_to_approve, _("Approve the deletion")),
        "refuse": ({_D.PROPOSED}, _D.REFUSED, policy.is_keeper, _("Refuse the list")),
        "delete": ({_D.APPROVED}, None, policy.is_the_office, _("Delete one line of the list")),
        "keep": ({_D.APPROVED}, None, policy.is_the_office, _("Keep one line of the list")),
        "carry_out": ({_D.APPROVED}, _D.CARRIED_OUT, policy.is_the_office, _("Carried out")),
    },
)

_C = CopyState

DATA_COPY = Lifecycle(
    "data_copy",
    {
        # verb   from          to          who                       label
        "ask": ((), _C.ASKED, policy.may_ask_copy, _("Ask for a copy of the data")),
        "report": ({_C.ASKED}, None, policy.is_the_office, _("Progress noted")),
        "make": ({_C.ASKED}, _C.MADE, policy.is_the_office, _("The copy is ready")),
        "fail": ({_C.ASKED}, _C.FAILED, policy.is_the_office, _("Could not be built")),
        "fetch": ({_C.MADE}, None, policy.may_fetch_copy, _("Fetch the copy")),
        "expire": ({_C.MADE}, _C.EXPIRED, policy.is_the_office, _("The copy was deleted again")),
    },
)
