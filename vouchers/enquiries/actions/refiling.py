"""Files that answer a request for clarification. They wait under the request and stand on no version until it is sent.

What was submitted is never touched by them.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from vouchers.applications.actions.amending import NewFile
from vouchers.applications.models import Application
from vouchers.applications.queries.versions import form_of_submission
from vouchers.applications.rules.asking import asked_sections, file_purpose, files_asked_for
from vouchers.applications.rules.attaching import ensure_room, most_taken
from vouchers.applications.rules.content import AttachedFile, read_content
from vouchers.core.errors import NotFound
from vouchers.core.localised import Text
from vouchers.core.text import say as _
from vouchers.documents.actions import KeptFile, add_document, remove_document
from vouchers.documents.models import Document
from vouchers.documents.queries import list_documents_of
from vouchers.enquiries import queries
from vouchers.enquiries.lifecycle import CLARIFICATION
from vouchers.enquiries.models import Clarification
from vouchers.enquiries.rules import clarifying as rules
from vouchers.enquiries.rules import refiling
from vouchers.programmes.rules.form_plan import QuestionType
from vouchers.users.models import User
from vouchers.workflow.transition import transition


def files_of(application: Application) -> dict[str, Text]:
    """The files that were asked for: purpose -> what it is."""
    return files_asked_for(form_of_submission(application), application.instrument.plan)


def opened_files(clarification: Clarification) -> dict[str, Text]:
    """The same, of those that a request opened."""
    asked = files_of(clarification.application)
    return {purpose: label for purpose, label in asked.items() if purpose in clarification.documents}


def in_sections(application: Application, codes: Collection[str]) -> tuple[list[str], list[str]]:
    """The questions of whole sections, and the purposes of those of them that are answered with files."""
    questions: list[str] = []
    purposes: list[str] = []
    for asked in asked_sections(form_of_submission(application), application.instrument.code):
        for question in asked.questions if asked.code in codes else ():
            if question.type is QuestionType.FILE:
                purposes.append(file_purpose(question.code))
            else:
                questions.append(question.code)
    return questions, purposes


def list_staged(clarification: Clarification) -> list[Document]:
    """The files that wait to be sent, oldest first."""
    return list_documents_of("clarification", clarification.id)


def list_read(clarification: Clarification) -> list[AttachedFile]:
    """The files of the version that the region had read."""
    return list(read_content(queries.get_submission_of(clarification, clarification.asked_about_id).content).documents)


def attach_clarification(
    clarification: Clarification, purpose: str, kept: KeptFile, *, replaces: int | None = None, by: User, at: datetime
) -> Document:
    """Lay a file under a request, until it is sent. The same twice is one.

    Args:
        replaces: the file of the version read whose place it takes; None: it stands beside those.

    Raises:
        RuleBroken: it is not opened, does not fit, stands there already, or there are too many.
    """
    application = clarification.application
    most = most_taken(form_of_submission(application), application.instrument.plan, purpose, kept)
    with transition(clarification, CLARIFICATION.attach, by=by, at=at) as step:
        rules.ensure_in_time(clarification.due_at, at)
        rules.ensure_undecided(application.state)
        refiling.ensure_opened(purpose, clarification.documents)
        read = [one for one in list_read(clarification) if one.purpose == purpose]
        staged = [one for one in list_staged(clarification) if one.purpose == purpose]
        refiling.ensure_new(kept.sha256, read)
        for document in staged:
            if document.sha256 == kept.sha256:
                return document
        refiling.ensure_replaceable(replaces, read, clarification.replaced)
        if replaces is None:
            ensure_room(len(read) + sum(str(one.id) not in clarification.replaced for one in staged), most)
        document = add_document(
            kept,
            purpose=purpose,
            subject_kind="clarification",
            subject_id=clarification.id,
            step_id=step.id,
            by_id=by.id,
            at=at,
        )
        if replaces is not None:
            clarification.replaced = {**clarification.replaced, str(document.id): replaces}
        return document


def detach_clarification(clarification: Clarification, document_id: int, *, by: User, at: datetime) -> None:
    """Take a file off that waits to be sent. Raises `NotFound` when it is not there."""
    with transition(clarification, CLARIFICATION.detach, by=by, at=at):
        document = next((one for one in list_staged(clarification) if one.id == document_id), None)
        if document is None:
            raise NotFound(_("This file is not attached any more."))
        remove_document(document, at=at)
        clarification.replaced = {key: old for key, old in clarification.replaced.items() if key != str(document_id)}


def give_up_staged(clarification: Clarification, *, at: datetime) -> list[NewFile]:
    """Take every file off that waits, in the open step; answers them as a further version takes them."""
    found = []
    for one in list_staged(clarification):
        kept = KeptFile(one.filename, one.media_type, one.size, one.sha256, one.scan_state)
        found.append(NewFile(one.purpose, kept, clarification.replaced.get(str(one.id))))
        remove_document(one, at=at)
    clarification.replaced = {}
    return found
