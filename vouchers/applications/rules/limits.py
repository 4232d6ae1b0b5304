"""What a question takes, said before anybody answers it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from vouchers.core.money import Money
from vouchers.core.text import Sentence, say_count
from vouchers.core.text import say as _
from vouchers.programmes.rules.form_plan import FileKind, Question, QuestionType
from vouchers.programmes.rules.instrument_plan import Instrument
from vouchers.programmes.rules.voucher_amounts import REQUESTED


def limits_of(question: Question) -> Iterator[Sentence]:
    """The bounds of the amount asked for, and of a question for files or for several picks, each as a sentence."""
    if question.code == REQUESTED and isinstance(question.maximum, Money):
        yield _("At most %(most)s.", most=question.maximum)
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


def within_voucher(question: Question, instrument: Instrument, region: str) -> Question:
    """The question for the amount takes no more than a voucher of the instrument may be worth in the region."""
    if question.code != REQUESTED:
        return question
    cap, most = instrument.grant.span((region,)).most_cap, question.maximum
    is_narrower = isinstance(most, Money) and most.cents <= cap.cents
    return question if is_narrower or question.currency != cap.currency else replace(question, maximum=cap)


def kinds_sentence(question: Question) -> Sentence:
    """Which kinds of files the question takes."""
    kinds = ", ".join(kind.value.upper() for kind in question.kinds or FileKind)
    return _("Here only these kinds of files are taken: %(kinds)s.", kinds=kinds)
