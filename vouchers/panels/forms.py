"""What is asked on the pages of panels and interviews."""

from __future__ import annotations

from typing import Any

from wtforms.validators import ValidationError

from vouchers.core.choices import ChoiceField, ChoicesField, DeclarationField
from vouchers.core.days import KeptMomentField
from vouchers.core.fields import EmailField, HiddenField, LongTextField, TextField
from vouchers.core.forms import BaseForm
from vouchers.core.measures import NumberField
from vouchers.core.text import say as _
from vouchers.panels.states import VoteKind

NO_MOMENT = _("Enter the day and the time, like 1 10 2027 and 20:00")


class PlanPanelForm(BaseForm):
    """When, where, and how many must vote."""

    name = TextField(_("Name of the panel"), missing=_("Enter a name"), max_length=200)
    meets_at = KeptMomentField(
        _("When does it meet?"), hint=_("By the clock of the call."), missing=_("Enter the day and the time")
    )
    place = TextField(_("Where does it meet?"), hint=_("A room, or the address of a video meeting."), max_length=500)
    quorum = NumberField(
        _("How many members must vote?"), missing=_("Enter the quorum"), minimum=1, maximum=99, width=2
    )

    def validate_meets_at(self, field: Any) -> None:
        """A whole day and time."""
        if field.instant("UTC") is None:
            raise ValidationError(NO_MOMENT)


class SeatForm(BaseForm):
    """Who sits in the panel."""

    email = EmailField(
        _("Email address of the member"),
        hint=_("An admitted expert of the programme, or staff of the region."),
        missing=_("Enter the email address"),
    )
    is_chair = DeclarationField(_("Leads the session"))


class PresenceForm(BaseForm):
    """Who is there."""

    present = ChoicesField(_("Who is present?"), coerce=int)


class RecuseMemberForm(BaseForm):
    """Why a member does not vote on an application."""

    reason = LongTextField(
        _("What ties you to the applicant?"), missing=_("Say why you step back"), max_length=1000, rows=3
    )


class ProposeForm(BaseForm):
    """What is put to the vote."""

    kind = ChoiceField(
        _("What do you propose?"),
        choices=[(kind, kind.label) for kind in VoteKind],
        coerce=VoteKind,
        missing=_("Choose what you propose"),
    )
    place = NumberField(
        _("To which place?"),
        hint=_("Only if you propose to move it; 1 is the best."),
        minimum=1,
        maximum=100_000,
        width=5,
    )
    reason = LongTextField(_("Why?"), missing=_("Say why"), max_length=2000, rows=4)


MOST_MINUTES = 50_000
"""Characters."""


class MinutesForm(BaseForm):
    """What was said and decided."""

    minutes = LongTextField(_("Minutes"), missing=_("Write the minutes"), max_length=MOST_MINUTES, rows=20)
    version = HiddenField()


class CancelPanelForm(BaseForm):
    """Why there is no session."""

    reason = LongTextField(_("Why is there no session?"), missing=_("Say why"), max_length=1000, rows=3)


class SlotForm(BaseForm):
    """When and where the interview is."""

    starts_at = KeptMomentField(
        _("When does it begin?"), hint=_("By the clock of the call."), missing=_("Enter the day and the time")
    )
    minutes = NumberField(
        _("How many minutes?"), missing=_("Enter how long it takes"), minimum=5, maximum=480, default=30, width=3
    )
    place = TextField(
        _("Where?"),
        hint=_("A room, or the address of a video meeting."),
        missing=_("Say where it takes place"),
        max_length=500,
    )
    questions = LongTextField(_("Questions to be answered in writing beforehand (optional)"), max_length=5000, rows=5)

    def validate_starts_at(self, field: Any) -> None:
        """A whole day and time."""
        if field.instant("UTC") is None:
            raise ValidationError(NO_MOMENT)


class WishForm(BaseForm):
    """When the applicant could come."""

    wish = LongTextField(
        _("When could you come?"),
        hint=_("Name a few times, and why the offered one does not suit you."),
        missing=_("Say when you could come"),
        max_length=1000,
        rows=3,
    )


class ReplyForm(BaseForm):
    """The applicant's written answer."""

    reply = LongTextField(_("Your answer"), missing=_("Write your answer"), max_length=10_000, rows=10)


class NotesForm(BaseForm):
    """What was said."""

    notes = LongTextField(
        _("Notes"),
        hint=_("Only the panel and the staff of the region read them."),
        missing=_("Write the notes"),
        max_length=20_000,
        rows=12,
    )
    version = HiddenField()
