"""What is asked about people."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from vouchers.core.choices import SelectField
from vouchers.core.fields import EmailField, LongTextField, PasswordField, TextField
from vouchers.core.forms import BaseForm
from vouchers.core.languages import LANGUAGES
from vouchers.core.text import say as _
from vouchers.users.states import Role

PASSWORD_HINT = _(
    "At least 12 characters. Three or four words that have nothing to do with one another are easy to remember and "
    "hard to guess. You may paste from a password manager."
)


def _name() -> TextField:
    return TextField(_("Your name"), missing=_("Enter your name"), max_length=120, autocomplete="name")


def _new_password() -> PasswordField:
    return PasswordField(_("Password"), hint=PASSWORD_HINT, missing=_("Choose a password"), autocomplete="new-password")


@cache
def time_zones() -> list[tuple[str, str]]:
    """The time zones of Europe, and UTC."""
    europe = {zone for zone in available_timezones() if zone.startswith("Europe/")}
    zones = sorted(europe | {"Atlantic/Azores", "Atlantic/Canary", "Atlantic/Madeira", "Atlantic/Reykjavik"})
    return [(zone, zone.partition("/")[2].replace("_", " ")) for zone in zones] + [("UTC", "UTC")]


class SignInForm(BaseForm):
    """Email address and password."""

    email = EmailField(_("Email address"), missing=_("Enter your email address"), autocomplete="username")
    password = PasswordField(_("Password"), missing=_("Enter your password"))


class SecondFactorForm(BaseForm):
    """A code of the authenticator app, or a recovery code."""

    code = TextField(
        _("Code"),
        hint=_("The six figures that your authenticator app shows now, or one of your recovery codes."),
        missing=_("Enter the code"),
        max_length=40,
        width=10,
        autocomplete="one-time-code",
        spellcheck=False,
    )


class SignUpForm(BaseForm):
    """A new account."""

    name = _name()
    email = EmailField(
        _("Email address"),
        hint=_("We send a letter there, with a link that you open to confirm it."),
        missing=_("Enter your email address"),
    )
    password = _new_password()


class ChoosePasswordForm(BaseForm):
    """A new password."""

    password = _new_password()


class ConfirmForm(BaseForm):
    """Only a button."""


class ForgotPasswordForm(BaseForm):
    """Where to send the link."""

    email = EmailField(_("Email address"), missing=_("Enter your email address"), autocomplete="username")


class EditProfileForm(BaseForm):
    """How a person is called and reads."""

    name = _name()
    language = SelectField(
        _("Language"),
        hint=_("Amounts and dates follow it. Pages that are not translated yet are in English."),
        choices=list(LANGUAGES.items()),
        placeholder=None,
        missing=_("Choose a language"),
    )
    time_zone = SelectField(
        _("Time zone"),
        hint=_("Times are shown to you as your clock shows them. Deadlines keep the time zone of their call."),
        choices=time_zones(),
        missing=_("Choose a time zone"),
    )


class SetPasswordForm(BaseForm):
    """The present and the new password."""

    current = PasswordField(_("Your present password"), missing=_("Enter your present password"))
    password = PasswordField(
        _("New password"), hint=PASSWORD_HINT, missing=_("Choose a new password"), autocomplete="new-password"
    )


class SetUpSecondFactorForm(BaseForm):
    """The first code; and the password again, if the person is signed in already."""

    code = TextField(
        _("Code"),
        hint=_("The six figures that the app shows now."),
        missing=_("Enter the code that the app shows"),
        max_length=20,
        width=10,
        autocomplete="one-time-code",
        spellcheck=False,
    )
    password = PasswordField(_("Your password"), missing=_("Enter your password"))


def _role() -> SelectField:
    return SelectField(
        _("Role"),
        choices=[(role, role.label) for role in Role],
        coerce=Role,
        placeholder=_("Choose a role"),
        missing=_("Choose a role"),
    )


def _programme() -> SelectField:
    return SelectField(_("Programme"), placeholder=_("All programmes"))


def _region() -> SelectField:
    return SelectField(_("Region"), placeholder=_("All regions"))


class GrantRoleForm(BaseForm):
    """A role and how far it reaches."""

    role = _role()
    programme_code = _programme()
    region_code = _region()


class InviteForm(BaseForm):
    """Whom to invite, and the role."""

    email = EmailField(_("Email address"), missing=_("Enter the email address"), autocomplete="off")
    name = TextField(_("Name"), missing=_("Enter the name"), max_length=120, autocomplete="off")
    role = _role()
    programme_code = _programme()
    region_code = _region()


class ReasonForm(BaseForm):
    """Why something is done to an account; kept in the record."""

    reason = LongTextField(
        _("Why?"), hint=_("Kept in the record for the auditor."), missing=_("Say why"), max_length=500, rows=3
    )
