"""What is asked about tokens."""

from __future__ import annotations

from collections.abc import Sequence

from vouchers.api.states import READING, Right
from vouchers.core.choices import ChoicesField, DeclarationField, SelectField
from vouchers.core.fields import TextField
from vouchers.core.forms import BaseForm
from vouchers.core.measures import DateField
from vouchers.core.text import say as _


class IssueTokenForm(BaseForm):
    """For which system, what of which region, and until when."""

    name = TextField(
        _("Which system uses it?"),
        hint=_("So that others know what stops when it is revoked."),
        missing=_("Enter the name of the system"),
        max_length=80,
    )
    region = SelectField(_("Region"), placeholder=_("Choose a region"), missing=_("Choose a region"))
    programme = SelectField(_("Programme"), placeholder=_("All programmes"))
    rights = ChoicesField(
        _("What may it do?"),
        choices=[(right.value, right.label) for right in Right],
        missing=_("Choose at least one thing that it may do"),
    )
    until = DateField(
        _("Last day"), hint=_("At most a year from today."), missing=_("Enter the last day on which it may be used")
    )

    @classmethod
    def offering(
        cls,
        regions: Sequence[tuple[str, str]],
        programmes: Sequence[tuple[str, str]],
        *,
        may_acknowledge: bool,
        opens_all: bool,
    ) -> IssueTokenForm:
        """The form with what this person may give; whoever is an officer of single programmes chooses one of them."""
        form = cls()
        form.region.choices, form.programme.choices = list(regions), list(programmes)
        if not opens_all:
            form.programme.placeholder, form.programme.missing = _("Choose a programme"), _("Choose a programme")
        if not may_acknowledge:
            form.rights.choices = [(right.value, right.label) for right in READING]
        return form


class RevokeTokenForm(BaseForm):
    """The check before a token is revoked."""

    checked = DeclarationField(
        _("The system that uses it may stop at once."), missing=_("Confirm that the token is revoked")
    )
