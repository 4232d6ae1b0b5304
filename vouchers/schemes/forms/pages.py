"""What the fixed pages of drafts ask."""

from __future__ import annotations

from vouchers.core.choices import SelectField
from vouchers.core.fields import HiddenField, LongTextField, TextField
from vouchers.core.forms import BaseForm
from vouchers.core.text import say as _


class StartDraftForm(BaseForm):
    """A new call, with or without one to copy."""

    code = TextField(
        _("Short name of the new call"),
        hint=_("Letters, digits, points and dashes, like 2027-1. Applicants see it in their references."),
        missing=_("Enter a short name for the new call"),
        max_length=20,
        width="10",
    )
    copy_of = SelectField(
        _("Begin with"),
        hint=_(
            "An empty call has the regions of the programme, the time zone of the first one, and the two questions "
            "that every form must ask: the title of the project and the amount."
        ),
        placeholder=_("An empty call"),
    )


class AddInstrumentForm(BaseForm):
    """A new instrument, with or without one to copy."""

    code = TextField(
        _("Short name"),
        hint=_("Capitals, digits and dashes, like COL."),
        missing=_("Enter a short name for the new instrument"),
        max_length=12,
        width="10",
    )
    copy_of = SelectField(_("Begin with"), placeholder=_("An empty instrument"))


class CorrectCallForm(BaseForm):
    """Which published call is corrected."""

    corrects = SelectField(_("Which call do you correct?"), missing=_("Choose the call"))


class PublishDraftForm(BaseForm):
    """The last look before a call is public."""

    version = HiddenField()


class PublishCorrectionForm(BaseForm):
    """The last look before a correction is public."""

    version = HiddenField()
    summary = LongTextField(
        _("What changes, and why?"),
        hint=_(
            "Everybody who has an application in this call reads it by email, and everybody on the page of the call."
        ),
        missing=_("Say what changes, and why"),
        max_length=2000,
        rows=5,
    )


class RemoveItemForm(BaseForm):
    """Taking an item out of its list."""

    version = HiddenField()


class DiscardDraftForm(BaseForm):
    """Giving a draft up."""
