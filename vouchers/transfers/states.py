"""States of a transfer."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class TransferState(State):
    """Where a transfer between two envelopes stands. Money moves with the approval, and only then."""

    PROPOSED = "proposed", _("Waits for the other side"), "yellow"
    APPROVED = "approved", _("Approved"), "green"
    REFUSED = "refused", _("Refused"), "red"
    WITHDRAWN = "withdrawn", _("Withdrawn"), "grey"
