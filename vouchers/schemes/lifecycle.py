"""The life of a draft."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.schemes import policy
from vouchers.schemes.states import DraftState

_D = DraftState

SCHEME_DRAFT = Lifecycle(
    "scheme_draft",
    {
        # verb    from          to            who                    label
        "start": ((), _D.DRAFT, policy.is_coordinator, _("Start a draft")),
        "edit": ({_D.DRAFT}, None, policy.is_coordinator, _("Change the draft")),
        "publish": ({_D.DRAFT}, _D.PUBLISHED, policy.is_coordinator, _("Publish the call")),
        "discard": ({_D.DRAFT}, _D.DISCARDED, policy.is_coordinator, _("Discard the draft")),
    },
)
