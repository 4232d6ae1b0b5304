"""What is asked on the pages of advances."""

from __future__ import annotations

from vouchers.core.choices import DeclarationField
from vouchers.core.fields import LongTextField
from vouchers.core.forms import BaseForm
from vouchers.core.measures import MoneyField
from vouchers.core.text import say as _
from vouchers.likenesses.forms import SecondPersonForm


class AskAdvanceForm(BaseForm):
    """How much is needed ahead, and what for."""

    amount = MoneyField(_("How much do you need in advance?"), missing=_("Enter the amount"), allow_zero=False)
    purpose = LongTextField(
        _("What is it for?"),
        hint=_("Such as a first instalment that your provider asks for. The office of your region reads this."),
        missing=_("Say what the money is for"),
        max_length=1000,
        rows=4,
    )


class ApproveAdvanceForm(SecondPersonForm):
    """The officer's check."""

    checked = DeclarationField(
        _("I have checked that the money is needed before anything can be claimed."),
        missing=_("Confirm that you have checked it"),
    )


class ReasonForm(BaseForm):
    """Why nothing is paid ahead."""

    reason = LongTextField(
        _("Why?"), hint=_("The company reads this."), missing=_("Say why in a few words"), max_length=500, rows=3
    )
