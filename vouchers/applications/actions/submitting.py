"""Handing in, and taking back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from vouchers.applications import letters
from vouchers.applications.actions.queueing import promise_walk
from vouchers.applications.actions.receiving import Clock, draw_receipt
from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Application, Submission
from vouchers.applications.queries import files as queries
from vouchers.applications.queries.ground import ground_of
from vouchers.applications.queries.partners import list_confirmed, list_partners
from vouchers.applications.queries.signatories import list_signatories
from vouchers.applications.queries.versions import count_submissions
from vouchers.applications.rules.asking import with_files
from vouchers.applications.rules.blockers import Blocker, blockers
from vouchers.applications.rules.consortium import missing_partners
from vouchers.applications.rules.content import Content, content_of, sha256_of
from vouchers.applications.rules.deadline import ensure_room, ensure_takes_submissions
from vouchers.applications.rules.signing import missing_signatory
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say_count
from vouchers.documents.models import Document
from vouchers.documents.queries import list_documents_of
from vouchers.eligibility.actions import keep_papers
from vouchers.programmes.rules.form_plan import Form
from vouchers.users.models import User
from vouchers.workflow.transition import ensure_seen, transition


def list_blockers(
    application: Application,
    answers: Mapping[str, Any],
    documents: Iterable[Document],
    *,
    at: datetime,
    form: Form | None = None,
) -> list[Blocker]:
    """What must be mended before the application can be submitted at this moment.

    Args:
        form: to which it was submitted, where its answers are clarified; None: the call's as it holds.
    """
    there, ground = list(documents), ground_of(application, at=at)
    if form is not None:
        ground = replace(ground, call=replace(ground.call, form=form))
    whole = with_files(ground.call.form, answers, there)
    found = blockers(ground, whole, {document.purpose for document in there})
    partners = [one.state for one in list_partners(application)]
    return [
        *found,
        *missing_partners(application.call.plan.consortium, partners),
        *missing_signatory(application.call.plan, lambda: len(list_signatories(application.organisation))),
    ]


def submit_application(
    application: Application, *, by: User, at: datetime, clock: Clock | None = None, version: int | None = None
) -> Submission:
    """Hand the application in: complete, before the deadline, with a numbered receipt over its exact content.

    Args:
        at: when the server received it.
        clock: read once no earlier submission is under way; that instant is compared with the deadline, to the second,
            and stands on the receipt, so that receipts are in the order of time. None: `at`.
        version: of the application that the person has read; where it has changed since, it is not submitted.

    Raises:
        RuleBroken: the call is closed or full, or something is missing.
        WrongState: it was submitted before, or has changed since it was read.
    """
    with transition(application, APPLICATION.submit, by=by, at=at) as step:
        ensure_takes_submissions(application.call.plan, at)
        ensure_seen(application, version, APPLICATION.submit, by=by)
        stored = queries.map_values(application.id)
        documents = list_documents_of("application", application.id)
        ensure_complete(list_blockers(application, stored, documents, at=at))

        content = content_of(application, stored, documents, partners=list_confirmed(application), by=by, at=at)
        keep_papers(
            application_id=application.id, organisation_id=application.organisation_id, scope=application.scope, at=at
        )
        readers = queries.list_writers(application.organisation, present=by)
        if by.id not in {reader.id for reader in readers}:
            readers = [*readers, by]  # who signs need not be a writer

        version_number = count_submissions(application.id) + 1

        # From here to the commit no other application of the programme is submitted: only what needs the number.
        number = draw_receipt(step, application, clock)
        ensure_takes_submissions(application.call.plan, step.at)
        if (most := application.call.plan.max_applications) is not None:
            ensure_room(most, queries.count_standing(application))
        submission = _submission_of(application, content, number, by=by, at=step.at)
        db.session.add(submission)
        step.vouch("submission", submission.sha256)
        letters.write_receipts(step, application, submission, version=version_number, by=by, readers=readers)
        application.submitted_at = step.at
        promise_walk(step, application, is_new=True)
        return submission


def _submission_of(application: Application, content: Content, number: str, *, by: User, at: datetime) -> Submission:
    text = replace(content, submitted_at=at.isoformat()).as_text()
    return Submission(
        application_id=application.id,
        receipt_number=number,
        content=text,
        sha256=sha256_of(text),
        submitted_at=at,
        submitted_by_id=by.id,
    )


def ensure_complete(left: Sequence[Blocker]) -> None:
    """Refuse while anything is missing."""
    if left:
        raise RuleBroken(
            say_count(
                "There is %(count)s thing to mend before you can submit.",
                "There are %(count)s things to mend before you can submit.",
                len(left),
            )
        )


def withdraw_application(application: Application, reason: str, *, by: User, at: datetime) -> None:
    """Take the application back, for good. Its members are told."""
    with transition(application, APPLICATION.withdraw, by=by, at=at, why=reason) as step:
        readers = queries.list_writers(application.organisation)
        letters.write_withdrawal(step, application, by=by, reason=reason, readers=readers)
        promise_walk(step, application, frees=application.state == ApplicationState.RESERVED)
