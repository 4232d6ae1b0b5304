"""What is asked about an expert."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vouchers.core.choices import ChoicesField, DeclarationField, FileField, SelectField
from vouchers.core.fields import EmailField, HiddenField, LongTextField, TextField
from vouchers.core.formatting import CountryChoices
from vouchers.core.forms import BaseForm
from vouchers.core.measures import DateField, MoneyField, NumberField
from vouchers.core.text import say as _
from vouchers.experts.actions.register import Profile
from vouchers.experts.rules.languages import LANGUAGES
from vouchers.providers.queries import list_fields

MOST_LOAD = 200


def take_fields(form: Any, programmes: Iterable[str]) -> None:
    """Offer the taxonomy of these programmes; a programme without one asks nothing."""
    found = {code: name.for_reader() for one in programmes for code, name in list_fields(one)}
    form.fields.choices = list(found.items())
    if not found:
        del form.fields


class ProfileForm(BaseForm):
    """An expert's profile."""

    employer = TextField(
        _("Employer"),
        hint=_("It is compared with applicants and partners to detect conflicts of interest."),
        missing=_("Enter the employer"),
        max_length=140,
    )
    country = SelectField(
        _("Country"), choices=CountryChoices(), placeholder=_("Choose a country"), missing=_("Choose the country")
    )
    region_code = SelectField(_("Partner region"), placeholder=_("None of them"))
    languages = ChoicesField(
        _("Languages in which the expert can read an application"),
        choices=LANGUAGES,
        missing=_("Choose at least one language"),
    )
    fields = ChoicesField(_("Fields of expertise"))
    expertise = LongTextField(
        _("Expertise in words"), missing=_("Enter the fields of expertise"), max_length=1000, rows=3
    )
    referees = LongTextField(
        _("References (optional)"),
        hint=_("Who can say something of the work. Only those who keep the register read this."),
        max_length=2000,
        rows=3,
    )
    daily_rate = MoneyField(_("Daily rate (optional)"))
    load_limit = NumberField(
        _("Applications of one call at most"),
        minimum=1,
        maximum=MOST_LOAD,
        missing=_("Enter how many applications the expert takes"),
    )
    version = HiddenField()

    @property
    def profile(self) -> Profile:
        """What was typed."""
        return Profile(
            employer=self.employer.data,
            country=self.country.data,
            region_code=self.region_code.data or "",
            languages=tuple(self.languages.data),
            expertise=self.expertise.data,
            load_limit=self.load_limit.data,
            fields=tuple(self.fields.data) if "fields" in self else (),
            referees=self.referees.data,
            daily_rate=self.daily_rate.data,
        )


class AdmitExpertForm(ProfileForm):
    """A person and the profile."""

    email = EmailField(_("Email address"), missing=_("Enter the email address"), autocomplete=None)
    name = TextField(_("Name"), missing=_("Enter the name"), max_length=120)
    programme = SelectField(_("Programme"), placeholder=_("Choose a programme"), missing=_("Choose the programme"))
    admitted_until = DateField(
        _("Admitted until (optional)"),
        hint=_("The last day, like 27 3 2027. Without a day the admission has no end."),
    )


class EditExpertForm(ProfileForm):
    """The profile alone: the account is the person's own."""


class SuspendExpertForm(BaseForm):
    """Why the expert is asked no more."""

    reason = LongTextField(
        _("Why is this expert suspended?"),
        hint=_("The expert reads this."),
        missing=_("Say why this expert is suspended"),
        max_length=1000,
        rows=3,
    )


class RenewForm(BaseForm):
    """Until when."""

    admitted_until = DateField(
        _("Admitted until (optional)"),
        hint=_("The last day, like 27 3 2027. Without a day the admission has no end."),
    )
    version = HiddenField()


class OwnEntryForm(BaseForm):
    """What experts may change of their own entry."""

    languages = ChoicesField(
        _("Languages in which you can read an application"),
        choices=LANGUAGES,
        missing=_("Choose at least one language"),
    )
    fields = ChoicesField(_("Fields of expertise"))
    load_limit = NumberField(
        _("Applications of one call at most"),
        minimum=1,
        maximum=MOST_LOAD,
        missing=_("Enter how many applications you take"),
    )
    version = HiddenField()


class AbsenceForm(BaseForm):
    """Days in which nothing new is given to the expert."""

    from_on = DateField(_("First day"), missing=_("Enter the first day"))
    until_on = DateField(_("Last day"), missing=_("Enter the last day"))


class ExpertFileForm(BaseForm):
    """A CV or a reference."""

    purpose = SelectField(
        _("What is it?"),
        choices=[("cv", _("Curriculum vitae (CV)")), ("reference", _("Reference"))],
        missing=_("Choose what it is"),
    )
    file = FileField(_("File"), missing=_("Choose a file"), accept=".pdf,.docx,.png,.jpg,.jpeg")


class DeclareInterestsForm(BaseForm):
    """The yearly declaration."""

    statement = LongTextField(
        _("Your interests"),
        hint=_("Work, shares, offices, family: whatever could look like a reason to favour or to harm somebody. If "
               "there is nothing, say so."),
        missing=_("Say what your interests are, or that there are none"),
        max_length=4000,
    )  # fmt: skip
    organisations = LongTextField(
        _("Organisations in which you have an interest (optional)"),
        hint=_("One a line. You are never given an application that concerns one of them."),
        max_length=9000,
        rows=5,
    )
    is_true = DeclarationField(
        _("This is complete and true. I say so at once when it changes."), missing=_("Confirm that this is true")
    )
    name = TextField(_("Your name"), hint=_("As in your account. It stands for your signature."),
                     missing=_("Type your first and last name."), max_length=120)  # fmt: skip


class IssueContractForm(BaseForm):
    """How long the contract runs."""

    until = DateField(_("Last day of the contract"), missing=_("Enter the last day"))


class SignContractForm(BaseForm):
    """Acceptance by name of exactly the text that was shown."""

    sha256 = HiddenField()
    name = TextField(_("Your name"), hint=_("As in your account. It stands for your signature."),
                     missing=_("Type your first and last name."), max_length=120)  # fmt: skip
    is_read = DeclarationField(_("I have read the contract and accept it."), missing=_("Confirm that you have read it"))


class EndContractForm(BaseForm):
    """Why a contract ends."""

    reason = LongTextField(
        _("Why does this contract end?"),
        hint=_("The expert reads this."),
        missing=_("Say why this contract ends"),
        max_length=1000,
        rows=3,
    )
