"""The questions, the same for both groups. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.surveys.states import Anyway


class Kind(Enum):
    """What an answer is."""

    NUMBER = auto()
    MONEY = auto()
    """Whole cents."""
    YES_NO = auto()
    CHOICE = auto()


@dataclass(frozen=True, slots=True)
class Question:
    """One question; its code is the column of the answer."""

    code: str
    kind: Kind
    label: Sentence
    told: Sentence
    """As the results call it."""


QUESTIONS = (
    Question("turnover_change", Kind.NUMBER, _("By how many per cent has your turnover changed since the decision?"),
             _("Change of turnover, per cent")),
    Question("jobs_change", Kind.NUMBER, _("How many more people work for you since then, in full-time posts?"),
             _("Change of full-time posts")),
    Question("new_products", Kind.NUMBER, _("How many new or better products or services have you brought to market?"),
             _("New or better products or services")),
    Question("has_worked_with", Kind.YES_NO,
             _("Have you worked with a university, a laboratory or another provider of knowledge since then?"),
             _("Worked with a provider of knowledge")),
    Question("follow_on_cents", Kind.MONEY, _("How much other money have you raised for innovation since then?"),
             _("Other money raised")),
    Question("anyway", Kind.CHOICE, _("Without a voucher, what did you do, or would you have done, of your project?"),
             _("Without a voucher")),
)  # fmt: skip
CHOICES = tuple(Anyway)


def ensure_something(answers: Mapping[str, Any]) -> None:
    """An empty questionnaire is no answer."""
    if all(answers.get(question.code) is None for question in QUESTIONS):
        raise RuleBroken(_("Answer at least one question. Leave empty what you do not know."))
