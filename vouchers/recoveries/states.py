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


class Irregularity(State):
    """Types of irregularity, in the groups in which Member States report them to OLAF (IMS)."""

    REQUEST = "T11", _("T11 Claim incorrect, incomplete or too late")
    BENEFICIARY = "T12", _("T12 Beneficiary not the one stated, or not eligible")
    ACCOUNTS = "T13", _("T13 Accounts and records missing or wrong")
    DOCUMENTS = "T14", _("T14 Supporting documents missing, wrong or false")
    PRODUCT = "T15", _("T15 Activity not eligible, or not the one agreed")
    ACTION = "T16", _("T16 Activity not carried out, not finished or too late")
    BANKRUPTCY = "T18", _("T18 Insolvency")
    ETHICS = "T19", _("T19 Conflict of interest, bribery")
    PROCUREMENT = "T40", _("T40 Rules of procurement not kept")
    OTHER = "T90", _("T90 Other")


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
