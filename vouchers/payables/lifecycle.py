"""The life of a payable, and of a check of its payee."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.payables import policy
from vouchers.payables.states import PayableState, PayeeCheckState

_S = PayableState

PAYABLE = Lifecycle(
    "payable",
    {
        # verb          from                           to            who                   label
        "accrue": ((), _S.OPEN, policy.is_the_office, _("Booked as owed")),
        "name_payee": ({_S.OPEN, _S.HELD}, None, policy.is_officer, _("Name the provider")),
        "hold": ({_S.OPEN}, _S.HELD, policy.is_officer, _("Hold back")),
        "let_go": ({_S.HELD}, _S.OPEN, policy.is_officer, _("Let go")),
        "keep_back": ({_S.OPEN}, _S.HELD, policy.is_the_office, _("Held back: no code says why the money came back")),
        "order": ({_S.OPEN}, _S.ORDERED, policy.is_the_office, _("Put into a batch")),
        "release": ({_S.ORDERED}, _S.OPEN, policy.is_the_office, _("Taken out of a batch")),
        "pay": ({_S.OPEN, _S.HELD, _S.ORDERED}, _S.PAID, policy.is_the_office, _("Paid")),
        "unpay": ({_S.PAID}, _S.ORDERED, policy.is_the_office, _("In payment still: what paid it was something else")),
        "reopen": ({_S.ORDERED, _S.PAID}, _S.OPEN, policy.is_the_office, _("To be paid again")),
        "set_off": ({_S.OPEN, _S.HELD}, None, policy.is_the_office, _("Set off")),
        "undo_set_off": ({_S.OPEN, _S.HELD}, None, policy.is_the_office, _("No longer set off")),
        "cancel": ({_S.OPEN, _S.HELD}, _S.CANCELLED, policy.is_the_office, _("No longer owed")),
    },
)

PAYEE_CHECK = Lifecycle(
    "payee_check",
    {
        "record": ((), PayeeCheckState.RECORDED, policy.is_officer, _("Record the bank’s check of the name")),
        "accept": (
            {PayeeCheckState.RECORDED},
            PayeeCheckState.ACCEPTED,
            policy.looks_again,
            _("Accept the bank’s answer"),
        ),
    },
)
