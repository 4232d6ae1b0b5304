"""The states of what the bank sends, and the words for what is unclear about it."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class StatementState(State):
    """Where a statement stands."""

    TAKEN_IN = "taken_in", _("Being booked"), "yellow"
    BOOKED = "booked", _("Booked"), "green"


class EntryState(State):
    """Where one movement of a statement stands."""

    RECOGNISED = "recognised", _("Recognised, waits to be booked"), "blue"
    OPEN = "open", _("Not matched"), "orange"
    MATCHED = "matched", _("Matched"), "green"
    BOOKED = "booked", _("Booked by hand"), "green"
    SET_ASIDE = "set_aside", _("Put aside"), "grey"
    NOTED = "noted", _("For information"), "grey"


class ReportState(State):
    """Where a status report stands."""

    OPEN = "open", _("To be looked at"), "orange"
    DONE = "done", _("Carried out"), "green"


class Doubt(State):
    """Why a movement is not matched by itself."""

    NONE = "none", _("Nothing is unclear.")
    NO_REFERENCE = "no_reference", _("It carries no reference of a payment.")
    UNKNOWN = "unknown", _("The office knows no payment with this reference.")
    OTHER_AMOUNT = "other_amount", _("The amount is not that of the payment.")
    OTHER_SUM = "other_sum", _("The amount is not the sum of the payments of the batch that are under way.")
    SEVERAL_BATCHES = "several_batches", _("Several batches have this sum.")
    TORN = "torn", _("The transactions of this entry do not add up to it.")
    NOT_SENT = "not_sent", _("The payment was not sent to the bank.")
    PAID_BEFORE = "paid_before", _("The payment was executed before: the bank may have paid it twice.")
    OVER = "over", _("The payment was refused, returned or cancelled before.")
    NOT_PAID = "not_paid", _("Money came back for a payment that is not executed.")
    REVERSAL = "reversal", _("The bank takes back what it had booked.")
    CHARGE = "charge", _("A charge of the bank.")
    INCOMING = "incoming", _("Money came in that gives back no payment and names no recovery that is owed.")
    EXECUTED = "executed", _("The bank refuses it here, but its statement says that it was executed.")
    REFUSED = "refused", _("It could not be booked.")


class Effect(State):
    """What a movement does to payments, or to money that is claimed back."""

    EXECUTES = "executes", _("Executes")
    GIVES_BACK = "gives_back", _("Gives back")
    REPAYS = "repays", _("Pays back")


class BookedAs(State):
    """What a movement is that no payment and no recovery explains."""

    CHARGE = "charge", _("Charge of the bank")
    INTEREST = "interest", _("Interest of the bank, received or paid")
    FUNDS = "funds", _("Money from a funder")
    TRANSFER = "transfer", _("Transfer from or to another account of the region")
    SUSPENSE = "suspense", _("Nobody knows yet whose money it is (suspense)")
    KNOWN = "known", _("It is in the books already, recorded by hand")


class DifferenceKind(State):
    """Why the bank says another balance than the books."""

    OPEN = "open", _("At the bank, not matched yet"), "orange"
    SET_ASIDE = "set_aside", _("At the bank, put aside"), "grey"
    BY_HAND = "by_hand", _("In the books by hand, at the bank no entry"), "yellow"
    OTHER_DAY = "other_day", _("At the bank and in the books, on days on either side"), "blue"
    LATER_STATEMENT = "later_statement", _("In the books, at the bank in a later statement of the same day"), "blue"
