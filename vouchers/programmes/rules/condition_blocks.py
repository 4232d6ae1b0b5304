"""Conditions (`show_if`), as blocks of the file: read where they stand, judged when the whole form is known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.rules import values
from vouchers.programmes.rules.block import Block
from vouchers.programmes.rules.conditions import LOOKED_AT, MEASURED, YES_OR_NO
from vouchers.programmes.rules.faults import not_known
from vouchers.programmes.rules.form_plan import Comparison, Condition, Form, Question, Section
from vouchers.programmes.rules.source import Items, Scalar

MOST_VALUES = 50
LISTED = Comparison.ANY_OF
MATCHES = frozenset({Comparison.IS, Comparison.IS_NOT, LISTED})
FLAGS = {True: "yes", False: "no"}


@dataclass(frozen=True, slots=True)
class Depending:
    """One condition with its place: what is shown or hidden by it, a question or a whole section."""

    block: Block
    condition: Condition
    code: str
    is_section: bool = False


def read_conditions(block: Block) -> list[tuple[Block, Condition]]:
    """The conditions of a section or question: one block, or a list of blocks which must all hold."""
    if not block.has("show_if"):
        return []
    node = block.entries["show_if"][1]
    is_list = isinstance(node, Items)
    found = list(block.blocks("show_if", "condition")) if is_list else [block.block("show_if", "condition")]
    return [(one, condition) for one in found if one.is_block and (condition := _condition(one)) is not None]


def _condition(block: Block) -> Condition | None:
    question = block.plain("question", most=40)
    given = [comparison for comparison in Comparison if block.has(comparison.value)]
    if len(given) != 1:
        words = ", ".join(Comparison)
        if given:
            sentence = _("A condition compares in one way: choose one of %(words)s.", words=words)
        else:
            sentence = _("What must the answer be? A condition needs one of %(words)s.", words=words)
        block.fault(given[1].value if given else "question", sentence)
        return None
    wanted = _values(block, given[0])
    return Condition(question, given[0], wanted) if question and wanted else None


def _values(block: Block, comparison: Comparison) -> tuple[str, ...]:
    if comparison is not LISTED:
        text = block.plain(comparison.value, most=40)
        return (text,) if text else ()
    node = block.entries[comparison.value][1]
    texts = [item.text.strip() for item in node.nodes if isinstance(item, Scalar)] if isinstance(node, Items) else []
    if not texts or len(texts) > MOST_VALUES:
        block.fault(comparison.value, _('"any_of" takes a list of answers, such as [biotech, other].'))
        return ()
    return tuple(dict.fromkeys(texts))


# Judging -------------------------------------------------------------------------------------------------------------


def ensure_conditions_fit(form: Form, depending: Sequence[Depending], instruments: Sequence[str]) -> None:
    """Each condition looks at an earlier question that everybody is asked who might see what depends on it."""
    questions: dict[str, Question] = {}
    places: dict[str, int] = {}
    for place, question in enumerate(form.questions):
        questions.setdefault(question.code, question)
        places.setdefault(question.code, place)
    sections = {section.code: section for section in form.sections}
    for one in depending:
        sentence, key = _misplaced(one, form, sections, places), "question"
        if sentence is None:
            looked_at = questions[one.condition.question]
            sentence = _unavailable(one, looked_at, _asked_for(one, sections, questions, instruments), instruments)
        if sentence is None:
            key, sentence = one.condition.comparison.value, _misread(one.condition, looked_at)
        if sentence is not None:
            one.block.fault(key, sentence)


def _misplaced(
    one: Depending, form: Form, sections: Mapping[str, Section], places: Mapping[str, int]
) -> Sentence | None:
    wanted = one.condition.question
    if wanted not in places:
        return not_known(wanted, list(places))
    inside = [question.code for question in sections[one.code].questions] if one.is_section else [one.code]
    if wanted in inside:
        if one.is_section:
            return _('"%(question)s" stands inside this section, which cannot depend on itself.', question=wanted)
        return _("A question cannot depend on itself.")
    if circle := _circle(form, one.code, wanted):
        return _("These depend on one another in a circle: %(codes)s.", codes=", ".join(circle))
    if places[wanted] > min((places[code] for code in inside), default=-1):
        return _('"%(question)s" comes later in the form. Only an earlier answer can decide.', question=wanted)
    return None


def _circle(form: Form, start: str, wanted: str) -> list[str]:
    """The way from the question that is looked at back to the one that looks; empty when there is none."""
    looks_at = {
        part.code: {condition.question for condition in (*section.show_if, *part.show_if)}
        for section in form.sections
        for part in section.questions
    }
    own = {section.code: {question.code for question in section.questions} for section in form.sections}
    targets = own.get(start, {start}) if start not in looks_at else {start}
    paths, seen = [[wanted]], {wanted}
    while paths:
        path = paths.pop()
        for following in sorted(looks_at.get(path[-1], ())):
            if following in targets:
                return [start, *path, start]
            if following not in seen:
                seen.add(following)
                paths.append([*path, following])
    return []


def _asked_for(
    one: Depending, sections: Mapping[str, Section], questions: Mapping[str, Question], instruments: Sequence[str]
) -> set[str]:
    """The instruments whose applications might see what depends."""
    parts = sections[one.code].questions if one.is_section else (questions[one.code],)
    return {code for part in parts for code in (part.instruments or instruments)}


def _unavailable(one: Depending, looked_at: Question, asked: set[str], instruments: Sequence[str]) -> Sentence | None:
    missing = asked - set(looked_at.instruments or instruments)
    if missing:
        return _(
            '"%(question)s" is not asked for %(instruments)s, so there this could never be shown.',
            question=one.condition.question,
            instruments=", ".join(sorted(missing)),
        )
    if looked_at.type not in LOOKED_AT:
        return _(
            'A condition cannot look at a question of type "%(type)s". It may be: %(types)s.',
            type=looked_at.type,
            types=", ".join(sorted(LOOKED_AT)),
        )
    return None


def _misread(condition: Condition, looked_at: Question) -> Sentence | None:
    if looked_at.type in MEASURED:
        return _not_a_number(condition)
    if condition.comparison not in MATCHES:
        return _(
            '"%(comparison)s" compares numbers; a question of type "%(type)s" takes is, is_not or any_of.',
            comparison=condition.comparison,
            type=looked_at.type,
        )
    known = [*FLAGS.values()] if looked_at.type in YES_OR_NO else [option.code for option in looked_at.options]
    unknown = [value for value in condition.values if value not in known]
    return not_known(unknown[0], known) if unknown else None


def _not_a_number(condition: Condition) -> Sentence | None:
    for value in condition.values:
        if not re.fullmatch(values.DECIMAL, value):
            return _('"%(text)s" is not a number.', text=value)
    return None
