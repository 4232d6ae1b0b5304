"""The life of an accounting period, which is one step long."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.periods import policy
from vouchers.periods.states import PeriodState

PERIOD = Lifecycle(
    "period",
    {
        "close": ((), PeriodState.CLOSED, policy.may_close, _("Accounting period closed")),
    },
)
