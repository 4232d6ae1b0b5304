"""The states of an expert."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class ExpertState(State):
    """Whether the expert may be asked."""

    ADMITTED = "admitted", _("Admitted"), "green"
    SUSPENDED = "suspended", _("Suspended"), "red"
