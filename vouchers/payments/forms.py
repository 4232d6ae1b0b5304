"""What is asked on the pages of payments."""

from __future__ import annotations

from vouchers.core.choices import ChoiceField, ChoicesField, DeclarationField
from vouchers.core.fields import HiddenField, LongTextField, TextField
from vouchers.core.forms import BaseForm
from vouchers.core.measures import DateField
from vouchers.core.text import say as _
from vouchers.likenesses.forms import SecondPersonForm
from vouchers.payments.states import FileVersion


def _payable_id(posted: str) -> int:
    if not (posted.isascii() and posted.isdigit() and len(posted) < 18):
        raise ValueError(posted)
    return int(posted)


class MakeBatchForm(SecondPersonForm):
    """What is paid, when the bank shall pay it, and in which version it takes the file."""

    picked = ChoicesField(_("Payments"), coerce=_payable_id, missing=_("Choose at least one payment"))
    execute_on = DateField(
        _("Day of payment"),
        hint=_("The day on which the bank shall pay. A batch that is not authorised by then must be made again."),
        missing=_("Enter the day of payment"),
    )
    file_version = ChoiceField(
        _("File for the bank"),
        choices=[(one.value, one.label) for one in FileVersion],
    )
    confirmed = HiddenField()
    seen = HiddenField()
    waiting = HiddenField()


class AuthoriseBatchForm(SecondPersonForm):
    """The second officer's check."""

    waiting = HiddenField()
    checked = DeclarationField(
        _("I have checked the beneficiaries, the amounts and the sum of this batch."),
        missing=_("Confirm that you have checked the batch"),
    )


class CancelBatchForm(BaseForm):
    """Why a batch is taken back."""

    reason = LongTextField(
        _("Why do you cancel this batch?"), missing=_("Say why you cancel this batch"), max_length=500, rows=3
    )


class ExecuteBatchForm(BaseForm):
    """What the bank statement says."""

    executed_on = DateField(
        _("Booking day"), hint=_("As on the bank statement."), missing=_("Enter the booking day of the bank statement")
    )
    bank_reference = TextField(
        _("Reference of the bank"),
        hint=_("The number of the statement or of the entry, so that an auditor finds it."),
        missing=_("Enter the reference of the bank"),
        max_length=140,
        width=20,
    )


class ExecutePaymentForm(ExecuteBatchForm):
    """What the bank statement says of one payment."""


def _reason_code() -> TextField:
    return TextField(
        _("Reason code of the bank"),
        hint=_("Four letters or digits, such as AC04 for a closed account."),
        missing=_("Enter the reason code of the bank"),
        max_length=4,
        width=4,
    )


def _note() -> TextField:
    return TextField(_("What the bank wrote beside it (optional)"), max_length=140)


class RejectPaymentForm(BaseForm):
    """Why the bank refused a payment."""

    reason_code = _reason_code()
    note = _note()


class GiveBackPaymentForm(BaseForm):
    """When and why the money came back."""

    returned_on = DateField(
        _("Booking day"), hint=_("As on the bank statement."), missing=_("Enter the booking day of the bank statement")
    )
    bank_reference = TextField(
        _("Reference of the bank"),
        hint=_("The number of the statement or of the entry, so that an auditor finds it."),
        missing=_("Enter the reference of the bank"),
        max_length=140,
        width=20,
    )
    reason_code = _reason_code()
    note = _note()
