"""How far a draw is."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class DrawState(State):
    """A draw by lot, from the frozen pool to its result."""

    FROZEN = "frozen", _("Pool frozen"), "blue"
    ANNOUNCED = "announced", _("Waits for the numbers"), "yellow"
    NUMBERED = "numbered", _("Numbers entered"), "orange"
    DRAWN = "drawn", _("Drawn"), "green"
    DISPUTED = "disputed", _("Drawn, a correction is proposed"), "yellow"
