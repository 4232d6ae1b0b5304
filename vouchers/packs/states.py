"""States of audit packs."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class PackState(State):
    """Where a pack stands."""

    ASKED = "asked", _("Being built"), "blue"
    BUILT = "built", _("Ready"), "green"
    FAILED = "failed", _("Not built"), "red"
    CANCELLED = "cancelled", _("Cancelled"), "grey"
    REMOVED = "removed", _("No longer kept"), "grey"
