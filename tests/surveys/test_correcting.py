"""Answers are corrected until the last instant: the last ones count, the earlier ones are kept."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.builders.applications import owner_of
from tests.builders.evaluation import an_awarded_application
from tests.builders.programmes import during_call, in2
from tests.builders.surveys import a_survey
from tests.builders.users import an_applicant, signed_in
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.letters.models import Letter
from vouchers.surveys import actions
from vouchers.surveys.policy import Respondent
from vouchers.surveys.queries import get_answer, get_survey
from vouchers.surveys.states import SurveyState

AT = during_call()
LATER = AT + timedelta(days=3)


@pytest.fixture
def answered(app, clock):
    in2()
    clock.stop(AT)
    survey = a_survey(an_awarded_application("MG"), at=AT)
    actions.answer_survey(survey, {"jobs_change": 2}, by=Respondent(survey.id), at=AT)
    clock.stop(LATER)
    return get_survey(survey.id)


def correct(survey, answers, *, by=None, at=LATER, **how):
    actions.correct_survey(survey, answers, by=by or owner_of(survey.application), at=at, **how)


def test_the_last_answers_count_and_each_version_is_kept(answered):
    correct(answered, {"jobs_change": 3})
    correct(answered, {"jobs_change": 3, "new_products": 1}, by=Respondent(answered.id), at=LATER + timedelta(hours=1))
    answer, survey = get_answer(answered.id), get_survey(answered.id)
    assert (answer.jobs_change, answer.new_products, survey.state) == (3, 1, SurveyState.ANSWERED)
    assert [(one["jobs_change"], one["new_products"]) for one in answer.earlier] == [(2, None), (3, None)]
    assert [one["at"][:10] for one in answer.earlier] == [AT.date().isoformat(), LATER.date().isoformat()]
    steps = select(func.count()).where(AuditEvent.tag == "survey.correct")
    assert db.session.scalar(steps) == 2
    told = db.session.scalars(select(Letter.body).where(Letter.occasion == "surveys/correct")).all()
    assert len(told) == 2
    assert "What was answered last counts" in told[0]


@pytest.mark.parametrize(
    ("answers", "how", "refusal"),
    [
        ({"jobs_change": 2}, {}, RuleBroken),
        ({}, {}, RuleBroken),
        ({"jobs_change": 9}, {"version": 1}, WrongState),
        ({"jobs_change": 9}, {"at": AT + timedelta(days=365)}, RuleBroken),
    ],
)
def test_what_cannot_be_corrected_leaves_the_answers(answered, answers, how, refusal):
    with pytest.raises(refusal):
        correct(answered, answers, **how)
    assert (get_answer(answered.id).jobs_change, get_answer(answered.id).earlier) == (2, [])


def test_nobody_else_corrects_them(answered):
    for stranger in (an_applicant(), Respondent(answered.id + 1)):
        with pytest.raises(NotPermitted):
            correct(answered, {"jobs_change": 9}, by=stranger)


def test_the_page_shows_what_was_answered_and_takes_a_correction(answered, client, clock):
    browser, path = signed_in(client, owner_of(answered.application)), f"/surveys/yours/{answered.id}"
    page = browser.get(path).text
    assert "You can change the answers below" in page
    assert 'value="2"' in page
    data = {"version": str(answered.version), "jobs_change": "many", "follow_on_cents": "1000"}
    wrong = browser.post(path, data=data)
    assert wrong.status_code == 422
    assert 'value="many"' in wrong.text
    assert browser.post(path, data=data | {"jobs_change": "4"}).status_code == 303
    assert get_answer(answered.id).follow_on_cents == 100_000
    assert browser.post(path, data=data | {"jobs_change": "5"}).status_code == 409
    clock.stop(answered.due_at + timedelta(seconds=2))
    browser = signed_in(client, owner_of(answered.application))
    assert "You can change the answers below" not in browser.get(path).text
