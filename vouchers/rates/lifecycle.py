"""The life of a file of rates."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.rates import policy
from vouchers.rates.states import RateImportState

_S = RateImportState

RATE_IMPORT = Lifecycle(
    "rate_import",
    {
        # verb      from        to            who                  label
        "read": ((), _S.READ, policy.keeps_rates, _("Read a file")),
        "load": ({_S.READ}, _S.LOADED, policy.keeps_rates, _("Load the rates")),
        "discard": ({_S.READ}, _S.DISCARDED, policy.keeps_rates, _("Discard the file")),
    },
)
