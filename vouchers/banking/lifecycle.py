"""The lives of what the bank sends."""

from vouchers.banking import policy
from vouchers.banking.states import EntryState, ReportState, StatementState
from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _

_S, _E, _R = StatementState, EntryState, ReportState

STATEMENT = Lifecycle(
    "statement",
    {
        # verb     from           to           who                   label
        "take_in": ((), _S.TAKEN_IN, policy.is_importer, _("Import a statement")),
        "advance": ({_S.TAKEN_IN}, None, policy.is_the_office, _("Book some of its entries")),
        "finish": ({_S.TAKEN_IN}, _S.BOOKED, policy.is_the_office, _("Booked")),
        "dispose": ({_S.BOOKED}, None, policy.is_the_office, _("Deleted, as its time had ended")),
    },
)

ENTRY = Lifecycle(
    "entry",
    {
        # verb           from             to              who                   label
        "recognise": ((), _E.RECOGNISED, policy.is_importer, _("Recognise")),
        "leave": ((), _E.OPEN, policy.is_importer, _("Leave to the worklist")),
        "note": ((), _E.NOTED, policy.is_importer, _("Keep for information")),
        "match": ({_E.RECOGNISED}, _E.MATCHED, policy.is_the_office, _("Book")),
        "doubt": ({_E.RECOGNISED}, _E.OPEN, policy.is_the_office, _("Put on the worklist")),
        "match_by_hand": ({_E.OPEN}, _E.MATCHED, policy.is_officer, _("Match by hand")),
        "set_aside": ({_E.OPEN}, _E.SET_ASIDE, policy.is_officer, _("Put aside")),
        "take_up": ({_E.SET_ASIDE}, _E.OPEN, policy.is_officer, _("Put back on the worklist")),
        "book": ({_E.OPEN}, _E.BOOKED, policy.is_officer, _("Book without a payment")),
        "unbook": ({_E.BOOKED}, _E.OPEN, policy.is_officer_of_booking, _("Take the booking back")),
        "unmatch": ({_E.MATCHED}, _E.OPEN, policy.may_unmatch, _("Take the match back")),
        "reopen": (
            {_E.MATCHED, _E.BOOKED},
            _E.OPEN,
            policy.is_the_office,
            _("What it was in the books was undone"),
        ),
    },
)

BANK_REPORT = Lifecycle(
    "bank_report",
    {
        # verb         from       to       who                  label
        "carry_out": ((), _R.DONE, policy.is_importer, _("Import a status report")),
        "put_up": ((), _R.OPEN, policy.is_importer, _("Import a status report that leaves questions")),
        "settle": ({_R.OPEN}, _R.DONE, policy.is_officer, _("Mark as looked at")),
    },
)
