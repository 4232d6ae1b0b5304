"""The states of a service provider."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class ProviderState(State):
    """Whether applicants may choose the provider."""

    REGISTERED = "registered", _("Registered"), "blue"
    ACCREDITED = "accredited", _("Accredited"), "green"
    SUSPENDED = "suspended", _("Suspended"), "red"
    ENDED = "ended", _("Left the register"), "grey"


LISTED = (ProviderState.REGISTERED, ProviderState.ACCREDITED)
"""Those who stand in the directory."""
