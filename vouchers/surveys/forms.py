"""The questionnaire."""

from __future__ import annotations

from typing import Any

from vouchers.core.choices import ChoiceField, YesNoField
from vouchers.core.fields import HiddenField
from vouchers.core.forms import BaseForm
from vouchers.core.measures import MoneyField, NumberField
from vouchers.core.text import say as _
from vouchers.surveys.rules.answering import CHOICES, QUESTIONS
from vouchers.surveys.states import Anyway

_LABELS = {question.code: question.label for question in QUESTIONS}


class SurveyForm(BaseForm):
    """Six questions; what is not known stays empty. `version` is that of the survey on the page."""

    version = HiddenField()

    turnover_change = NumberField(
        _LABELS["turnover_change"], hint=_("For example 10, or -5 where it fell."), minimum=-100, maximum=10_000,
        suffix="%",
    )  # fmt: skip
    jobs_change = NumberField(
        _LABELS["jobs_change"], hint=_("For example 2, or -1 where they are fewer."), minimum=-10_000, maximum=10_000
    )
    new_products = NumberField(_LABELS["new_products"], minimum=0, maximum=1_000)
    has_worked_with = YesNoField(_LABELS["has_worked_with"])
    follow_on_cents = MoneyField(
        _LABELS["follow_on_cents"], hint=_("Loans, investors, other grants. Write 0 if there was none.")
    )
    anyway = ChoiceField(_LABELS["anyway"], choices=[(one, one.label) for one in CHOICES], coerce=Anyway)

    @property
    def answers(self) -> dict[str, Any]:
        """Code -> answer, money in cents."""
        given = {question.code: self[question.code].data for question in QUESTIONS}
        money = given["follow_on_cents"]
        return given | {"follow_on_cents": money.cents if money is not None else None}
