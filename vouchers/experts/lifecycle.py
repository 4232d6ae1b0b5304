"""The life of an expert in the register."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.experts import policy
from vouchers.experts.states import ExpertState

_S = ExpertState

EXPERT = Lifecycle(
    "expert",
    {
        # verb      from             to              who                        label
        "admit": ((), _S.ADMITTED, policy.may_keep_register, _("Admit to the register")),
        "edit": ({_S.ADMITTED, _S.SUSPENDED}, None, policy.may_keep_register, _("Change the entry")),
        "suspend": ({_S.ADMITTED}, _S.SUSPENDED, policy.may_keep_register, _("Suspend")),
        "reinstate": ({_S.SUSPENDED}, _S.ADMITTED, policy.may_keep_register, _("Admit again")),
    },
)
