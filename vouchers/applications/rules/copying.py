"""What of an earlier application fits into a new one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from vouchers.applications.rules.asking import asked_questions, file_purpose, is_given
from vouchers.applications.rules.attaching import MOST_FILES, ensure_fits, ensure_room, find_file_question
from vouchers.core.errors import RuleBroken
from vouchers.programmes.rules.form_plan import Form, QuestionType
from vouchers.programmes.rules.instrument_plan import Instrument
from vouchers.programmes.rules.question_types import read_answer

NEVER = frozenset({QuestionType.DECLARATION, QuestionType.FILE})
"""What is declared is declared anew; files are no stored answers: `fitting_files` finds them."""


def fitting_answers(
    old: Form, new: Form, answers: Mapping[str, Any], *, old_instrument: str, new_instrument: str
) -> dict[str, Any]:
    """The answers whose question stands in both forms, with the same type, and that the new question would take."""
    before = {question.code: question.type for question in asked_questions(old, old_instrument)}
    found = {}
    for question in asked_questions(new, new_instrument):
        value = answers.get(question.code)
        if question.type in NEVER or before.get(question.code) is not question.type or not is_given(question, value):
            continue
        try:
            found[question.code] = read_answer(question, value)
        except RuleBroken:  # an option that is not offered any more, a text that is too long now
            continue
    return found


def fitting_files(
    old: Form, new: Form, documents: Iterable[Any], *, old_instrument: str, new_instrument: Instrument
) -> list[Any]:
    """The files that the new voucher asks for, or a question that asks for files in both forms and takes these."""
    asked_before = {file_purpose(one.code) for one in asked_questions(old, old_instrument)}
    asked = {document.code for document in new_instrument.application_documents}
    found: list[Any] = []
    for document in documents:
        purpose = document.purpose
        question = find_file_question(new, new_instrument.code, purpose)
        there = sum(one.purpose == purpose for one in found)
        if question is not None and purpose in asked_before:
            try:
                ensure_fits(question, document)
                ensure_room(there, question.most or MOST_FILES)
            except RuleBroken:
                continue
            found.append(document)
        elif purpose in asked and there < MOST_FILES:
            found.append(document)
    return found
