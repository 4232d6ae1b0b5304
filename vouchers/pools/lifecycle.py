"""The lives of a call for a pool, of an enrolment in it, and of the import of a pool."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.pools import policy
from vouchers.pools.states import EnrolmentState, PoolCallState, PoolImportState

_C, _E, _I = PoolCallState, EnrolmentState, PoolImportState

POOL_CALL = Lifecycle(
    "pool_call",
    {
        # verb     from                     to            who                       label
        "draft": ((), _C.DRAFT, policy.may_keep_pool, _("Write a call")),
        "edit": ({_C.DRAFT}, None, policy.may_keep_pool, _("Change the call")),
        "publish": ({_C.DRAFT}, _C.PUBLISHED, policy.may_keep_pool, _("Publish")),
        "extend": ({_C.PUBLISHED}, None, policy.may_keep_pool, _("Move the deadline")),
        "close": ({_C.DRAFT, _C.PUBLISHED}, _C.CLOSED, policy.may_keep_pool, _("Close the call")),
    },
)

ENROLMENT = Lifecycle(
    "enrolment",
    {
        "start": ((), _E.DRAFT, policy.may_enrol, _("Begin")),
        "save": ({_E.DRAFT}, None, policy.may_write, _("Change your answers")),
        "attach": ({_E.DRAFT}, None, policy.may_write, _("Attach a file")),
        "detach": ({_E.DRAFT}, None, policy.may_write, _("Remove a file")),
        "submit": ({_E.DRAFT}, _E.SUBMITTED, policy.may_write, _("Submit")),
        "withdraw": ({_E.DRAFT, _E.SUBMITTED}, _E.WITHDRAWN, policy.may_write, _("Withdraw")),
        "mark": ({_E.SUBMITTED}, None, policy.may_judge, _("Mark")),
        "admit": ({_E.SUBMITTED}, _E.ADMITTED, policy.may_judge, _("Admit")),
        "refuse": ({_E.SUBMITTED}, _E.REFUSED, policy.may_judge, _("Refuse")),
    },
)

POOL_IMPORT = Lifecycle(
    "pool_import",
    {
        "read": ((), _I.READ, policy.may_keep_pool, _("Read a file")),
        "confirm": ({_I.READ}, _I.RUNNING, policy.may_keep_pool, _("Write it into the register")),
        "advance": ({_I.RUNNING}, None, policy.is_the_office, _("Lines were written")),
        "finish": ({_I.RUNNING}, _I.DONE, policy.is_the_office, _("Everything is written")),
        "discard": ({_I.READ}, _I.DISCARDED, policy.may_discard, _("Discard the file")),
    },
)
