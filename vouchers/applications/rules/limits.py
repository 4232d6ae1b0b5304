"""What a question takes, said before anybody answers it."""

from __future__ import annotations

from collections.abc import Iterator

from vouchers.core.text import Sentence, say_count
from vouchers.core.text import say as _
from vouchers.programmes.rules.form_plan import FileKind, Question, QuestionType


def limits_of(question: Question) -> Iterator[Sentence]:
    """The bounds of a question that asks for files or for several picks, each as a sentence."""
    if question.type is QuestionType.FILE:
        yield kinds_sentence(question)
        if question.least > 1:
            yield say_count("Attach at least %(count)s file.", "Attach at least %(count)s files.", question.least)
        if question.most:
            yield say_count("At most %(count)s file.", "At most %(count)s files.", question.most)
        if question.max_megabytes:
            yield _("Each file may have %(limit)s MB at the most.", limit=question.max_megabytes)
    if question.type is QuestionType.CHOICES:
        if question.least > 1:
            yield _("Choose at least %(least)s of these.", least=question.least)
        if question.most:
            yield _("Choose at most %(most)s of these.", most=question.most)


def kinds_sentence(question: Question) -> Sentence:
    """Which kinds of files the question takes."""
    kinds = ", ".join(kind.value.upper() for kind in question.kinds or FileKind)
    return _("Here only these kinds of files are taken: %(kinds)s.", kinds=kinds)
