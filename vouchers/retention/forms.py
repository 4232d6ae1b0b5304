"""What is asked when papers are held, and when a list is decided."""

from __future__ import annotations

from vouchers.core.choices import DeclarationField
from vouchers.core.fields import LongTextField, PasswordField, TextField
from vouchers.core.forms import BaseForm
from vouchers.core.text import say as _
from vouchers.likenesses.forms import SecondPersonForm


class SetHoldForm(BaseForm):
    """What is held, and why."""

    reference = TextField(
        _("Reference of the application (optional)"),
        hint=_("Leave it empty to hold everything of the programme."),
        max_length=60,
    )
    reason = LongTextField(
        _("Why nothing may be deleted"),
        hint=_("For example: audit, inquiry of OLAF, court case, with its number."),
        missing=_("Say why nothing may be deleted"),
        max_length=2_000,
    )


class ApproveForm(SecondPersonForm):
    """That the second person has looked at the list."""

    checked = DeclarationField(
        _("I have looked at the list, and I know that what is deleted cannot be brought back."),
        missing=_("Confirm that you have looked at the list"),
    )


class ReasonForm(BaseForm):
    """Why, in words that stay on record."""

    reason = LongTextField(_("Reason"), missing=_("Say why"), max_length=1000, rows=3)


class LiftHoldForm(ReasonForm, SecondPersonForm):
    """Why a hold that somebody else has set is lifted."""


class PasswordForm(BaseForm):
    """The password of whoever sits there, before what a borrowed screen must not do."""

    password = PasswordField(_("Your password"), missing=_("Enter your password"))


class AskForPersonForm(PasswordForm):
    """How the person asked, in words that stay outside the record."""

    reason = LongTextField(_("How the person asked"), missing=_("Say how the person asked"), max_length=1000, rows=3)
