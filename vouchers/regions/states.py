"""The states of a region."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class RegionState(State):
    """A region takes part, or no longer does."""

    ACTIVE = "active", _("Active"), "green"
