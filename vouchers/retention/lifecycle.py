"""The lives of holds, disposals and requests."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.retention import policy
from vouchers.retention.states import DisposalState, HoldState, RequestState

_D = DisposalState

HOLD = Lifecycle(
    "hold",
    {
        "set": ((), HoldState.SET, policy.is_coordinator, _("Set a hold")),
        "lift": ({HoldState.SET}, HoldState.LIFTED, policy.is_coordinator, _("Lift the hold")),
    },
)

DISPOSAL = Lifecycle(
    "disposal",
    {
        # verb         from           to               who                           label
        "propose": ((), _D.PROPOSED, policy.is_coordinator, _("Propose what may go")),
        "approve": ({_D.PROPOSED}, _D.APPROVED, policy.is_second_coordinator, _("Approve the erasure")),
        "refuse": ({_D.PROPOSED}, _D.REFUSED, policy.is_coordinator, _("Refuse")),
        "carry_out": ({_D.APPROVED}, _D.CARRIED_OUT, policy.is_the_office, _("Erased")),
    },
)

DATA_REQUEST = Lifecycle(
    "data_request",
    {
        "ask": ((), RequestState.ANSWERED, policy.is_self, _("Ask for what is kept of me")),
    },
)
