"""The states of a payment batch, and of each payment in it."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class BatchState(State):
    """Where a batch stands."""

    MADE = "made", _("Waiting for authorisation"), "yellow"
    AUTHORISED = "authorised", _("Authorised: file ready for the bank"), "blue"
    DONE = "done", _("Done"), "green"
    CANCELLED = "cancelled", _("Cancelled"), "grey"


class PaymentState(State):
    """What became of one payment."""

    ORDERED = "ordered", _("Under way"), "blue"
    EXECUTED = "executed", _("Executed"), "green"
    REJECTED = "rejected", _("Refused by the bank"), "red"
    GIVEN_BACK = "given_back", _("Given back by the bank"), "orange"
    UNDUE = "undue", _("Executed, though nothing was owed any more"), "red"
    CANCELLED = "cancelled", _("Cancelled"), "grey"


class FileVersion(State):
    """In which version of ISO 20022 the bank takes the file."""

    V09 = "001.001.09", _("pain.001.001.09 (usual since 2023)")
    V03 = "001.001.03", _("pain.001.001.03 (for banks that do not take .09 yet)")
