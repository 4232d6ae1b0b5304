"""The fields of questions with one box, or one group of boxes, for one answer.

`question_types.read_answer` alone decides whether an answer is sound; the fields here only read boxes and keep words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from wtforms.validators import StopValidation

from vouchers.core.choices import ChoiceField, ChoicesField, DeclarationField, SelectField, YesNoField
from vouchers.core.days import KeptDateField
from vouchers.core.errors import RuleBroken
from vouchers.core.fields import LongTextField, TextField
from vouchers.core.formatting import typed_figures, typed_money
from vouchers.core.money import Money
from vouchers.core.text import say_of
from vouchers.core.typed import clean_text
from vouchers.programmes.rules.form_plan import Question, QuestionType
from vouchers.programmes.rules.question_types import read_answer

LONGEST_KEPT = 200_000


class AskedField:
    """What all fields of questions share: `read_answer` judges what the boxes hold; its sentence stands beside them."""

    question: Question
    raw: str
    is_kept = True
    """Whether what stands in the boxes is stored as an answer."""

    def __init__(self, label: Any = "", *, question: Question, **kwargs: Any):
        self.question = question
        super().__init__(label, **kwargs)  # type: ignore[call-arg]

    @property
    def given(self) -> Any:
        """What was typed or chosen, as `read_answer` and `save_answers` take it."""
        return self.raw

    def pre_validate(self, _form: Any) -> None:
        """Show what `read_answer` says, with the question that it is about. Open is no error in a draft."""
        try:
            read_answer(self.question, self.given)
        except RuleBroken as refused:
            raise StopValidation(say_of(self.question.label, refused.sentence)) from None
        raise StopValidation()


class AskedText(AskedField, TextField):
    """One line: text, email, address of a page, number or amount."""

    @property
    def is_counted(self) -> bool:
        """Whether the page counts the characters that are left."""
        return self.question.type is QuestionType.TEXT

    def read(self, raw: str) -> str:
        return raw

    def as_text(self, value: Any) -> str:
        return as_typed(self.question, value)


class AskedLongText(AskedField, LongTextField):
    """Several lines."""

    def clean(self, posted: str) -> str:
        return clean_text(posted[:LONGEST_KEPT])


class AskedChoice(AskedField, ChoiceField):
    """One of a few."""

    @property
    def given(self) -> Any:
        return self.chosen[0] if self.chosen else None


class AskedSelect(AskedField, SelectField):
    """One of many."""

    @property
    def given(self) -> Any:
        return self.chosen[0] if self.chosen else None


class AskedChoices(AskedField, ChoicesField):
    """Any of a few."""

    @property
    def given(self) -> Any:
        return list(self.chosen)

    def process_data(self, value: Any) -> None:
        super().process_data(value if isinstance(value, list) else None)


class AskedYesNo(AskedField, YesNoField):
    """Yes or no."""

    @property
    def given(self) -> Any:
        return self.chosen[0] if self.chosen else None

    def process_data(self, value: Any) -> None:
        super().process_data(value if isinstance(value, bool) else None)


class AskedDeclaration(AskedField, DeclarationField):
    """A box to tick."""

    @property
    def given(self) -> Any:
        return "yes" if self.data else None


class AskedDate(AskedField, KeptDateField):
    """A day in three boxes; half a date keeps its boxes."""

    @property
    def given(self) -> Any:
        return dict(self.parts) if any(self.parts.values()) else None


def as_typed(question: Question, value: Any) -> str:
    """A stored text, number or amount as it stands in a box; what could not be read stands as it was typed."""
    if isinstance(value, Mapping) and isinstance(value.get("cents"), int):
        return typed_money(Money(value["cents"]))
    if question.type is QuestionType.NUMBER and isinstance(value, str) and _NUMBER.fullmatch(value):
        return typed_figures(value)
    return "" if value is None else str(value)


_NUMBER = re.compile(r"-?[0-9]+\.[0-9]+")
