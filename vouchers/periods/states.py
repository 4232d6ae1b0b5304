"""States of an accounting period."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class PeriodState(State):
    """An accounting period that was closed stays closed."""

    CLOSED = "closed", _("Closed"), "grey"
