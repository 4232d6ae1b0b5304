"""A further version of what was submitted, where the region asked for clarification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vouchers.applications import letters
from vouchers.applications.actions.drafting import keep_amended
from vouchers.applications.actions.receiving import Clock, draw_receipt
from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Application, Submission
from vouchers.applications.queries import files as queries
from vouchers.applications.queries.versions import count_submissions
from vouchers.applications.rules.content import AttachedFile, amended, attached, read_content, sha256_of
from vouchers.core.database import db
from vouchers.documents.actions import KeptFile, add_document, remove_document
from vouchers.documents.models import Document
from vouchers.programmes.queries import form_of
from vouchers.users.models import User
from vouchers.workflow.transition import transition


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that comes with a further version: in the place of one that was submitted, or beside them."""

    purpose: str
    kept: KeptFile
    replaces: int | None = None


def amend_application(
    application: Application,
    answers: Mapping[str, Any],
    *,
    person: User,
    by: Any,
    at: datetime,
    clock: Clock | None = None,
    files: Sequence[NewFile] = (),
) -> Submission:
    """Hand in a further version with these answers, canonical, by question code. What was submitted before stays.

    Args:
        files: what comes in the place of its files, or beside them.
        person: who answered; `by` is the office, which opened these questions.
        clock: gives the receipt its instant, as at a submission.
    """
    with transition(application, APPLICATION.amend, by=by, at=at) as step:
        before = read_content(queries.get_submission(application.id).content)
        form = form_of(application.call, before.form_digest)
        keep_amended(application, form, answers, by=person, at=at)
        now = _take_files(application, before.documents, files, step_id=step.id, by=person, at=at)
        readers = queries.list_writers(application.organisation)
        version = count_submissions(application.id) + 1

        number = draw_receipt(step, application, clock)
        text = amended(before, answers, now, by=person, at=step.at).as_text()
        submission = Submission(
            application_id=application.id,
            receipt_number=number,
            content=text,
            sha256=sha256_of(text),
            submitted_at=step.at,
            submitted_by_id=person.id,
        )
        db.session.add(submission)
        step.vouch("submission", submission.sha256)
        letters.write_receipts(step, application, submission, version=version, by=person, readers=readers)
        db.session.flush()
        return submission


def _take_files(
    application: Application,
    before: Sequence[AttachedFile],
    files: Sequence[NewFile],
    *,
    step_id: str,
    by: User,
    at: datetime,
) -> list[AttachedFile]:
    """The files of the further version: each new one stands where that was which it replaces, the others at the end."""
    now = list(before)
    for file in files:
        document = add_document(
            file.kept,
            purpose=file.purpose,
            subject_kind="application",
            subject_id=application.id,
            step_id=step_id,
            by_id=by.id,
            at=at,
        )
        place = next((place for place, one in enumerate(now) if one.id == file.replaces), len(now))
        for old in now[place : place + 1]:
            remove_document(db.session.get_one(Document, old.id), at=at)
        now[place : place + 1] = [attached(document)]
    return now
