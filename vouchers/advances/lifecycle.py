"""The life of an advance."""

from vouchers.advances import policy
from vouchers.advances.states import AdvanceState
from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _

_S = AdvanceState

ADVANCE = Lifecycle(
    "advance",
    {
        # verb             from                                 to             who                   label
        "ask": ((), _S.ASKED, policy.is_asker, _("Ask for an advance")),
        "withdraw": ({_S.ASKED}, _S.WITHDRAWN, policy.is_asker, _("Withdraw the advance")),
        "approve": ({_S.ASKED}, _S.APPROVED, policy.is_decider, _("Approve the advance")),
        "refuse": ({_S.ASKED}, _S.REFUSED, policy.is_decider, _("Refuse the advance")),
        "cancel": ({_S.APPROVED}, _S.CANCELLED, policy.cancels, _("Cancel the advance")),
        "order_payment": ({_S.APPROVED}, _S.IN_PAYMENT, policy.is_the_office, _("Payment ordered")),
        "release_payment": ({_S.IN_PAYMENT}, _S.APPROVED, policy.is_the_office, _("Payment order cancelled")),
        "pay": ({_S.APPROVED, _S.IN_PAYMENT}, _S.PAID, policy.is_the_office, _("Paid")),
        "unpay": ({_S.PAID}, _S.IN_PAYMENT, policy.is_the_office, _("Not paid yet: what paid it was something else")),
        "give_back": (
            {_S.IN_PAYMENT, _S.PAID, _S.SETTLED},
            _S.APPROVED,
            policy.is_the_office,
            _("The payment came back"),
        ),
        "settle": ({_S.PAID}, None, policy.is_the_office, _("Settled by a claim")),
        "leave_over": ({_S.PAID}, None, policy.is_the_office, _("Left over after the last claim")),
        "close": ({_S.PAID}, _S.SETTLED, policy.is_the_office, _("Settled in full")),
    },
)
