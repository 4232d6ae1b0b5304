"""The kinds of journals in words, for pages; files keep the codes."""

from __future__ import annotations

from vouchers.core.text import Sentence
from vouchers.core.text import say as _

EVENT_NAMES: dict[str, Sentence] = {
    "appropriate": _("Budget approved"),
    "transfer": _("Budget moved to another line"),
    "receive_funds": _("Money of a funder received"),
    "precommit": _("Set aside for an application"),
    "release_precommitment": _("No longer set aside"),
    "commit": _("Agreement in force"),
    "decommit": _("Rest of a voucher available again"),
    "accept_claim": _("Claim accepted, owed"),
    "payment_order": _("Payment ordered"),
    "payment_refused": _("Payment refused by the bank"),
    "bank_debit": _("Payment executed by the bank"),
    "payment_returned": _("Payment came back to the bank"),
    "return_reopen": _("Owed again after it came back"),
    "undue_payment": _("Paid though nothing was owed"),
    "undue_returned": _("Undue payment came back"),
    "undue_counted": _("Undue payment pays the debt after all"),
    "bank_movement": _("Movement of the bank, booked by hand"),
    "owe_advance": _("Advance approved, owed"),
    "settle_advance": _("Advance settled by a claim"),
    "forfeit_advance": _("Rest of an advance to be paid back"),
    "owe_fee": _("Expert’s fee approved, owed"),
    "recovery_order": _("Recovery ordered"),
    "recovery_interest": _("Interest on a recovery"),
    "recovery_received": _("Recovery received"),
    "recovery_set_off": _("Recovery set off"),
    "recovery_waived": _("Recovery waived"),
}
_REVERSAL = "reverse_"


def say_event(code: str) -> Sentence | str:
    """A kind of journal in words; the code where there are none for it."""
    if code.startswith(_REVERSAL):
        return _("Taken back: %(event)s", event=say_event(code.removeprefix(_REVERSAL)))
    return EVENT_NAMES.get(code, code)
