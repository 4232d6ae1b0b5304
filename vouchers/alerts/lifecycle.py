"""The life of an alert."""

from vouchers.alerts import policy
from vouchers.alerts.states import AlertState
from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _

_S = AlertState

ALERT = Lifecycle(
    "alert",
    {
        # verb        from                       to             who                   label
        "ask": ((), _S.ASKED, policy.is_anyone, _("Asked for letters about new calls")),
        "ask_again": ({_S.ASKED, _S.CONFIRMED}, None, policy.is_anyone, _("Asked again")),
        "confirm": ({_S.ASKED}, _S.CONFIRMED, policy.has_its_link, _("Yes, write to me")),
        "notify": ({_S.CONFIRMED}, None, policy.is_the_office, _("Told of a call")),
        "end": ({_S.ASKED, _S.CONFIRMED}, _S.ENDED, policy.has_its_link, _("Stop the letters")),
        "lapse": ({_S.ASKED, _S.CONFIRMED}, _S.ENDED, policy.is_the_office, _("The time for it is over")),
    },
)
