"""The steps of a survey."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application, list_writers
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.surveys import letters, queries
from vouchers.surveys.lifecycle import SURVEY
from vouchers.surveys.models import Survey, SurveyAnswer
from vouchers.surveys.rules.answering import QUESTIONS, ensure_something
from vouchers.surveys.rules.timing import CLOSE_AFTER, ensure_open
from vouchers.surveys.states import Group
from vouchers.users.secrets import hash_token, new_token, seal_secret
from vouchers.workflow.transition import creation, transition


def ask_survey(application_id: int, months: int, group: Group, *, by: Any, at: datetime) -> Survey | None:
    """Ask an applicant, once for each of the call's months; None where it was asked, or nobody is left to ask."""
    with unit_of_work():
        application = get_application(application_id)
        db.session.refresh(application, with_for_update={"of": Application})
        readers = list_writers(application.organisation)
        if not readers or queries.find_survey(application_id, months) is not None:
            return None
        token = new_token()
        survey = Survey(
            application=application,
            months=months,
            group=group,
            token_hash=hash_token(token),
            sealed_token=seal_secret(token),
            asked_at=at,
            due_at=at + CLOSE_AFTER,
        )
        with creation(survey, SURVEY.ask, by=by, at=at) as step:
            letters.write_survey(step, survey, readers, "ask")
        return survey


def remind_survey(survey: Survey, *, by: Any, at: datetime) -> None:
    """Ask once more; a second run of the job writes nothing."""
    with transition(survey, SURVEY.remind, by=by, at=at) as step:
        if survey.reminded_at is None:
            survey.reminded_at = at
            letters.write_survey(step, survey, list_writers(survey.application.organisation), "remind")


def answer_survey(survey: Survey, answers: Mapping[str, Any], *, by: Any, at: datetime) -> None:
    """Keep the answers, once. They stand beside the record, not in it.

    Raises:
        RuleBroken: nothing is answered, or it is too late.
        WrongState: somebody of the organisation has answered before.
    """
    with transition(survey, SURVEY.answer, by=by, at=at):
        ensure_open(survey.due_at, at)
        ensure_something(answers)
        given = {question.code: answers.get(question.code) for question in QUESTIONS}
        db.session.add(SurveyAnswer(survey_id=survey.id, currency=survey.application.currency, **given))
        survey.answered_at, survey.sealed_token = at, None


def correct_survey(
    survey: Survey, answers: Mapping[str, Any], *, by: Any, at: datetime, version: int | None = None
) -> None:
    """Answer anew, as often as one likes until the last instant: the last answers count, the earlier ones are kept
    beside them.

    Raises:
        RuleBroken: nothing is answered, or it is too late.
        WrongState: somebody of the organisation has changed them meanwhile.
    """
    with transition(survey, SURVEY.correct, by=by, at=at, version=version) as step:
        ensure_open(survey.due_at, at)
        ensure_something(answers)
        answer = queries.get_answer(survey.id)
        assert survey.answered_at is not None  # it is answered
        before = {question.code: getattr(answer, question.code) for question in QUESTIONS}
        if all(before[question.code] == answers.get(question.code) for question in QUESTIONS):
            raise RuleBroken(_("These are the answers that we have already."))
        answer.earlier = [*answer.earlier, {"at": survey.answered_at.isoformat(), **before}]
        for question in QUESTIONS:
            setattr(answer, question.code, answers.get(question.code))
        survey.answered_at = at
        letters.write_corrected(step, survey, list_writers(survey.application.organisation))


def close_survey(survey: Survey, *, by: Any, at: datetime) -> None:
    """No answer came in time; its link takes none any more."""
    with transition(survey, SURVEY.close, by=by, at=at):
        survey.sealed_token = None
