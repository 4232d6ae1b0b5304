"""What is asked of somebody who wants to hear of new calls."""

from __future__ import annotations

from vouchers.core.choices import SelectField
from vouchers.core.fields import EmailField
from vouchers.core.forms import BaseForm
from vouchers.core.text import say as _


class AskAlertForm(BaseForm):
    """An address, and which calls."""

    email = EmailField(
        _("Email address"),
        hint=_("We write to it only about new calls."),
        missing=_("Enter your email address"),
        autocomplete="email",
    )
    region = SelectField(_("Calls in which region?"), placeholder=_("Any region"))
    instrument = SelectField(_("Which kind of voucher?"), placeholder=_("Any kind"))


class ConfirmAlertForm(BaseForm):
    """A button."""


class EndAlertForm(BaseForm):
    """A button."""
