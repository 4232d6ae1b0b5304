"""Which files may stand on an application."""

from __future__ import annotations

from typing import Any

from vouchers.applications.rules.asking import ANSWER_FILE
from vouchers.applications.rules.limits import kinds_sentence
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.programmes.rules.form_plan import FileKind, Form, Question, QuestionType
from vouchers.programmes.rules.instrument_plan import Instrument

MOST_FILES = 10
"""Under one document that is asked for."""
MEGABYTE = 1_000_000
MEDIA_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def find_file_question(form: Form, instrument_code: str, purpose: str) -> Question | None:
    """The question that files of this purpose answer."""
    for question in form.questions:
        is_meant = question.type is QuestionType.FILE and purpose == ANSWER_FILE + question.code
        if is_meant and question.is_asked_for(instrument_code):
            return question
    return None


def most_taken(form: Form, instrument: Instrument, purpose: str, kept: Any) -> int:
    """How many files may stand under a document that is asked for, or a question that takes files.

    Raises:
        RuleBroken: it is not asked for, or this file does not fit (field ``file``).
    """
    question = find_file_question(form, instrument.code, purpose)
    if question is None:
        ensure_asked_for(instrument, purpose)
        return MOST_FILES
    ensure_fits(question, kept)
    return question.most or MOST_FILES


def ensure_asked_for(instrument: Instrument, purpose: str) -> None:
    """Only what the instrument asks for."""
    if purpose not in {document.code for document in instrument.application_documents}:
        raise RuleBroken(_("This application does not ask for such a file."), field="file")


def ensure_fits(question: Question, kept: Any) -> None:
    """A file of the kinds and of the size that the question takes."""
    if question.kinds and kept.media_type not in {MEDIA_TYPES[kind] for kind in question.kinds}:
        raise RuleBroken(kinds_sentence(question), field="file")
    if question.max_megabytes and kept.size > question.max_megabytes * MEGABYTE:
        raise RuleBroken(
            _("The file is too big: at most %(limit)s MB can be taken here.", limit=question.max_megabytes),
            field="file",
        )


def ensure_room(there: int, most: int = MOST_FILES) -> None:
    """A bound, so that nobody must read a hundred files."""
    if there >= most:
        raise RuleBroken(
            _("At most %(most)s files can stand here. Remove one first, or join several into one.", most=most),
            field="file",
        )
