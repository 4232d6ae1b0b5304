"""What is asked on the pages of transfers."""

from __future__ import annotations

from vouchers.core.choices import DeclarationField, SelectField
from vouchers.core.fields import LongTextField
from vouchers.core.forms import BaseForm
from vouchers.core.measures import MoneyField
from vouchers.core.text import say as _
from vouchers.programmes.models import Envelope


def _envelope_id(posted: str) -> int:
    if not (posted.isascii() and posted.isdigit() and len(posted) < 18):
        raise ValueError(posted)
    return int(posted)


class ProposeTransferForm(BaseForm):
    """Where to, how much, and why."""

    target = SelectField(_("Which budget shall receive it?"), coerce=_envelope_id, missing=_("Choose the budget"))
    amount = MoneyField(_("Amount"), missing=_("Enter the amount"), allow_zero=False)
    reason = LongTextField(
        _("Why shall the money move?"),
        hint=_("The other side reads this before it decides, and an auditor afterwards."),
        missing=_("Say why the money shall move"),
        max_length=1000,
        rows=3,
    )

    @classmethod
    def for_envelope(cls, source: Envelope, targets: list[Envelope]) -> ProposeTransferForm:
        """The form with the other budgets of the call to choose from."""
        form = cls(currency=source.currency)
        form.target.choices = [(one.id, f"{one.region.name.for_reader()} ({one.code})") for one in targets]
        return form


class ApproveTransferForm(BaseForm):
    """The second person's check."""

    checked = DeclarationField(
        _("I have checked both budgets and the amount."), missing=_("Confirm that you have checked the transfer")
    )


class RefuseTransferForm(BaseForm):
    """Why the other side does not want it."""

    answer = LongTextField(_("Why do you refuse it?"), missing=_("Say why you refuse it"), max_length=1000, rows=3)


class WithdrawTransferForm(BaseForm):
    """Why it is taken back, if there is something to say."""

    answer = LongTextField(_("Why do you take it back?"), max_length=1000, rows=3)
