"""What is asked on the pages of an agreement."""

from __future__ import annotations

from vouchers.core.choices import DeclarationField
from vouchers.core.fields import EmailField, HiddenField, LongTextField, TextField
from vouchers.core.forms import BaseForm
from vouchers.core.measures import DateField
from vouchers.core.text import say as _


class IssueAgreementForm(BaseForm):
    """The days, and the provider's contact where the voucher has a provider."""

    starts_on = DateField(_("First day on which costs count"), missing=_("Enter the first day"))
    ends_on = DateField(_("Last day on which costs count"), missing=_("Enter the last day"))
    outside_reason = LongTextField(
        _("If the activity does not lie within these days: why?"),
        hint=_("Otherwise leave it empty. The SME reads the reason in the agreement."),
        max_length=500,
        rows=3,
    )
    provider_name = TextField(
        _("Name of the service provider"), missing=_("Enter the name of the provider"), max_length=140
    )
    provider_contact = TextField(_("Contact person of the provider"), max_length=120)
    provider_email = EmailField(
        _("Email address of the contact person"),
        hint=_("A link for accepting the agreement is sent there. Check it against the offer."),
        missing=_("Enter the email address of the contact person"),
    )


class AcceptAgreementForm(BaseForm):
    """A name and a tick; the hash of the text that was shown comes back with it."""

    sha256 = HiddenField()
    name = TextField(
        _("Your first and last name"),
        missing=_("Type your first and last name"),
        max_length=120,
        autocomplete="name",
        spellcheck=False,
    )
    function = TextField(
        _("Your function, if you are not the person whom the agreement names"),
        hint=_("For example: managing director. Otherwise leave it empty."),
        max_length=120,
    )
    is_read = DeclarationField(
        _("I have read the agreement, I may act for this party, and I accept it."),
        missing=_("Tick the box if you accept the agreement"),
    )


class DeclineAgreementForm(BaseForm):
    """Why the voucher is not wanted."""

    reason = LongTextField(
        _("Why do you not want the voucher?"),
        hint=_("A few words; the office of your region and the provider read them."),
        missing=_("Say why in a few words"),
        max_length=1000,
        rows=4,
    )
