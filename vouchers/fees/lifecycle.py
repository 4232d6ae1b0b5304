"""The life of a fee statement."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.fees import policy
from vouchers.fees.states import FeeState

_S = FeeState

FEE_STATEMENT = Lifecycle(
    "fee_statement",
    {
        # verb       from                               to             who                      label
        "draw_up": ((), _S.DRAWN_UP, policy.is_manager, _("Draw up a statement")),
        "agree": ({_S.DRAWN_UP}, _S.AGREED, policy.is_that_expert, _("Agree")),
        "dispute": ({_S.DRAWN_UP}, _S.DISPUTED, policy.is_that_expert, _("Say what is wrong")),
        "correct": ({_S.DRAWN_UP, _S.DISPUTED}, _S.DRAWN_UP, policy.is_manager, _("Draw up anew")),
        "send_back": ({_S.AGREED}, _S.DRAWN_UP, policy.is_second_person, _("Send back to the expert")),
        "approve": ({_S.AGREED}, _S.PAYABLE, policy.is_second_person, _("Approve for payment")),
        "cancel": (
            {_S.DRAWN_UP, _S.DISPUTED, _S.AGREED, _S.PAYABLE},
            _S.CANCELLED,
            policy.is_manager,
            _("Cancel the statement"),
        ),
        "order_payment": ({_S.PAYABLE}, _S.IN_PAYMENT, policy.is_the_office, _("Payment ordered")),
        "release_payment": ({_S.IN_PAYMENT}, _S.PAYABLE, policy.is_the_office, _("Payment order cancelled")),
        "pay": ({_S.PAYABLE, _S.IN_PAYMENT}, _S.PAID, policy.is_the_office, _("Paid")),
        "unpay": ({_S.PAID}, _S.IN_PAYMENT, policy.is_the_office, _("Not paid yet: what paid it was something else")),
        "give_back": ({_S.IN_PAYMENT, _S.PAID}, _S.PAYABLE, policy.is_the_office, _("The payment came back")),
    },
)
