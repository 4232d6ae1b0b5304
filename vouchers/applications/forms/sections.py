"""The form of one section, made from the call's questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vouchers.applications.forms.asked import (
    AskedChoice,
    AskedChoices,
    AskedDate,
    AskedDeclaration,
    AskedField,
    AskedLongText,
    AskedSelect,
    AskedText,
    AskedYesNo,
)
from vouchers.applications.forms.composite import AskedEntry, AskedFiles, AskedOrganisation, AskedTable, boxes_of
from vouchers.applications.rules.asking import Asked, field_name, keep
from vouchers.applications.rules.limits import limits_of
from vouchers.core.fields import HiddenField
from vouchers.core.formatting import currency_sign
from vouchers.core.forms import BaseForm
from vouchers.core.text import say as _
from vouchers.programmes.rules.composite_answers import is_blank
from vouchers.programmes.rules.form_plan import FileKind, Question, QuestionType
from vouchers.programmes.rules.instrument_plan import Instrument
from vouchers.programmes.rules.reserved import ELSEWHERE, ELSEWHERE_LABEL, PARTNER_REGION

MOST_AT_ONCE = 20
"""Files in one post."""
SEVERAL_BOXES = frozenset(
    {
        *(QuestionType.DATE, QuestionType.TABLE, QuestionType.ORGANISATION),
        *(QuestionType.PROVIDER, QuestionType.EXPERT),
    }
)
MOST_RADIOS = 7
"""More options than this are drawn as a list to open."""


class SectionForm(BaseForm):
    """One section; its fields are added by `section_form`."""

    version = HiddenField()
    page = HiddenField()
    told = HiddenField()
    """What was said of answers that do not fit, as marks."""

    @property
    def asked(self) -> list[Any]:
        """The fields of questions, in the order of the form."""
        return [field for field in self._fields.values() if isinstance(field, AskedField)]

    @property
    def given(self) -> dict[str, Any]:
        """What stands in the boxes, by question code."""
        return {field.question.code: field.given for field in self.asked if field.is_kept}

    def move_rows(self, then: list[str], *, is_asked: bool = True) -> tuple[str, int] | None:
        """Open or take away a row of a table, as its button asks: ``add-row:code`` or ``remove-row:code:number``.

        Args:
            is_asked: whether the page asks before a row goes in which words stand.

        Returns:
            Question and number of the row that should go and in which words stand: it is still there.
        """
        pressed, number = then[0], then[-1][:6]
        for field in self.asked:
            if not isinstance(field, AskedTable) or len(then) < 2 or field.question.code != then[1]:
                continue
            if pressed == "add-row" and field.may_grow:
                field.rows = [*field.rows, *({} for _number in range(len(field.lines) - len(field.rows))), {}]
            if pressed == "remove-row" and number.isascii() and number.isdigit() and int(number) < len(field.rows):
                if is_asked and not is_blank(field.rows[int(number)]):
                    return field.question.code, int(number)
                field.rows = [*field.rows[: int(number)], *field.rows[int(number) + 1 :]]
        return None


_forms: dict[tuple[str, str, str, str], type[SectionForm]] = {}


def section_form(call_digest: str, instrument: Instrument, asked: Asked, language: str) -> type[SectionForm]:
    """The form of one section for one instrument; made once for each content of a call and language."""
    key = (call_digest, instrument.code, asked.code, language)
    if key not in _forms:
        fields = {field_name(question.code): _field(question, instrument, language) for question in asked.questions}
        _forms[key] = type("SectionForm", (SectionForm,), fields)
    return _forms[key]


def data_of(asked: Asked, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Stored answers under the names of their fields."""
    return {field_name(question.code): answers.get(question.code) for question in asked.questions}


def touched(asked: Asked, body: Mapping[str, Any], answers: Mapping[str, Any]) -> tuple[set[str], dict[str, Any]]:
    """Which questions an autosave speaks of, and its body with half-sent answers filled from what is stored."""
    codes, filled = set(), dict(body)
    for question in asked.questions:
        boxes = boxes_of(question, keep(question, answers.get(question.code)))
        pattern = re.compile(rf"{re.escape(field_name(question.code))}-(\d{{1,6}}-)?[a-z0-9_]+")
        if question.type in SEVERAL_BOXES and any(pattern.fullmatch(name) for name in body):
            codes.add(question.code)
            for box, text in boxes.items():
                filled.setdefault(box, text)
        elif field_name(question.code) in body:
            codes.add(question.code)
    return codes, filled


def _field(question: Question, instrument: Instrument, language: str) -> Any:
    label = question.label.in_language(language)
    if not question.is_required:
        label = str(_("%(question)s (optional)", question=label))
    common: dict[str, Any] = {"question": question, "hint": _hint(question, language)}
    choices = list(_choices(question, instrument, language))
    match question.type:
        case QuestionType.LONG_TEXT:
            rows = 10 if question.max_length > 2000 else 6
            return AskedLongText(label, max_length=question.max_length, rows=rows, **common)
        case QuestionType.CHOICE:
            kind = AskedChoice if len(choices) <= MOST_RADIOS else AskedSelect
            return kind(label, choices=choices, **common)
        case QuestionType.CHOICES:
            return AskedChoices(label, choices=choices, **common)
        case QuestionType.YES_NO:
            return AskedYesNo(label, **common)
        case QuestionType.DECLARATION:
            return AskedDeclaration(label, **common)
        case QuestionType.DATE:
            return AskedDate(label, **common)
        case QuestionType.TABLE:
            return AskedTable(label, language=language, **common)
        case QuestionType.ORGANISATION:
            return AskedOrganisation(label, **common)
        case QuestionType.PROVIDER | QuestionType.EXPERT:
            return AskedEntry(label, **common)
        case QuestionType.FILE:
            return AskedFiles(label, multiple=True, accept=accepted(question.kinds), most=MOST_AT_ONCE, **common)
    return AskedText(label, **common, **_look(question))


def _hint(question: Question, language: str) -> str | None:
    """The question's own hint, and what it takes."""
    said = [question.hint.in_language(language), *(str(limit) for limit in limits_of(question))]
    return " ".join(text for text in said if text) or None


def _choices(question: Question, instrument: Instrument, language: str) -> Iterator[tuple[str, Any]]:
    yield from ((option.code, option.label.in_language(language)) for option in question.options)
    if question.code == PARTNER_REGION and instrument.cross_border.allows_outside:
        yield ELSEWHERE, ELSEWHERE_LABEL


EXTENSIONS = {
    FileKind.PDF: ".pdf",
    FileKind.PNG: ".png",
    FileKind.JPEG: ".jpg,.jpeg",
    FileKind.DOCX: ".docx",
    FileKind.XLSX: ".xlsx",
}


def accepted(kinds: Iterable[FileKind] = ()) -> str:
    """The endings of these kinds of files, or of all that are taken, for a box that takes them."""
    return ",".join(EXTENSIONS[kind] for kind in tuple(kinds) or FileKind)


def _look(question: Question) -> dict[str, Any]:
    """Width and sign of a one-line box."""
    if question.type is QuestionType.MONEY:
        return {"width": 10, "prefix": currency_sign(question.currency or "EUR"), "max_length": 40}
    if question.type is QuestionType.NUMBER:
        return {"width": 5, "max_length": 40}
    if question.type is QuestionType.EMAIL:
        return {"max_length": 254, "spellcheck": False}
    return {"max_length": question.max_length or 2000}
