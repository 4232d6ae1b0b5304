"""Which version of an application its experts read, and what a newer one says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vouchers.applications.models import Application, Submission
from vouchers.applications.queries.files import find_submission
from vouchers.applications.queries.versions import list_submissions
from vouchers.applications.rules.asking import may_read_file, shown_answers
from vouchers.applications.rules.content import Content, read_content
from vouchers.enquiries.rules.differences import WORDED, Piece, pieces_of, wholes_of
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.queries.assignments import get_pinned_content, is_blind
from vouchers.evaluation.states import AssignmentState
from vouchers.programmes.queries import form_of
from vouchers.programmes.rules.form_plan import Question, Reader

EXPERT = frozenset({Reader.EXPERT})
"""As whom an expert reads answers and files."""


@dataclass(frozen=True, slots=True)
class ChangedAnswer:
    """An answer that the newer version gives otherwise."""

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class NewerVersion:
    """What came after the version that the expert reads, as far as experts may read it."""

    submission: Submission
    answers: Sequence[ChangedAnswer]
    files: Sequence[str]
    """Names of files that are new."""


def find_newer(assignment: Assignment, *, language: str) -> NewerVersion | None:
    """The newest version, if the expert reads an older one."""
    newest = find_submission(assignment.application_id)
    if assignment.submission_id is None or newest is None or newest.id == assignment.submission_id:
        return None
    old, new = get_pinned_content(assignment), read_content(newest.content)
    before, now = (_lines(assignment.application, content, language) for content in (old, new))
    changed = [
        ChangedAnswer(label, _pieces(question, before.get(code, (question, label, ""))[2], text))
        for code, (question, label, text) in now.items()
        if before.get(code, (question, label, ""))[2] != text
    ]
    gone = [
        ChangedAnswer(label, _pieces(question, text, ""))
        for code, (question, label, text) in before.items()
        if text and code not in now
    ]
    return NewerVersion(newest, [*changed, *gone], _new_files(assignment.application, old, new))


def _pieces(question: Question, before: str, now: str) -> tuple[Piece, ...]:
    return (pieces_of if question.type in WORDED else wholes_of)(before, now)


def _lines(application: Application, content: Content, language: str) -> dict[str, tuple[Question, str, str]]:
    sections = shown_answers(
        form_of(application.call, content.form_digest),
        application.instrument.code,
        content.answers,
        language=language,
        readers=EXPERT,
        is_blind=is_blind(application),
    )
    return {line[0].code: line for _title, lines in sections for line in lines}


def _new_files(application: Application, old: Content, new: Content) -> list[str]:
    form, known = form_of(application.call, new.form_digest), {file.sha256 for file in old.documents}
    hidden = is_blind(application)
    return [
        file.filename
        for file in new.documents
        if file.sha256 not in known and may_read_file(form, file.purpose, EXPERT, is_blind=hidden)
    ]


# What the manager sees -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VersionsRead:
    """The number of the newest version, and of the one that each expert reads, by assignment."""

    newest: int
    of: dict[int, int]

    def is_old(self, assignment: Assignment) -> bool:
        """Whether marks were submitted on an older version than the newest."""
        is_submitted = assignment.state == AssignmentState.SUBMITTED
        return is_submitted and self.of.get(assignment.id, self.newest) < self.newest


def number_versions(application: Application, assignments: Sequence[Assignment]) -> VersionsRead:
    """Versions are counted from 1."""
    numbers = {one.id: number for number, one in enumerate(list_submissions(application.id), start=1)}
    read = {one.id: numbers[one.submission_id] for one in assignments if one.submission_id in numbers}
    return VersionsRead(len(numbers), read)
