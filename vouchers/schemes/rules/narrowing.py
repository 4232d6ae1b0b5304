"""Where a correction asks more, or allows less, than those read who have submitted. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vouchers.core.text import say as _
from vouchers.programmes.rules.form_plan import Form, Question, QuestionType, Section
from vouchers.programmes.rules.plan import Call
from vouchers.schemes.rules.places import Place

STRICTER = _("Applications were submitted, so this cannot become stricter than it was published.")
Spot = tuple[Place, str]
"""The place of a block and the key of one of its settings."""
_HERE: Place = ("call",)


def list_stricter_terms(before: Any, after: Call) -> Iterator[Spot]:
    """Settings of the call beside its form: who submits, with whom, how many, when, how many vouchers."""
    if after.has_signatory and not before.has_signatory:
        yield _HERE, "signatory"
    if is_lower(before.max_applications, after.max_applications):
        yield _HERE, "max_applications"
    if after.spent_with is not None and after.spent_with != before.spent_with:
        yield _HERE, "spent_with"
    if after.consortium is not None:
        if before.consortium is None:
            yield _HERE, "consortium"
        else:
            if after.consortium.least > before.consortium.least:
                yield (*_HERE, "consortium"), "min"
            if after.consortium.most < before.consortium.most:
                yield (*_HERE, "consortium"), "max"
    if is_higher(before.activities_from, after.activities_from):
        yield (*_HERE, "activities"), "earliest"
    if is_lower(before.activities_until, after.activities_until):
        yield (*_HERE, "activities"), "latest"
    quotas = {(one.region, one.instrument): one.quota for one in before.envelopes}
    for number, one in enumerate(after.envelopes, 1):
        if (one.region, one.instrument) in quotas and is_lower(quotas[one.region, one.instrument], one.quota):
            yield (*_HERE, "envelopes", str(number)), "quota"


def list_narrowed(before: Form, after: Form) -> Iterator[Spot]:
    """Published questions that allow less, ask more, or are asked of fewer."""
    published = {question.code: (section, question) for section in before.sections for question in section.questions}
    for number, section in enumerate(after.sections, 1):
        here = (*_HERE, "form", "sections", str(number))
        for line, question in enumerate(section.questions, 1):
            if question.code not in published:
                continue
            place = (*here, "questions", str(line))
            old_section, old = published[question.code]
            yield from ((place, key) for key in _narrowed_keys(old, question))
            yield from _narrowed_columns(old, question, place)
            yield from _hidden(old_section, old, section, question, here, place)


def is_lower(old: Any, new: Any) -> bool:
    """Whether a greatest value is new or less than it was; None: there is none."""
    return new is not None and (old is None or new < old)


def is_higher(old: Any, new: Any) -> bool:
    """Whether a least value is new or more than it was; None: there is none."""
    return new is not None and (old is None or new > old)


def _narrowed_keys(old: Question, new: Question) -> Iterator[str]:
    if old.type is not new.type or old.currency != new.currency:
        yield "type"
        return
    least = 0 if old.minimum is None and old.type is QuestionType.NUMBER else old.minimum
    stricter = {
        "required": new.is_required > old.is_required or new.is_required_at_once > old.is_required_at_once,
        "max_length": new.max_length < old.max_length,
        "min": is_higher(least, new.minimum) or new.least > old.least,
        "max": is_lower(old.maximum, new.maximum) or is_lower(old.most or None, new.most or None),
        "decimals": new.decimals < old.decimals,
        "options": not {one.code for one in old.options} <= {one.code for one in new.options},
        "instruments": _is_fewer(old.instruments, new.instruments),
        "kinds": _is_fewer(old.kinds, new.kinds),
        "max_megabytes": is_lower(old.max_megabytes or None, new.max_megabytes or None),
    }
    yield from (key for key, is_stricter in stricter.items() if is_stricter)


def _is_fewer(old: tuple[Any, ...], new: tuple[Any, ...]) -> bool:
    """Of a choice in which none means all."""
    return bool(new) and (not old or not set(old) <= set(new))


def _narrowed_columns(old: Question, new: Question, place: Place) -> Iterator[Spot]:
    columns = {column.code: column for column in old.columns}
    if not columns.keys() <= {column.code for column in new.columns}:
        yield place, "columns"
    for number, column in enumerate(new.columns, 1):
        here = (*place, "columns", str(number))
        if column.code in columns:
            yield from ((here, key) for key in _narrowed_keys(columns[column.code], column))
        elif column.is_required:
            yield here, "required"


def _hidden(
    old_section: Section, old: Question, section: Section, new: Question, here: Place, place: Place
) -> Iterator[Spot]:
    """A condition that did not hold before takes the question from some."""
    before = {*old_section.show_if, *old.show_if}
    if not set(new.show_if) <= before:
        yield place, "show_if"
    elif not set(section.show_if) <= before:
        yield here, "show_if"
