"""The life of a region: it comes with a programme, and leaves the register only while nothing stands on it."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.regions import policy
from vouchers.regions.states import RegionState

_S = RegionState

REGION = Lifecycle(
    "region",
    {
        # verb    from         to         who                   label
        "add": ((), _S.ACTIVE, policy.is_the_office, _("Region added")),
        "change": ({_S.ACTIVE}, None, policy.is_the_office, _("Region changed")),
        "remove": ({_S.ACTIVE}, None, policy.is_the_office, _("Region removed")),
    },
)
