"""What the preview of a form says of each question: its kind, whether it must be answered, limits, conditions. Pure.

It speaks in the words in which the page of the question asks for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.rules import outline_call  # noqa: F401 - it fills BLOCKS
from vouchers.programmes.rules.conditions import YES_OR_NO
from vouchers.programmes.rules.form_plan import Condition, Form, Question, QuestionType, Required
from vouchers.programmes.rules.outline import Key, key_of
from vouchers.schemes.rules.plain_words import Names, say_names

_COUNTED = frozenset({QuestionType.TEXT, QuestionType.LONG_TEXT})
_FLAGS = {"yes": _("Yes"), "no": _("No")}


def list_facts(question: Question, form: Form, names: Names) -> Iterator[Sentence | str]:
    """What applicants meet at a question besides its words and its options."""
    yield from _of_kind("question", question)
    need = Required.DRAFT if question.is_required_at_once else Required.SUBMISSION
    answer = _choice("question", "required", need if question.is_required else Required.NO)
    yield f"{_key('question', 'required').label} {answer}"
    yield from _limits(question)
    for column in question.columns:
        said = [one for kind in (_of_kind("column", column), _limits(column, "column")) for one in kind]
        options = [str(option.label.for_reader()) for option in column.options]
        yield _line("question", "columns", _joined([column.label.for_reader(), *said, *options]))
    if question.instruments:
        yield _line("question", "instruments", say_names(question.instruments, names))
    yield from list_conditions("question", question.show_if, form)


def list_conditions(kind: str, conditions: Iterable[Condition], form: Form) -> Iterator[Sentence]:
    """When a question or a section is shown."""
    asked = {question.code: question for question in form.questions}
    for condition in conditions:
        earlier = asked.get(condition.question)
        name = earlier.label.for_reader() if earlier else condition.question
        values = ", ".join(str(_answer(value, earlier)) for value in condition.values)
        compared = _line("condition", condition.comparison.value, values)
        yield _line(kind, "show_if", _joined([f"“{name}”", compared]))


def _of_kind(kind: str, question: Question) -> Iterator[Sentence | str]:
    yield _choice(kind, "type", question.type.value)


def _limits(question: Question, kind: str = "question") -> Iterator[Sentence]:
    values: Mapping[str, Any] = {
        "max_length": question.max_length if question.type in _COUNTED else None,
        "min": question.least or question.minimum,
        "max": question.most or question.maximum,
        "decimals": question.decimals if question.type is QuestionType.NUMBER else None,
        "max_megabytes": question.max_megabytes or None,
    }
    for name, value in values.items():
        if value is not None:
            yield _line(kind, name, value)
    if question.kinds:
        yield _line(kind, "kinds", _joined([_choice(kind, "kinds", one.value) for one in question.kinds]))


def _answer(value: str, question: Question | None) -> Sentence | str:
    if question is None:
        return value
    if question.type in YES_OR_NO:
        return _FLAGS.get(value, value)
    return next((option.label.for_reader() for option in question.options if option.code == value), value)


def _choice(kind: str, name: str, word: str) -> Sentence | str:
    return dict(_key(kind, name).choices).get(str(word), str(word))


def _line(kind: str, name: str, value: Any) -> Sentence:
    return _("%(label)s: %(problem)s", label=_key(kind, name).label, problem=value)


def _joined(parts: Iterable[Sentence | str]) -> str:
    return "; ".join(str(part) for part in parts)


def _key(kind: str, name: str) -> Key:
    found = key_of(kind, name)
    assert found is not None
    return found
