"""A decision is made once; each outcome is a row of its own."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.decisions import policy
from vouchers.decisions.states import DecisionState, HoldState

_S = DecisionState

DECISION = Lifecycle(
    "decision",
    {
        # verb    from  to            who                label
        "award": ((), _S.AWARDED, policy.is_manager_or_queue, _("Award")),
        "reserve": ((), _S.RESERVED, policy.is_manager_or_queue, _("Put on the reserve list")),
        "reject": ((), _S.REJECTED, policy.is_manager, _("Reject")),
        "award_on_appeal": ((), _S.AWARDED, policy.is_the_office, _("Award after an appeal")),
        "reserve_on_appeal": ((), _S.RESERVED, policy.is_the_office, _("First on the reserve list after an appeal")),
    },
)

QUEUE_HOLD = Lifecycle(
    "queue_hold",
    {
        "hold": ((), HoldState.HELD, policy.is_the_queue, _("A person must look at it")),
    },
)
