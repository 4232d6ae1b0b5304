"""The life of a transfer: two persons, or nothing."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.transfers import policy
from vouchers.transfers.states import TransferState

_S = TransferState

ENVELOPE_TRANSFER = Lifecycle(
    "envelope_transfer",
    {
        # verb      from            to             who                      label
        "propose": ((), _S.PROPOSED, policy.is_giver, _("Propose a transfer")),
        "approve": ({_S.PROPOSED}, _S.APPROVED, policy.is_second_person, _("Approve the transfer")),
        "refuse": ({_S.PROPOSED}, _S.REFUSED, policy.is_second_person, _("Refuse the transfer")),
        "withdraw": ({_S.PROPOSED}, _S.WITHDRAWN, policy.is_proposer, _("Take the transfer back")),
    },
)
