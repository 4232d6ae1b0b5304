"""A further version of what was submitted, where the region asked for clarification."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from vouchers.applications import letters
from vouchers.applications.actions.drafting import keep_amended
from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Application, Submission
from vouchers.applications.queries import files as queries
from vouchers.applications.rules.content import amended, number_prefix, read_content, sha256_of
from vouchers.core.clock import day_in
from vouchers.core.database import db
from vouchers.core.numbering import numbered
from vouchers.users.models import User
from vouchers.workflow.transition import transition


def amend_application(
    application: Application, answers: Mapping[str, Any], *, person: User, by: Any, at: datetime
) -> Submission:
    """Hand in a further version with these answers, canonical, by question code. What was submitted before stays.

    Args:
        person: who answered; `by` is the office, which opened these questions.
    """
    with transition(application, APPLICATION.amend, by=by, at=at) as step:
        before = queries.get_submission(application.id)
        text = amended(read_content(before.content), answers, by=person, at=at).as_text()
        submission = Submission(
            application_id=application.id,
            content=text,
            sha256=sha256_of(text),
            submitted_at=at,
            submitted_by_id=person.id,
        )
        keep_amended(application, answers, by=person, at=at)
        readers = queries.list_writers(application.organisation)
        year = day_in(application.call.time_zone, at).year
        submission.receipt_number = numbered(f"R-{number_prefix(application.call.programme.code)}", year, digits=6)
        db.session.add(submission)
        letters.write_receipts(step, application, submission, by=person, readers=readers)
        db.session.flush()
        return submission
