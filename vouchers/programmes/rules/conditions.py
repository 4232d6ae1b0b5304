"""Which questions of a form are shown, as a function of the answers that are themselves shown.

A condition looks only at earlier questions, so one walk from the first question to the last decides everything. An
answer that is open, unsound or itself hidden fulfils no condition, not even ``is_not``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.programmes.rules.form_plan import Comparison, Condition, Form, Question, QuestionType, Section
from vouchers.programmes.rules.question_types import read_answer

YES_OR_NO = frozenset({QuestionType.YES_NO, QuestionType.DECLARATION})
CHOOSING = frozenset({QuestionType.CHOICE, QuestionType.CHOICES})
MEASURED = frozenset({QuestionType.NUMBER, QuestionType.MONEY})
LOOKED_AT = YES_OR_NO | CHOOSING | MEASURED
"""Types of questions that a condition may look at."""
COMPARED: dict[Comparison, Callable[[Decimal, Decimal], bool]] = {
    Comparison.IS: lambda given, wanted: given == wanted,
    Comparison.IS_NOT: lambda given, wanted: given != wanted,
    Comparison.AT_LEAST: lambda given, wanted: given >= wanted,
    Comparison.AT_MOST: lambda given, wanted: given <= wanted,
    Comparison.MORE_THAN: lambda given, wanted: given > wanted,
    Comparison.LESS_THAN: lambda given, wanted: given < wanted,
}


def shown_codes(form: Form, instrument_code: str, answers: Mapping[str, Any]) -> frozenset[str]:
    """The codes of the questions that an application for this instrument is asked, with these answers."""
    shown: dict[str, Question] = {}
    for section in form.sections:
        if not _all_hold(section.show_if, shown, answers):
            continue
        for question in section.questions:
            if question.is_asked_for(instrument_code) and _all_hold(question.show_if, shown, answers):
                shown[question.code] = question
    return frozenset(shown)


def _all_hold(conditions: Iterable[Condition], shown: Mapping[str, Question], answers: Mapping[str, Any]) -> bool:
    return all(
        condition.question in shown and holds(condition, shown[condition.question], answers.get(condition.question))
        for condition in conditions
    )


def holds(condition: Condition, question: Question, stored: Any) -> bool:
    """Whether the answer to the question that the condition looks at is as it wants."""
    try:
        given = read_answer(question, stored)
    except RuleBroken:
        return False
    if given is None:
        return False
    if question.type in MEASURED:
        measured = _measured(given)
        return measured is not None and _compare(condition, measured)
    words = (
        {"yes" if given else "no"} if isinstance(given, bool) else set(given) if isinstance(given, list) else {given}
    )
    is_met = not words.isdisjoint(condition.values)
    return not is_met if condition.comparison is Comparison.IS_NOT else is_met


def _measured(given: Any) -> Decimal | None:
    if isinstance(given, Mapping):
        return Decimal(given["cents"]) / 100
    try:
        return Decimal(str(given))
    except InvalidOperation:
        return None


def _compare(condition: Condition, given: Decimal) -> bool:
    wanted = [Decimal(value) for value in condition.values]
    if condition.comparison is Comparison.ANY_OF:
        return given in wanted
    return COMPARED[condition.comparison](given, wanted[0])


# Changing a form -----------------------------------------------------------------------------------------------------


def list_referrers(form: Form, code: str) -> tuple[str, ...]:
    """The codes of the sections and questions whose conditions look at this question, in the order of the form."""
    found = []
    for section in form.sections:
        parts: list[Section | Question] = [section, *section.questions]
        for part in parts:
            if any(condition.question == code for condition in part.show_if):
                found.append(part.code)
    return tuple(found)


def ensure_may_be_deleted(form: Form, code: str) -> None:
    """A question that another one depends on stays.

    Raises:
        RuleBroken: it names those that refer to it.
    """
    if referrers := list_referrers(form, code):
        raise RuleBroken(
            _(
                'The question "%(question)s" cannot be deleted: whether these are shown depends on it: %(codes)s. '
                "Change their conditions first.",
                question=code,
                codes=", ".join(referrers),
            )
        )
