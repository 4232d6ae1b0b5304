"""What of an earlier application fits into a new one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vouchers.applications.rules.asking import asked_questions, is_given
from vouchers.core.errors import RuleBroken
from vouchers.programmes.rules.form_plan import Form, QuestionType
from vouchers.programmes.rules.question_types import read_answer

NEVER = frozenset({QuestionType.DECLARATION, QuestionType.FILE})
"""What is declared is declared anew; files are copied only where that is asked for."""


def fitting_answers(
    old: Form, new: Form, answers: Mapping[str, Any], *, old_instrument: str, new_instrument: str
) -> dict[str, Any]:
    """The answers whose question stands in both forms, with the same type, and that the new question would take."""
    before = {question.code: question.type for question in asked_questions(old, old_instrument)}
    found = {}
    for question in asked_questions(new, new_instrument):
        value = answers.get(question.code)
        if question.type in NEVER or before.get(question.code) is not question.type or not is_given(value):
            continue
        try:
            found[question.code] = read_answer(question, value)
        except RuleBroken:  # an option that is not offered any more, a text that is too long now
            continue
    return found
