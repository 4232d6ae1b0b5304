"""What is typed into an appeal, and into what is decided about it."""

from __future__ import annotations

from vouchers.applications.forms import accepted
from vouchers.core.choices import ChoicesField, DeclarationField, FileField, SelectField
from vouchers.core.errors import RuleBroken
from vouchers.core.fields import HiddenField, LongTextField
from vouchers.core.forms import BaseForm
from vouchers.core.measures import DateField
from vouchers.core.text import say as _
from vouchers.decisions.rules.sessions import Condition

_HINT = _("The applicant reads this.")


class AppealForm(BaseForm):
    """What is wrong, in the applicant's words. `version` is that of the draft on the page."""

    version = HiddenField()
    text = LongTextField(
        _("What is wrong with the decision, and why?"),
        hint=_("Say which part of the decision you mean, what should have been decided, and what shows it."),
        missing=_("Say what is wrong with the decision, and why"),
        max_length=10_000,
        rows=14,
    )


class AttachAppealForm(BaseForm):
    """A file that supports the appeal."""

    file = FileField(_("File"), missing=_("Choose a file"), accept=accepted())


class FileAppealForm(BaseForm):
    """Sending what was read once more."""

    version = HiddenField()


class FileLateAppealForm(FileAppealForm):
    """Why it is late."""

    reason = LongTextField(
        _("What kept you from sending it in time?"),
        missing=_("Say what kept you from sending it in time"),
        max_length=2000,
        rows=5,
    )


class ReasonForm(BaseForm):
    """The reasons of what is decided about an appeal."""

    reason = LongTextField(_("Reasons"), hint=_HINT, missing=_("Give the reasons"), max_length=10_000, rows=10)


class InsideReasonForm(BaseForm):
    """A reason that stays in the office."""

    reason = LongTextField(_("Reason"), missing=_("Say why"), max_length=1000, rows=3)


class UpholdAppealForm(ReasonForm):
    """The reasons, and that what comes of it was read."""

    is_read = DeclarationField(
        _("I have read what comes of it."), missing=_("Tick the box once you have read what comes of it")
    )


class UpholdAwardForm(UpholdAppealForm):
    """The same about an award, with the conditions that fall and one that comes in their place."""

    lifted = ChoicesField(_("Which conditions fall?"), coerce=int)
    instead = LongTextField(
        _("A condition that comes in their place"), hint=_("Leave it empty if none does."), max_length=1000, rows=3
    )
    until_1 = DateField(_("Until when? (optional)"))

    @property
    def condition(self) -> Condition | None:
        """What comes in their place. Raises `RuleBroken` for a day without words."""
        text = (self.instead.data or "").strip()
        if not text and self.until_1.data:
            raise RuleBroken(_("Say what must be done by this day, or take the day out"), field="instead")
        return Condition(text, self.until_1.data) if text else None


class AppointAppealForm(BaseForm):
    """Who decides."""

    person = SelectField(_("Who decides this appeal?"), missing=_("Choose a person"), coerce=int)
