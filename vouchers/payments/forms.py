"""What is asked on the pages of payments."""

from __future__ import annotations

from vouchers.core.choices import ChoicesField, DeclarationField
from vouchers.core.fields import HiddenField, LongTextField, TextField
from vouchers.core.forms import BaseForm
from vouchers.core.measures import DateField
from vouchers.core.text import say as _


def _claim_id(posted: str) -> int:
    if not (posted.isascii() and posted.isdigit() and len(posted) < 18):
        raise ValueError(posted)
    return int(posted)


class MakeBatchForm(BaseForm):
    """Which claims, and when the bank shall pay them."""

    picked = ChoicesField(_("Claims"), coerce=_claim_id, missing=_("Choose at least one claim"))
    execute_on = DateField(
        _("Day of payment"),
        hint=_("The day on which the bank shall pay. A batch that is not authorised by then must be made again."),
        missing=_("Enter the day of payment"),
    )
    confirmed = HiddenField()


class AuthoriseBatchForm(BaseForm):
    """The second officer's check."""

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
