"""States of a recovery and of a suspicion, and the closed words of both."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class RecoveryState(State):
    """Where money that is claimed back stands."""

    PROPOSED = "proposed", _("Waits for a second person"), "yellow"
    ORDERED = "ordered", _("To be paid back"), "magenta"
    WAIVER_PROPOSED = "waiver_proposed", _("Waiver or cancellation proposed"), "yellow"
    SETTLED = "settled", _("Paid back"), "green"
    WAIVED = "waived", _("Waived"), "grey"
    CANCELLED = "cancelled", _("Cancelled"), "grey"


class RecoveryCause(State):
    """Why money that was paid is claimed back."""

    IRREGULARITY = "irregularity", _("Irregularity")
    DECISION_WITHDRAWN = "decision_withdrawn", _("The decision on the award was withdrawn")
    TERMINATION = "termination", _("The agreement was terminated")
    DOUBLE_FUNDING = "double_funding", _("The same cost was funded twice")
    AUDIT = "audit", _("Finding of an audit")
    ERROR = "error", _("Error of the office or of the bank")
    ADVANCE = "advance", _("Part of the advance was not used")


CHOSEN = tuple(one for one in RecoveryCause if one is not RecoveryCause.ADVANCE)
"""What a person chooses from; an advance is claimed back from its own page."""


class Irregularity(State):
    """What kind of irregularity it is, in plain words; whoever reports it to OLAF gives it the code of the day."""

    REQUEST = "request", _("Claim wrong or incomplete")
    BENEFICIARY = "beneficiary", _("Beneficiary not eligible, or not the one stated")
    ACCOUNTS = "accounts", _("Accounts or records missing or wrong")
    DOCUMENTS = "documents", _("Supporting documents missing, wrong or false")
    ACTIVITY = "activity", _("Activity not eligible, or not the one agreed")
    NOT_DONE = "not_done", _("Activity not carried out, not finished or too late")
    PUBLICITY = "publicity", _("Rules of publicity not kept")
    PROCUREMENT = "procurement", _("Rules of procurement not kept")
    ETHICS = "ethics", _("Conflict of interest")
    INSOLVENCY = "insolvency", _("Insolvency")
    OTHER = "other", _("Other")


class ReceiptKind(State):
    """How a recovery became less."""

    BANK = "bank", _("Received at the bank")
    SET_OFF = "set_off", _("Set off")
    WAIVER = "waiver", _("Waived")


class Relief(State):
    """What is proposed for what is still owed."""

    WAIVER = "waiver", _("Waive: it is owed, but is not claimed any more")
    CANCELLATION = "cancellation", _("Cancel: it was never owed")


class SuspicionState(State):
    """Whether a suspicion is looked into."""

    REPORTED = "reported", _("Open"), "orange"
    CLOSED = "closed", _("Closed"), "grey"


class SuspicionOutcome(State):
    """What came of a suspicion."""

    REPORTED = "reported", _("Reported to the authority in charge")
    IRREGULARITY = "irregularity", _("An irregularity without intent")
    UNFOUNDED = "unfounded", _("Unfounded")
