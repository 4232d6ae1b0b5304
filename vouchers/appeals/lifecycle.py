"""The life of an appeal."""

from vouchers.appeals import policy
from vouchers.appeals.states import AppealState
from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _

_S = AppealState
_OPEN = {_S.DRAFT, _S.LATE, _S.FILED, _S.TAKEN_UP}

APPEAL = Lifecycle(
    "appeal",
    {
        # verb             from            to             who                   label
        "start": ((), _S.DRAFT, policy.is_writer, _("Write an appeal")),
        "save": ({_S.DRAFT}, None, policy.is_writer, _("Save the appeal")),
        "attach": ({_S.DRAFT}, None, policy.is_writer, _("Attach a file")),
        "detach": ({_S.DRAFT}, None, policy.is_writer, _("Remove a file")),
        "file": ({_S.DRAFT}, _S.FILED, policy.is_writer, _("Send the appeal")),
        "file_late": ({_S.DRAFT}, _S.LATE, policy.is_writer, _("Send the appeal although it is late")),
        "withdraw": (_OPEN, _S.WITHDRAWN, policy.is_writer, _("Withdraw the appeal")),
        "admit_late": ({_S.LATE}, _S.FILED, policy.may_take_up, _("Admit the late appeal")),
        "refuse_late": ({_S.LATE}, _S.REFUSED, policy.may_take_up, _("Refuse the late appeal")),
        "take_up": ({_S.FILED}, _S.TAKEN_UP, policy.may_take_up, _("Decide this appeal myself")),
        "appoint": ({_S.FILED, _S.TAKEN_UP}, _S.TAKEN_UP, policy.may_appoint, _("Appoint who decides")),
        "hand_back": ({_S.TAKEN_UP}, _S.FILED, policy.is_decider, _("Hand the appeal back")),
        "uphold": ({_S.TAKEN_UP}, _S.UPHELD, policy.is_decider, _("Uphold the appeal")),
        "reject": ({_S.TAKEN_UP}, _S.REJECTED, policy.is_decider, _("Reject the appeal")),
        "order_new_marks": ({_S.TAKEN_UP}, _S.NEW_MARKS, policy.is_decider, _("Have it marked again")),
    },
)
