"""What is asked on the pages of a draw."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from wtforms.validators import ValidationError

from vouchers.core.choices import ChoiceField, DeclarationField, YesNoField
from vouchers.core.days import KeptMomentField
from vouchers.core.fields import LongTextField, TextField
from vouchers.core.forms import BaseForm
from vouchers.core.text import say as _
from vouchers.programmes.rules.selection_plan import DrawHash

_NUMBERS_HINT = _("Figures with spaces between them, as the source published them. Each source on a line of its own.")


class AnnounceForm(BaseForm):
    """A public source that is still to draw."""

    source = TextField(
        _("Public source"),
        hint=_("Somebody else’s, that anyone can look up, such as a national lottery."),
        missing=_("Name the source"),
    )
    source_url = TextField(
        _("Address at which it publishes its numbers"), missing=_("Enter the address"), max_length=500, spellcheck=False
    )
    numbers = TextField(
        _("Which of its numbers count?"),
        hint=_("For example: 6 of 45 + 1 of 10. Written like this, we check what is typed."),
        missing=_("Say which numbers count"),
    )
    held_at = KeptMomentField(_("When does it draw?"), missing=_("Enter the day and the time"))
    hash = ChoiceField(
        _("Hash"),
        choices=[
            (DrawHash.SHA256, "SHA-256"),
            (DrawHash.MD5, "MD5", _("As RFC 3797 has it, word for word.")),
        ],
        coerce=DrawHash,
        missing=_("Choose the hash"),
    )
    has_secret = YesNoField(
        _("Put a secret of the office beside it?"),
        hint=_("Its hash is published now, the secret itself at the draw. So nobody can foresee the result, and we "
               "cannot change it."),
        missing=_("Choose yes or no"),
    )  # fmt: skip

    def validate_source_url(self, field: Any) -> None:
        """An address of the web."""
        if not field.data.startswith(("https://", "http://")) or any(letter.isspace() for letter in field.data):
            raise ValidationError(_("Enter an address that begins with https://"))

    def validate_held_at(self, field: Any) -> None:
        """A whole day and time."""
        if self.moment("UTC") is None:
            raise ValidationError(_("Enter the day and the time, like 1 10 2027 and 20:00"))

    def moment(self, zone: str) -> datetime | None:
        """When the source draws, typed as a clock of this zone shows it; None where that is no moment."""
        try:
            typed = datetime.strptime(self.held_at.typed, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(zone))
        except ValueError:
            return None
        return typed.astimezone(UTC)


class NumbersForm(BaseForm):
    """The numbers of the source."""

    numbers = LongTextField(
        _("Numbers"), hint=_NUMBERS_HINT, missing=_("Enter the numbers of the source."), max_length=2000, rows=3
    )


class CorrectNumbersForm(BaseForm):
    """The right numbers, and what had gone wrong."""

    numbers = LongTextField(
        _("The right numbers"),
        hint=_NUMBERS_HINT,
        missing=_("Enter the numbers of the source."),
        max_length=2000,
        rows=3,
    )
    reason = LongTextField(
        _("What had gone wrong?"),
        hint=_("Everybody reads this on the page of the draw."),
        missing=_("Say what had gone wrong"),
        max_length=1000,
        rows=3,
    )


class KeepForm(BaseForm):
    """Why a draw is kept as it was run."""

    reason = LongTextField(_("Why?"), missing=_("Say why"), max_length=1000, rows=3)


class RunForm(BaseForm):
    """The last look before the draw."""

    compared = DeclarationField(
        _("I have compared these numbers with the source itself."),
        missing=_("Confirm that you have compared the numbers"),
    )
