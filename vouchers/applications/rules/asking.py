"""Which questions and files an application is asked for, and how an answer is kept while it is being written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.localised import Text
from vouchers.programmes.rules.composite_answers import ensure_few_rows, is_blank, rows_of
from vouchers.programmes.rules.conditions import shown_codes
from vouchers.programmes.rules.form_plan import Form, Question, QuestionType, Reader, Section
from vouchers.programmes.rules.instrument_plan import DocumentAsked, Instrument
from vouchers.programmes.rules.question_types import read_answer, show_answer

DOCUMENTS = "documents"
"""The step of the attachments, beside the codes of the sections."""
PARTNERS = "partners"
"""The step of the partners, where companies apply together."""
SIGNATORY = "signatory"
"""The page of the organisation, on which somebody is named who may sign for it."""
DATE_PARTS = ("day", "month", "year")
CHOOSING = frozenset({QuestionType.CHOICE, QuestionType.YES_NO, QuestionType.DECLARATION})
ANSWER_FILE = "answer:"
"""How the purpose of a file begins that answers a question."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One section as an application for one instrument sees it."""

    section: Section
    questions: tuple[Question, ...]

    @property
    def code(self) -> str:
        """The section's code."""
        return self.section.code


def asked_sections(form: Form, instrument_code: str) -> tuple[Asked, ...]:
    """The sections with a question for this instrument, in the order of the form, whatever was answered."""
    sections = (
        Asked(section, tuple(question for question in section.questions if question.is_asked_for(instrument_code)))
        for section in form.sections
    )
    return tuple(asked for asked in sections if asked.questions)


def shown_sections(form: Form, instrument_code: str, answers: Mapping[str, Any]) -> tuple[Asked, ...]:
    """The sections with the questions that these answers leave to be asked, in the order of the form."""
    shown = shown_codes(form, instrument_code, answers)
    sections = (
        Asked(section, tuple(question for question in section.questions if question.code in shown))
        for section in form.sections
    )
    return tuple(asked for asked in sections if asked.questions)


def asked_questions(form: Form, instrument_code: str) -> tuple[Question, ...]:
    """All questions for this instrument, in the order of the form."""
    return tuple(question for asked in asked_sections(form, instrument_code) for question in asked.questions)


def anchor(question: Question) -> str:
    """The id of the box that a link to the question leads to."""
    name = field_name(question.code)
    return (
        name + FIRST_BOXES.get(question.type, "") if question.type is not QuestionType.TABLE else _first_cell(question)
    )


FIRST_BOXES = {
    QuestionType.DATE: "-day",
    QuestionType.ORGANISATION: "-name",
    QuestionType.PROVIDER: "-name",
    QuestionType.EXPERT: "-name",
}
"""What follows a question's name in the id of its first box."""


def _first_cell(question: Question) -> str:
    first = question.columns[0]
    cell = f"{field_name(question.code)}-0-{first.code}"
    return f"{cell}-day" if first.type is QuestionType.DATE else cell


def file_purpose(question_code: str) -> str:
    """Under which purpose the files of a question are stored."""
    return ANSWER_FILE + question_code


def with_files(form: Form, answers: Mapping[str, Any], documents: Iterable[Any]) -> dict[str, Any]:
    """The answers, with the files that stand under the questions that ask for some."""
    whole = dict(answers)
    asking = {file_purpose(one.code): one.code for one in form.questions if one.type is QuestionType.FILE}
    for code in asking.values():
        whole.pop(code, None)
    for document in documents:
        if document.purpose in asking:
            whole.setdefault(asking[document.purpose], []).append({"id": document.id, "filename": document.filename})
    return whole


def files_asked_for(form: Form, instrument: Instrument) -> dict[str, Text]:
    """Purpose -> what was asked for: of each question that takes files, and of each document."""
    asked = asked_questions(form, instrument.code)
    questions = {file_purpose(one.code): one.label for one in asked if one.type is QuestionType.FILE}
    return questions | {one.code: one.name for one in instrument.application_documents}


def file_answers(files: Iterable[Any]) -> dict[str, list[dict[str, Any]]]:
    """Question -> the files that answer it, canonical."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in files:
        if one.purpose.startswith(ANSWER_FILE):
            code = one.purpose.removeprefix(ANSWER_FILE)
            found.setdefault(code, []).append({"id": one.id, "filename": one.filename})
    return found


def is_submitted_file(purpose: str, shown: Collection[str]) -> bool:
    """Whether a file goes with the submission: all do but those under a question that is hidden now."""
    code = purpose.removeprefix(ANSWER_FILE)
    return code == purpose or code in shown


def document_anchor(document: DocumentAsked) -> str:
    """The id of the box that takes the file."""
    return f"document-{document.code}"


def field_name(code: str) -> str:
    """The name of the question's box: its code, unless the page needs that name itself."""
    return f"answer-{code}" if code in TAKEN else code


TAKEN = frozenset(
    {
        *(
            "version",
            "page",
            "told",
            "seen",
            "then",
            "held",
            "csrf_token",
            "page_mark",
            "meta",
            "data",
            "errors",
            "form_errors",
            "problems",
            "has_files",
        ),
        *("refuse", "validate", "process", "populate_obj", "submit", "hidden_tag", "is_submitted", "on_submit"),
        *("validate_on_submit", "asked", "given", "move_rows"),
    }
)
"""Names that the page or the form object needs itself."""


def keep(question: Question, given: Any) -> Any:
    """What is stored of what was typed: its canonical form or, where that cannot be had, the words themselves.

    A draft loses no word: an answer that is too long or half a date stays as it was typed until it is mended, and
    `blockers` reads it again before anything is submitted. Only a choice that is not offered is dropped.
    """
    if question.type is QuestionType.TABLE:
        return _kept_rows(question, given)
    if question.type is QuestionType.FILE:
        return None
    try:
        return read_answer(question, given)
    except RuleBroken:
        if question.type is QuestionType.CHOICES:
            return _kept_picks(question, given)
        if question.type is QuestionType.ORGANISATION and isinstance(given, Mapping):
            return {part: text for part, text in given.items() if words_of(text)} or None
        return None if question.type in CHOOSING else words_of(given)


def _kept_picks(question: Question, given: Any) -> list[str] | None:
    """Too few or too many picks stay as they are; one that is not offered is dropped."""
    picks = given if isinstance(given, list | tuple) else [given]
    return [option.code for option in question.options if option.code in picks] or None


def _kept_rows(question: Question, given: Any) -> list[dict[str, Any]] | None:
    """Every row, with the blank ones that the writer opened; each cell as a question of its own.

    Raises:
        RuleBroken: more rows than any table takes. What is stored stays.
    """
    rows = rows_of(given)
    ensure_few_rows(question, rows)
    kept = [
        {column.code: cell for column in question.columns if (cell := keep(column, row.get(column.code))) is not None}
        for row in rows
    ]
    is_open = all(is_blank(row) for row in kept) and len(kept) <= max(question.least, 1)
    return None if is_open else kept


def words_of(given: Any) -> str | None:
    """The typed words, of a date its three boxes."""
    if isinstance(given, Mapping):
        parts = [str(given.get(part) or "").strip().replace("\0", "") for part in DATE_PARTS]
        return "/".join(parts) if any(parts) else None
    text = str(given).replace("\0", "").strip()
    return text or None


def is_sound(question: Question, value: Any) -> bool:
    """Whether a stored answer reads as one."""
    try:
        read_answer(question, value)
    except RuleBroken:
        return False
    return True


def is_given(question: Question, value: Any) -> bool:
    """Whether anything was answered: “No” is an answer, an unticked declaration is none."""
    return is_filled(value) and not (value is False and question.type is QuestionType.DECLARATION)


def is_filled(value: Any) -> bool:
    """Whether anything stands there."""
    if isinstance(value, list):
        return any(not isinstance(item, Mapping) or not is_blank(item) for item in value)
    return value is not None and value not in ("", {})


# Reading -------------------------------------------------------------------------------------------------------------


APPLICANT = frozenset(Reader)
"""Whoever wrote the answers reads all of them."""


def shown_answers(
    form: Form,
    instrument_code: str,
    answers: Mapping[str, Any],
    *,
    language: str = "",
    readers: frozenset[Reader] = APPLICANT,
    is_blind: bool = False,
) -> list[tuple[str, list[tuple[Question, str, str]]]]:
    """(section title, [(question, its label, the answer as a person reads it)]), for pages and papers.

    Args:
        readers: as whom the answers are read; those that none of them may see are left out.
        is_blind: whether the call is marked blind.
    """
    shown = []
    for asked in shown_sections(form, instrument_code, answers):
        lines = [
            (question, question.label.in_language(language), show_answer(question, answers.get(question.code)))
            for question in asked.questions
            if question.is_open_to(readers, is_blind=is_blind)
        ]
        if lines:
            shown.append((asked.section.title.in_language(language), lines))
    return shown


def may_read_file(form: Form, purpose: str, readers: frozenset[Reader], *, is_blind: bool = False) -> bool:
    """Whether a file may be read by somebody who reads as one of these: it follows the question that it answers."""
    code = purpose.removeprefix(ANSWER_FILE)
    if code == purpose:
        return True
    return any(question.code == code and question.is_open_to(readers, is_blind=is_blind) for question in form.questions)


def labels_of_files(form: Form, documents: Iterable[DocumentAsked]) -> dict[str, str]:
    """Purpose -> what was asked for."""
    asked = {file_purpose(one.code): one.label.for_reader() for one in form.questions if one.type is QuestionType.FILE}
    return asked | {one.code: one.name.for_reader() for one in documents}
