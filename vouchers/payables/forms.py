"""What is asked about payables."""

from __future__ import annotations

from vouchers.core.choices import ChoiceField, SelectField
from vouchers.core.fields import LongTextField, TextField
from vouchers.core.forms import BaseForm
from vouchers.core.measures import DateField
from vouchers.core.text import say as _
from vouchers.likenesses.forms import SecondPersonForm
from vouchers.organisations.forms import ConfirmBankAccountForm, RejectBankAccountForm
from vouchers.payables.states import CheckResult


class HoldPayableForm(BaseForm):
    """Why a debt is held back."""

    reason = LongTextField(
        _("Why do you hold this payment back?"),
        hint=_("The other officers and auditors read this."),
        missing=_("Say why you hold it back"),
        max_length=500,
        rows=3,
    )


class NamePayeeForm(BaseForm):
    """Which provider of the register is paid."""

    provider = SelectField(
        _("Service provider"), placeholder=_("Choose a provider"), missing=_("Choose a provider of the register.")
    )


class ProposeAccountForm(BaseForm):
    """The account of a provider who has no organisation at this office."""

    holder = TextField(
        _("Account holder"),
        hint=_("The name on the account, as the bank writes it."),
        missing=_("Enter the name of the account holder"),
        max_length=70,
    )
    iban = TextField(_("IBAN"), hint=_("Spaces are allowed."), missing=_("Enter the IBAN"), max_length=50, width=20)
    bic = TextField(_("BIC (optional)"), max_length=11, width=10)


class ConfirmAccountForm(ConfirmBankAccountForm):
    """The second person's check of a provider's account."""


class RejectAccountForm(RejectBankAccountForm):
    """Why a provider's account is refused."""


class RecordCheckForm(SecondPersonForm):
    """What the bank answered."""

    result = ChoiceField(
        _("What did the bank say of the name?"),
        choices=[(one.value, one.label) for one in CheckResult],
        missing=_("Choose what the bank said"),
    )
    name_at_bank = TextField(
        _("The name that the bank has (optional)"),
        hint=_("Needed where the name nearly matches."),
        max_length=140,
    )
    checked_on = DateField(_("Day of the check"), missing=_("Enter the day of the check"))
    reference = TextField(_("Reference of the bank (optional)"), max_length=140)


class AcceptCheckForm(SecondPersonForm):
    """Why a second officer accepts what the bank said."""

    reason = LongTextField(
        _("Why may the payment go on?"),
        hint=_("Such as what you compared, and with whom you spoke. The other officers and auditors read this."),
        missing=_("Say why the payment may go on"),
        max_length=500,
        rows=3,
    )
