"""The life of a payment batch."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.payments import policy
from vouchers.payments.states import BatchState

_S = BatchState

BATCH = Lifecycle(
    "batch",
    {
        # verb      from             to                who                        label
        "make": ((), _S.MADE, policy.is_officer, _("Make a payment batch")),
        "authorise": ({_S.MADE}, _S.AUTHORISED, policy.is_second_officer, _("Authorise")),
        "cancel": ({_S.MADE}, _S.CANCELLED, policy.is_officer, _("Cancel")),
        "execute": ({_S.AUTHORISED}, _S.EXECUTED, policy.is_officer, _("Mark as executed by the bank")),
    },
)
