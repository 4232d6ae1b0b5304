"""What is asked about an expert."""

from __future__ import annotations

from vouchers.core.choices import ChoicesField, SelectField
from vouchers.core.fields import EmailField, HiddenField, LongTextField, TextField
from vouchers.core.formatting import CountryChoices
from vouchers.core.forms import BaseForm
from vouchers.core.measures import NumberField
from vouchers.core.text import say as _
from vouchers.experts.actions import Profile

LANGUAGES = [
    ("da", _("Danish")),
    ("nl", _("Dutch")),
    ("en", _("English")),
    ("fr", _("French")),
    ("de", _("German")),
    ("it", _("Italian")),
    ("pl", _("Polish")),
    ("pt", _("Portuguese")),
    ("es", _("Spanish")),
    ("sv", _("Swedish")),
]
MOST_LOAD = 200


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
    expertise = LongTextField(
        _("Fields of expertise"), missing=_("Enter the fields of expertise"), max_length=1000, rows=3
    )
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
        )


class AdmitExpertForm(ProfileForm):
    """A person and the profile."""

    email = EmailField(_("Email address"), missing=_("Enter the email address"), autocomplete=None)
    name = TextField(_("Name"), missing=_("Enter the name"), max_length=120)
    programme = SelectField(_("Programme"), placeholder=_("Choose a programme"), missing=_("Choose the programme"))


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
