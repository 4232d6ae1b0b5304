"""Where an application of a blind call may tell its experts who applies.

Nothing is struck out: the applicant is told before it is submitted, the manager before an expert is chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from vouchers.applications.models import Application
from vouchers.applications.rules.asking import may_read_file, shown_answers
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.enquiries.queries import find_applicant
from vouchers.enquiries.rules.publishing import names_in
from vouchers.evaluation.queries.assignments import is_blind
from vouchers.evaluation.queries.checks import get_content
from vouchers.evaluation.queries.versions import EXPERT
from vouchers.programmes.queries import form_of
from vouchers.programmes.rules.form_plan import Form


@dataclass(frozen=True, slots=True)
class Told:
    """A word that tells who applies, and where it stands: the question, or the name of a file."""

    place: str
    word: str


def list_told(application: Application, *, language: str = "") -> list[Told]:
    """What the submitted version tells its experts; nothing where the call is not blind."""
    if not is_blind(application):
        return []
    content = get_content(application.id)
    form = form_of(application.call, content.form_digest)
    files = [(file.purpose, file.filename) for file in content.documents]
    return _told(application, form, content.answers, files, language)


def warn_of_names(
    application: Application, answers: Mapping[str, Any], documents: Iterable[Any], language: str
) -> list[Sentence]:
    """The same of a draft, in sentences for the applicant."""
    if not is_blind(application):
        return []
    files = [(file.purpose, file.filename) for file in documents]
    return [
        _("%(place)s: “%(word)s”", place=told.place, word=told.word)
        for told in _told(application, application.call.plan.form, answers, files, language)
    ]


def _told(
    application: Application, form: Form, answers: Mapping[str, Any], files: Iterable[tuple[str, str]], language: str
) -> list[Told]:
    sections = shown_answers(
        form, application.instrument.code, answers, language=language, readers=EXPERT, is_blind=True
    )
    texts = [(label, text) for _title, lines in sections for _question, label, text in lines]
    texts += [(name, name) for purpose, name in files if may_read_file(form, purpose, EXPERT, is_blind=True)]
    known = find_applicant(application)
    return [Told(place, word) for place, text in texts for word in dict.fromkeys(names_in(text, known))]
