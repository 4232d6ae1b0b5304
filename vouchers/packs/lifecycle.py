"""The life of an audit pack."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.packs import policy
from vouchers.packs.states import PackState

PACK = Lifecycle(
    "pack",
    {
        # verb    from               to                who                    label
        "ask": ((), PackState.ASKED, policy.may_take, _("Ask for an audit pack")),
        "report": ({PackState.ASKED}, None, policy.is_the_office, _("Progress noted")),
        "build": ({PackState.ASKED}, PackState.BUILT, policy.is_the_office, _("Built")),
        "fail": ({PackState.ASKED}, PackState.FAILED, policy.is_the_office, _("Could not be built")),
    },
)
