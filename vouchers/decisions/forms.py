"""What is asked of a decision, a session, a condition and a letter."""

from __future__ import annotations

from typing import Any

from wtforms.validators import ValidationError

from vouchers.core.choices import DeclarationField, SelectField
from vouchers.core.fields import HiddenField, LongTextField, TextField
from vouchers.core.forms import BaseForm
from vouchers.core.measures import DateField, MoneyField, NumberField
from vouchers.core.text import say as _
from vouchers.decisions.rules.sessions import Condition, Line, Proposed
from vouchers.programmes.rules.plan import CutPolicy

_HINT = _("The applicant reads this.")


class AwardForm(BaseForm):
    """How much, and why where it needs saying."""

    amount = MoneyField(_("Amount"), missing=_("Enter the amount"), allow_zero=False)
    reason = LongTextField(
        _("Reason (optional)"),
        hint=_("Needed where you pass over a better place. The applicant reads this."),
        max_length=2000,
        rows=3,
    )

    condition_1 = LongTextField(
        _("Condition 1 (optional)"),
        hint=_("What must be done before the agreement is offered. The applicant reads this."),
        max_length=500,
        rows=2,
    )
    until_1 = DateField(_("Until when? (optional)"))
    condition_2 = LongTextField(_("Condition 2 (optional)"), max_length=500, rows=2)
    until_2 = DateField(_("Until when? (optional)"))
    condition_3 = LongTextField(_("Condition 3 (optional)"), max_length=500, rows=2)
    until_3 = DateField(_("Until when? (optional)"))

    def validate_until_1(self, field: Any) -> None:
        """A day belongs to something that must be done."""
        self._ensure_said(field, self.condition_1)

    def validate_until_2(self, field: Any) -> None:
        """As for the first one."""
        self._ensure_said(field, self.condition_2)

    def validate_until_3(self, field: Any) -> None:
        """As for the first one."""
        self._ensure_said(field, self.condition_3)

    def _ensure_said(self, until: Any, condition: Any) -> None:
        if until.data and not (condition.data or "").strip():
            raise ValidationError(_("Say what must be done by this day, or take the day out"))

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What was typed as conditions, in order."""
        typed = [(self[f"condition_{number}"].data, self[f"until_{number}"].data) for number in (1, 2, 3)]
        return tuple(Condition(text.strip(), until) for text, until in typed if text and text.strip())


class ReserveForm(BaseForm):
    """A word to the applicant."""

    reason = LongTextField(_("Reason"), hint=_HINT, max_length=2000, rows=3)


class RejectForm(BaseForm):
    """Why it is not supported."""

    reason = LongTextField(
        _("Why is it not supported?"), hint=_HINT, missing=_("Say why it is not supported"), max_length=2000, rows=4
    )


class DecideManyForm(BaseForm):
    """One reason for all that were selected."""

    reason = LongTextField(_("Reason"), hint=_("Every applicant reads this."), max_length=2000, rows=3)


class LineForm(AwardForm):
    """What is proposed for one application."""

    outcome = SelectField(
        _("What do you propose?"),
        choices=[(one.value, one.label) for one in Proposed],
        coerce=Proposed,
        missing=_("Choose an outcome"),
    )
    amount = MoneyField(_("Amount of an award"), allow_zero=False)
    reason = LongTextField(
        _("Reason"),
        hint=_("Needed for a rejection, and where a better place is passed over. The applicant reads this."),
        max_length=2000,
        rows=3,
    )
    seen = HiddenField()

    @classmethod
    def of_line(cls, line: Line, seen: str, currency: str) -> LineForm:
        """The form as the line stands."""
        words: dict[str, Any] = {"outcome": line.outcome, "amount": line.amount, "reason": line.reason}
        for number, condition in enumerate(line.conditions[:3], start=1):
            words |= {f"condition_{number}": condition.text, f"until_{number}": condition.until}
        return cls(data=words | {"seen": seen}, currency=currency)

    def as_line(self, line: Line) -> Line:
        """The line as it was typed."""
        return Line(
            line.key, line.reference, self.outcome.data, self.amount.data, self.reason.data or "", self.conditions
        )


class SeveralForm(BaseForm):
    """One outcome and one reason for several lines."""

    reason = LongTextField(
        _("Reason"), hint=_("Left empty, each keeps the reason that it has."), max_length=2000, rows=3
    )


class ProposeForm(BaseForm):
    """What the proposer says to the second person."""

    note = LongTextField(_("A word to the second person (optional)"), max_length=1000, rows=3)


class ConfirmSessionForm(BaseForm):
    """The second person's check."""

    checked = DeclarationField(
        _("I have checked the list, the amounts and the reasons."), missing=_("Confirm that you have checked it")
    )


class SendBackForm(BaseForm):
    """What should be changed."""

    answer = LongTextField(
        _("What should be changed?"), missing=_("Say what should be changed."), max_length=1000, rows=4
    )


class AnnounceForm(BaseForm):
    """How many letters were shown, and in which words."""

    count = HiddenField()
    words = HiddenField()


class WordingForm(BaseForm):
    """A letter in one's own words."""

    heading = TextField(_("Subject"), missing=_("Enter the subject"), max_length=200)
    body = LongTextField(_("Text"), missing=_("Enter the text"), max_length=8000, rows=20)
    seen = HiddenField()


class ConditionForm(BaseForm):
    """By what a condition is met, or why it shall be waived."""

    remark = LongTextField(
        _("By what is it met, or why shall it be waived?"),
        missing=_("Say by what it is met, or why it shall be waived."),
        max_length=1000,
        rows=3,
    )


class WhatIfForm(BaseForm):
    """Where the cut is supposed to lie; what is left empty stays as it is."""

    money = MoneyField(_("Money left"), hint=_("Left empty: as it is."))
    slots = NumberField(_("Vouchers left"), hint=_("Left empty: as it is."), minimum=0, maximum=100_000)
    policy = SelectField(
        _("What happens at the cut"),
        choices=[
            (CutPolicy.STRICT_STOP, _("Stop strictly at the money")),
            (CutPolicy.SKIP, _("Take the next that is covered")),
            (CutPolicy.PARTIAL, _("Offer what is left to the first that is not covered")),
        ],
        coerce=CutPolicy,
        placeholder=_("As the call says"),
    )
    other = SelectField(_("A transfer from"), placeholder=_("No transfer"))
    moved = MoneyField(_("Amount of the transfer"))

    @classmethod
    def for_contest(cls, contest: Any, others: list[tuple[str, Any]], asked: Any) -> WhatIfForm:
        """The form as the address fills it in."""
        form = cls(formdata=asked, currency=contest.left.currency, meta={"csrf": False})
        form.other.choices = others
        return form


class DiscardForm(BaseForm):
    """Nothing is asked."""
