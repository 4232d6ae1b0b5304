"""The few forms of an application that are the same in every call."""

from __future__ import annotations

from vouchers.applications.rules.asking import document_anchor
from vouchers.applications.rules.content import declaration
from vouchers.core.choices import ChoiceField, DeclarationField, FileField, YesNoField
from vouchers.core.fields import EmailField, HiddenField, LongTextField, TextField
from vouchers.core.forms import BaseForm
from vouchers.core.text import say as _
from vouchers.programmes.rules.instrument_plan import DocumentAsked


class StartApplicationForm(BaseForm):
    """For which organisation, and which voucher."""

    organisation = ChoiceField(_("For which organisation do you apply?"), missing=_("Choose the organisation"))
    instrument = ChoiceField(_("Which voucher do you apply for?"), missing=_("Choose the voucher"))
    page = HiddenField()


class SubmitApplicationForm(BaseForm):
    """The declaration, and which version of the application was on the page."""

    version = HiddenField()
    declared = DeclarationField(declaration(), missing=_("Confirm the declaration before you submit"))


class SendBackApplicationForm(BaseForm):
    """Why it is not submitted yet."""

    reason = LongTextField(
        _("What should be changed?"), missing=_("Say what should be changed"), max_length=2000, rows=5
    )


class RecuseForm(BaseForm):
    """Why a person of the office keeps away."""

    reason = LongTextField(
        _("What ties you to the applicant?"),
        hint=_("The other managers of the region read this; it stays with the voucher."),
        missing=_("Say why you step back"),
        max_length=1000,
        rows=3,
    )


class LiftRecusalForm(BaseForm):
    """Why the reason is gone."""

    reason = LongTextField(
        _("Why is the reason gone?"), missing=_("Say why the reason is gone"), max_length=1000, rows=3
    )


class HandOverApplicationForm(BaseForm):
    """Who handles it from now on, and which version of the application was on the page."""

    version = HiddenField()
    officer = ChoiceField(_("Who handles it from now on?"), missing=_("Choose who handles it from now on"))


class InvitePartnerForm(BaseForm):
    """Whom to invite."""

    name = TextField(_("Name of the organisation"), missing=_("Enter the name of the organisation"), max_length=200)
    contact = TextField(_("Name of the contact person"), missing=_("Enter the name of the contact person"))
    email = EmailField(_("Email address of the contact person"), missing=_("Enter the email address"))


class ConfirmPartnerForm(BaseForm):
    """Which organisation takes part, and who says so."""

    name = TextField(
        _("Name of the organisation"),
        hint=_("As in the company register."),
        missing=_("Enter the name of the organisation"),
        max_length=200,
    )
    vat_number = TextField(
        _("VAT number"), hint=_("For example BE0403170701. Leave it empty if you have none."), max_length=20, width=20
    )
    register_number = TextField(
        _("Number in the company register"), hint=_("Needed if there is no VAT number."), max_length=40, width=20
    )
    contact = TextField(_("Your name"), missing=_("Enter your name"), autocomplete="name")
    function = TextField(_("Your function there"), missing=_("Enter your function"), max_length=140)


class CopyApplicationForm(BaseForm):
    """Into which open call, for which voucher, and whether with the files."""

    target = ChoiceField(_("Into which call, and for which voucher?"), missing=_("Choose the call and the voucher"))
    with_files = YesNoField(_("Copy the files too?"), missing=_("Say whether the files are copied too"))
    page = HiddenField()


class WithdrawApplicationForm(BaseForm):
    """Why it is taken back."""

    reason = LongTextField(
        _("Why do you withdraw it?"),
        hint=_("A few words are enough. The office can read them."),
        missing=_("Say in a few words why you withdraw it"),
        max_length=1000,
        rows=3,
    )


class AttachDocumentForm(BaseForm):
    """Files for one of the documents that are asked for; made by `attach_form`."""

    purpose = HiddenField()


_attach_forms: dict[str, type[AttachDocumentForm]] = {}


def attach_form(document: DocumentAsked) -> type[AttachDocumentForm]:
    """The form of one document, whose box has an id of its own."""
    if document.code not in _attach_forms:
        file = FileField(
            _("Choose one or several files"),
            id=document_anchor(document),
            multiple=True,
            accept=".pdf,.png,.jpg,.jpeg,.docx,.xlsx",
            most=10,
            missing=_("Choose a file first"),
        )
        purpose = HiddenField(id=f"purpose-{document.code}", default=document.code)
        _attach_forms[document.code] = type(
            "AttachDocumentForm", (AttachDocumentForm,), {"file": file, "purpose": purpose}
        )
    return _attach_forms[document.code]
