"""What is asked on the pages of an organisation."""

from __future__ import annotations

from vouchers.core.choices import ChoiceField, DeclarationField, SelectField
from vouchers.core.fields import EmailField, HiddenField, LongTextField, TextField
from vouchers.core.formatting import CountryChoices
from vouchers.core.forms import BaseForm
from vouchers.core.text import say as _
from vouchers.likenesses.forms import SecondPersonForm
from vouchers.organisations.actions import Details
from vouchers.organisations.states import MemberRole


class OrganisationForm(BaseForm):
    """An organisation's details."""

    name = TextField(
        _("Name of the organisation"),
        hint=_("As in the company register."),
        missing=_("Enter the name of the organisation"),
        max_length=140,
        autocomplete="organization",
    )
    region = SelectField(
        _("Partner region"),
        hint=_("The region that your organisation is based in. You apply there."),
        placeholder=_("Choose a region"),
        missing=_("Choose your region"),
    )
    country = SelectField(
        _("Country"),
        choices=CountryChoices(),
        placeholder=_("Choose a country"),
        missing=_("Choose the country"),
        autocomplete="country",
    )
    vat_number = TextField(
        _("VAT number"), hint=_("For example BE0403170701. Leave it empty if you have none."), max_length=20, width=20
    )
    register_number = TextField(
        _("Number in the company register"), hint=_("Needed if there is no VAT number."), max_length=40, width=20
    )
    street = TextField(_("Street"), missing=_("Enter the street"), max_length=70, autocomplete="address-line1")
    building = TextField(_("House number"), missing=_("Enter the house number"), max_length=16, width=5)
    post_code = TextField(
        _("Post code"), missing=_("Enter the post code"), max_length=16, width=10, autocomplete="postal-code"
    )
    town = TextField(_("Town"), missing=_("Enter the town"), max_length=35, autocomplete="address-level2")
    website = TextField(_("Website (optional)"), max_length=200)
    is_person = DeclarationField(
        _("One person who trades in their own name, not a company"),
        hint=_("Of a person, neither name nor town is published with a voucher."),
    )
    version = HiddenField()

    @property
    def details(self) -> Details:
        """What was typed, as far as each box is sound."""
        names = (
            "name",
            "country",
            "vat_number",
            "register_number",
            "street",
            "building",
            "post_code",
            "town",
            "website",
        )
        texts = {name: "" if self[name].errors else self[name].data or "" for name in names}
        return Details(**texts, is_person=self.is_person.data)


class ConfirmNameForm(SecondPersonForm):
    """The second person's check of a name."""

    checked = DeclarationField(
        _("I have checked in the company register, or with a document, that the organisation bears this name."),
        missing=_("Confirm that you have checked the name"),
    )
    version = HiddenField()


class RefuseNameForm(BaseForm):
    """Why a name is refused."""

    reason = LongTextField(
        _("Why do you refuse this name?"),
        hint=_("The organisation reads this."),
        missing=_("Say why you refuse this name"),
        max_length=1000,
        rows=3,
    )
    version = HiddenField()


class InviteMemberForm(BaseForm):
    """A colleague's address and role."""

    email = EmailField(_("Email address of your colleague"), missing=_("Enter the email address of your colleague"))
    role = ChoiceField(
        _("What may your colleague do?"),
        choices=[(role, role.label) for role in MemberRole],
        missing=_("Choose what your colleague may do"),
    )


class ProposeBankAccountForm(BaseForm):
    """The account that vouchers are paid to."""

    holder = TextField(
        _("Account holder"),
        hint=_("The name on the account, as your bank writes it."),
        missing=_("Enter the name of the account holder"),
        max_length=70,
    )
    iban = TextField(_("IBAN"), hint=_("Spaces are allowed."), missing=_("Enter the IBAN"), max_length=50, width=20)
    bic = TextField(_("BIC (optional)"), max_length=11, width=10)


class ConfirmBankAccountForm(SecondPersonForm):
    """The second person's check."""

    checked = DeclarationField(
        _(
            "I have checked that this account belongs to the organisation: with a document, or by calling a number "
            "that I already knew."
        ),
        missing=_("Confirm that you have checked the account"),
    )


class RejectBankAccountForm(BaseForm):
    """Why an account is refused."""

    reason = LongTextField(
        _("Why do you reject this account?"),
        hint=_("The organisation reads this."),
        missing=_("Say why you reject this account"),
        max_length=1000,
        rows=3,
    )
