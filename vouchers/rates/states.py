"""States of a file of rates, and what one of its lines would do."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class RateImportState(State):
    """How far a file is. Nothing of it is a rate before it is loaded."""

    READ = "read", _("Waits for your confirmation"), "yellow"
    LOADED = "loaded", _("Loaded"), "green"
    DISCARDED = "discarded", _("Discarded"), "grey"


class Effect(State):
    """What a line of the file would do."""

    NEW = "new", _("New"), "green"
    CHANGED = "changed", _("Changed"), "orange"
    SAME = "same", _("As before"), "grey"
    REFUSED = "refused", _("Refused"), "red"
