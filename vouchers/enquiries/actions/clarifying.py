"""Requests for clarification: some questions of a submitted application are open again, until a moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from vouchers.applications.actions.amending import amend_application
from vouchers.applications.actions.receiving import Clock
from vouchers.applications.actions.submitting import list_blockers
from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_submission
from vouchers.applications.queries.versions import form_of_submission
from vouchers.applications.rules.asking import anchor, asked_questions, keep
from vouchers.applications.rules.content import read_content
from vouchers.core.clock import day_in
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.localised import Text
from vouchers.core.text import say as _
from vouchers.enquiries import letters, queries
from vouchers.enquiries.actions import refiling
from vouchers.enquiries.lifecycle import CLARIFICATION
from vouchers.enquiries.models import Clarification
from vouchers.enquiries.rules import clarifying as rules
from vouchers.programmes.rules.form_plan import Question, QuestionType
from vouchers.programmes.rules.question_types import read_answer
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, creation, transition


def questions_of(application: Application) -> dict[str, Question]:
    """The questions that were asked and are answered in words, by code, in the order of the form that was submitted."""
    asked = asked_questions(form_of_submission(application), application.instrument.code)
    return {question.code: question for question in asked if question.type is not QuestionType.FILE}


def opened_questions(clarification: Clarification) -> list[Question]:
    """The questions that a request opened, in the order of the form."""
    asked = questions_of(clarification.application)
    return [question for code, question in asked.items() if code in clarification.questions]


def request_clarification(
    application: Application,
    questions: Sequence[str],
    reason: str,
    due_on: date,
    *,
    documents: Sequence[str] = (),
    by: User,
    at: datetime,
) -> Clarification:
    """Open questions of the form to the applicant again, until the end of a day where the call's clock is.

    Args:
        documents: purposes under which files may be sent again.

    Raises:
        RuleBroken: nothing can be changed any more, a request is open already, or the day does not fit.
    """
    with unit_of_work():
        db.session.refresh(application, with_for_update={"of": Application})
        rules.ensure_undecided(application.state)
        files = refiling.files_of(application)
        rules.ensure_questions([*questions, *documents], [*questions_of(application), *files])
        if queries.find_open_clarification(application.id) is not None:
            raise RuleBroken(_("A request is waiting for its answer already. Take it back first, or wait."))
        zone = application.call.time_zone
        clarification = Clarification(
            application=application,
            reason=reason,
            questions=[code for code in questions_of(application) if code in questions],
            documents=[purpose for purpose in files if purpose in documents],
            draft={},
            requested_at=at,
            requested_by_id=by.id,
            due_at=rules.due_at(due_on, zone=zone, today=day_in(zone, at)),
            asked_about_id=get_submission(application.id).id,
        )
        with creation(clarification, CLARIFICATION.request, by=by, at=at) as step:
            letters.write_request(step, clarification, "request", _labels(clarification))
            return clarification


def _labels(clarification: Clarification) -> list[Text]:
    files = refiling.opened_files(clarification).values()
    return [*(question.label for question in opened_questions(clarification)), *files]


def save_clarification(
    clarification: Clarification, given: Mapping[str, Any], *, by: User, at: datetime, version: int | None = None
) -> None:
    """Keep what was typed, sound or not; the region sees nothing of it yet.

    Args:
        version: of the request that the writer saw; what a colleague saved since is not overwritten (`WrongState`).
    """
    with transition(clarification, CLARIFICATION.save, by=by, at=at, version=version):
        opened = {question.code: question for question in opened_questions(clarification)}
        typed = {code: keep(opened[code], value) for code, value in given.items() if code in opened}
        clarification.draft = {**clarification.draft, **typed}


def answer_clarification(
    clarification: Clarification, given: Mapping[str, Any], *, by: User, at: datetime, clock: Clock | None = None
) -> None:
    """Hand in a further version of the application, with a receipt of its own. What was submitted first stays.

    Args:
        clock: gives the receipt its instant, as at a submission.

    Raises:
        RuleBroken: it is too late, nothing changed, or an answer does not fit (field: the question's code).
    """
    with transition(clarification, CLARIFICATION.answer, by=by, at=at) as step:
        application = clarification.application
        rules.ensure_in_time(clarification.due_at, at)
        rules.ensure_undecided(application.state)
        before, staged = read_content(get_submission(application.id).content), refiling.list_staged(clarification)
        old, opened = before.answers, opened_questions(clarification)
        new = {question.code: read_answer(question, given.get(question.code)) for question in opened}
        rules.ensure_changed(new, old, staged)
        _ensure_sound(application, opened, {**old, **new}, [*before.documents, *staged], at=at)

        files = refiling.give_up_staged(clarification, at=at)
        submission = amend_application(application, new, person=by, by=OFFICE, at=at, clock=clock, files=files)
        clarification.answered_with_id, clarification.answered_at, clarification.draft = submission.id, at, {}
        letters.write_outcome(step, clarification, "answer")


def _ensure_sound(
    application: Application,
    opened: Sequence[Question],
    answers: Mapping[str, Any],
    documents: Sequence[Any],
    *,
    at: datetime,
) -> None:
    """What was opened must meet the rules of a submission; what was not opened is not judged again."""
    fields = {anchor(question): question.code for question in opened}
    for blocker in list_blockers(application, answers, documents, at=at, form=form_of_submission(application)):
        if blocker.target in fields:
            raise RuleBroken(blocker.sentence, field=fields[blocker.target])


def extend_clarification(clarification: Clarification, due_on: date, reason: str, *, by: User, at: datetime) -> None:
    """Give the applicant more time, and say why. A reminder of the earlier day does not stand for the new one.

    Raises:
        RuleBroken: no reason, the day does not fit or is no later one, or the application is decided.
    """
    with transition(clarification, CLARIFICATION.extend, by=by, at=at, why=reason.strip()) as step:
        if not reason.strip():
            raise RuleBroken(_("Say why"), field="reason")
        rules.ensure_undecided(clarification.application.state)
        zone = clarification.application.call.time_zone
        due = rules.due_at(due_on, zone=zone, today=day_in(zone, at))
        rules.ensure_more_time(due, clarification.due_at)
        clarification.due_at, clarification.reminded_at = due, None
        letters.write_request(step, clarification, "extend", _labels(clarification), why=reason.strip())


def remind_clarification(clarification: Clarification, *, by: Any, at: datetime) -> None:
    """Tell the applicant once more, two days before."""
    with transition(clarification, CLARIFICATION.remind, by=by, at=at) as step:
        if clarification.reminded_at is None:
            clarification.reminded_at = at
            letters.write_request(step, clarification, "remind", _labels(clarification))


def lapse_clarification(clarification: Clarification, *, by: Any, at: datetime) -> None:
    """The time is over: the application stays as it was submitted, and both sides are told."""
    with transition(clarification, CLARIFICATION.lapse, by=by, at=at) as step:
        refiling.give_up_staged(clarification, at=at)
        letters.write_request(step, clarification, "lapse", _labels(clarification))
        letters.write_outcome(step, clarification, "lapsed")


def cancel_clarification(clarification: Clarification, *, by: User, at: datetime) -> None:
    """The region needs it no more."""
    with transition(clarification, CLARIFICATION.cancel, by=by, at=at) as step:
        refiling.give_up_staged(clarification, at=at)
        letters.write_request(step, clarification, "cancel", _labels(clarification))
