"""All feedback reports of a list in one file: asked for on a page, made by a job, laid into the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from vouchers.core.database import db, unit_of_work
from vouchers.decisions.lifecycle import FEEDBACK_PACKAGE
from vouchers.decisions.models import FeedbackPackage
from vouchers.decisions.queries import packages as queries
from vouchers.decisions.queries.contests import Contest
from vouchers.documents.actions import KeptFile, add_document
from vouchers.programmes.models import Call
from vouchers.users.models import User
from vouchers.workflow.transition import creation, transition


def ask_feedback(
    contest: Contest, application_ids: Sequence[int], language: str, *, by: User, at: datetime
) -> FeedbackPackage:
    """Ask for the reports on these applications in a language; what is being made of the same list is answered."""
    with unit_of_work():
        db.session.refresh(contest.call, with_for_update={"of": Call})
        if busy := queries.find_busy(contest, application_ids, language):
            return busy
        package = FeedbackPackage(
            call=contest.call,
            region=contest.region,
            instrument=contest.instruments[0].code,
            round=contest.round.number if contest.round else 0,
            language=language,
            application_ids=list(application_ids),
            done=0,
            asked_at=at,
            asked_by_id=by.id,
        )
        with creation(package, FEEDBACK_PACKAGE.ask, by=by, at=at) as step:
            step.enqueue("decisions.make_feedback", package_id=package.id)
        return package


def report_feedback(package: FeedbackPackage, done: int, *, by: Any, at: datetime) -> None:
    """Note how far it has come. Raises `WrongState` when another worker has made it."""
    with transition(package, FEEDBACK_PACKAGE.report, by=by, at=at):
        package.done = done


def keep_feedback(package: FeedbackPackage, kept: KeptFile, *, by: Any, at: datetime) -> None:
    """Put the file onto the package. Raises `WrongState` when another worker has made it."""
    with transition(package, FEEDBACK_PACKAGE.make, by=by, at=at) as step:
        add_document(
            kept,
            purpose="feedback",
            subject_kind="feedback_package",
            subject_id=package.id,
            step_id=step.id,
            by_id=None,
            at=at,
        )
        package.done = len(package.application_ids)
