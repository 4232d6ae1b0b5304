"""The life of an audit pack."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.packs import policy
from vouchers.packs.states import PackState

_P = PackState

PACK = Lifecycle(
    "pack",
    {
        # verb    from         to            who                   label
        "ask": ((), _P.ASKED, policy.may_ask, _("Ask for an audit pack")),
        "report": ({_P.ASKED}, None, policy.is_the_office, _("Progress noted")),
        "build": ({_P.ASKED}, _P.BUILT, policy.is_the_office, _("Built")),
        "fail": ({_P.ASKED}, _P.FAILED, policy.is_the_office, _("Could not be built")),
        "cancel": ({_P.ASKED}, _P.CANCELLED, policy.may_take, _("Cancel the pack")),
        "remove": ({_P.BUILT}, _P.REMOVED, policy.is_the_office, _("The file is no longer kept")),
    },
)
