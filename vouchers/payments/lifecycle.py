"""The life of a payment batch, and of each payment in it."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.payments import policy
from vouchers.payments.states import BatchState, PaymentState

_S, _P = BatchState, PaymentState

BATCH = Lifecycle(
    "batch",
    {
        # verb      from             to                who                        label
        "make": ((), _S.MADE, policy.is_officer, _("Make a payment batch")),
        "authorise": ({_S.MADE}, _S.AUTHORISED, policy.is_second_officer, _("Authorise")),
        "cancel": ({_S.MADE}, _S.CANCELLED, policy.is_officer, _("Cancel")),
        "execute": ({_S.AUTHORISED}, _S.DONE, policy.settles_batch, _("Mark as executed by the bank")),
        "finish": ({_S.AUTHORISED}, _S.DONE, policy.is_the_office, _("Nothing is under way any more")),
        "reopen": ({_S.DONE}, _S.AUTHORISED, policy.is_the_office, _("Something is under way again")),
    },
)

PAYMENT = Lifecycle(
    "payment",
    {
        "order": ((), _P.ORDERED, policy.is_the_office, _("Put into a batch")),
        "execute": ({_P.ORDERED}, _P.EXECUTED, policy.settles, _("Executed by the bank")),
        "reject": ({_P.ORDERED}, _P.REJECTED, policy.settles, _("Refused by the bank")),
        "give_back": ({_P.EXECUTED}, _P.GIVEN_BACK, policy.settles, _("Given back by the bank")),
        "take_back_execution": (
            {_P.EXECUTED},
            _P.ORDERED,
            policy.settles,
            _("Not executed: the entry was of something else"),
        ),
        "take_back_return": (
            {_P.GIVEN_BACK},
            _P.EXECUTED,
            policy.settles,
            _("Not given back: the entry was of something else"),
        ),
        "execute_refused": (
            {_P.REJECTED},
            _P.EXECUTED,
            policy.settles,
            _("Executed by the bank, which had refused it"),
        ),
        "execute_undue": (
            {_P.REJECTED},
            _P.UNDUE,
            policy.settles,
            _("Executed by the bank, though nothing was owed any more"),
        ),
        "return_undue": ({_P.UNDUE}, _P.GIVEN_BACK, policy.settles, _("What was paid unduly is back")),
        "count_undue": ({_P.UNDUE}, _P.EXECUTED, policy.is_the_office, _("It pays the debt after all")),
        "cancel": ({_P.ORDERED}, _P.CANCELLED, policy.is_the_office, _("Cancelled with its batch")),
    },
)
