"""A further version of what was submitted, where the region asked for clarification."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from vouchers.applications import letters
from vouchers.applications.actions.drafting import keep_amended
from vouchers.applications.actions.receiving import Clock, draw_receipt
from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Application, Submission
from vouchers.applications.queries import files as queries
from vouchers.applications.rules.content import amended, read_content, sha256_of
from vouchers.core.database import db
from vouchers.programmes.queries import form_of
from vouchers.users.models import User
from vouchers.workflow.transition import transition


def amend_application(
    application: Application,
    answers: Mapping[str, Any],
    *,
    person: User,
    by: Any,
    at: datetime,
    clock: Clock | None = None,
) -> Submission:
    """Hand in a further version with these answers, canonical, by question code. What was submitted before stays.

    Args:
        person: who answered; `by` is the office, which opened these questions.
        clock: gives the receipt its instant, as at a submission.
    """
    with transition(application, APPLICATION.amend, by=by, at=at) as step:
        before = read_content(queries.get_submission(application.id).content)
        form = form_of(application.call, before.form_digest)
        keep_amended(application, form, answers, by=person, at=at)
        readers = queries.list_writers(application.organisation)

        number = draw_receipt(step, application, clock)
        text = amended(before, answers, by=person, at=step.at).as_text()
        submission = Submission(
            application_id=application.id,
            receipt_number=number,
            content=text,
            sha256=sha256_of(text),
            submitted_at=step.at,
            submitted_by_id=person.id,
        )
        db.session.add(submission)
        letters.write_receipts(step, application, submission, by=person, readers=readers)
        db.session.flush()
        return submission
