"""A Dutch lottery from the frozen pool to the survey of both groups, with the people who hold it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.builders.draws import NUMBERS
from tests.builders.evaluation import a_manager, an_eligible_application
from tests.builders.users import a_member_of_staff, signed_in
from tests.draws.test_actions import AFTER, LATER, NAMED, a_lottery
from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotPermitted, WrongState
from vouchers.decisions.actions import sessions
from vouchers.decisions.actions.confirming import confirm_session
from vouchers.decisions.actions.drawing import freeze_pool
from vouchers.decisions.actions.telling import announce_session
from vouchers.decisions.jobs import decide_session, tell_session
from vouchers.decisions.queries.entries import get_contest_of
from vouchers.decisions.queries.sessions import get_decision_session
from vouchers.decisions.rules.sessions import Proposed
from vouchers.draws import actions
from vouchers.draws.queries import get_draw
from vouchers.letters.models import Letter
from vouchers.surveys.actions import answer_survey
from vouchers.surveys.jobs import ask_surveys, close_surveys, remind_surveys
from vouchers.surveys.models import Survey, SurveyAnswer
from vouchers.surveys.policy import Respondent
from vouchers.surveys.queries import Audience, count_states, get_survey
from vouchers.users.states import Role

SIX_MONTHS = datetime(2027, 10, 4, 9, 0, tzinfo=UTC)  # after the decisions of 4 April
PLENTY = {"turnover_change": "10", "jobs_change": "-1", "new_products": "2", "has_worked_with": "yes",
          "follow_on_cents": "1500.50", "anyway": "partly"}  # fmt: skip


def count(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def letters(occasion):
    return list(db.session.scalars(select(Letter).where(Letter.occasion == occasion).order_by(Letter.id)))


def decide(draw, *, without, by, second, at):
    """What the drawn order proposes, but for one that is rejected: proposed by one, confirmed by another, told."""
    found = {one.reference: one.id for one in db.session.scalars(select(Application))}
    contest = get_contest_of(get_application(found[draw.result[0]]))
    session = sessions.prepare_session(contest, by=by, at=at)
    sessions.set_outcome(session, [found[without]], Proposed.REJECT, "Not drawn.", by=by, at=at)
    sessions.propose_session(get_decision_session(session.id), "", by=by, at=at)
    with pytest.raises(NotPermitted):
        confirm_session(get_decision_session(session.id), by=by, at=at)
    confirm_session(get_decision_session(session.id), by=second, at=at)
    decide_session(session_id=session.id, at=at)
    announce_session(get_decision_session(session.id), len(draw.result), by=second, at=at)
    tell_session(session_id=session.id, at=at)


@pytest.fixture
def decided(app):
    """Five drew lots, the money reached three; one waits on the reserve list, one is rejected."""
    a_lottery(NAMED, euros=1_500)
    everybody = [an_eligible_application("MG") for _ in range(5)]  # EUR 500 each
    first, second = a_manager(), a_member_of_staff(Role.CLUSTER_MANAGER, at=AFTER, email="second@office.example")
    draw = freeze_pool(get_contest_of(everybody[0]), by=first, at=AFTER)
    actions.enter_numbers(draw, NUMBERS, by=first, at=LATER)
    with pytest.raises(NotPermitted, match="a second person"):
        actions.run_draw(draw, by=first, at=LATER)
    actions.run_draw(draw, by=second, at=LATER)
    draw = get_draw(draw.id)
    decide(draw, without=draw.result[4], by=first, second=second, at=LATER)
    return draw


def test_awards_reserve_and_rejections_follow_the_lots(decided):
    states = dict(db.session.execute(select(Application.reference, Application.state)).tuples().all())
    assert [states[one] for one in decided.result] == ["awarded"] * 3 + ["reserved", "rejected"]
    assert "drawn at place 5 of 5" in letters("decisions/reject")[0].body


def test_both_groups_are_asked_once_reminded_once_and_closed(decided):
    ask_surveys(at=SIX_MONTHS - timedelta(days=1))
    assert count(Survey) == 0
    for _ in range(2):
        ask_surveys(at=SIX_MONTHS)
    groups = dict(db.session.execute(select(Survey.group, func.count()).group_by(Survey.group)).tuples().all())
    assert groups == {"awarded": 3, "control": 2}
    assert len(letters("surveys/ask")) == 5

    survey = get_survey(db.session.scalars(select(Survey.id).order_by(Survey.id)).first())
    answer_survey(survey, {"jobs_change": 2}, by=Respondent(survey.id), at=SIX_MONTHS)
    for _ in range(2):
        remind_surveys(at=SIX_MONTHS + timedelta(days=14))
    assert len(letters("surveys/remind")) == 4
    for _ in range(2):
        close_surveys(at=SIX_MONTHS + timedelta(days=43))
    assert sorted(db.session.scalars(select(Survey.state))) == ["answered"] + ["closed"] * 4

    ask_surveys(at=SIX_MONTHS.replace(year=2028, month=4))
    assert count(Survey) == 10


def test_a_survey_is_answered_once_with_the_link_or_signed_in(decided, app, client, clock):
    clock.stop(SIX_MONTHS)
    ask_surveys(at=SIX_MONTHS)
    letter = letters("surveys/ask")[0]
    path = "/" + next(line for line in letter.body.splitlines() if "/surveys/" in line).split("/", 3)[3]
    assert "never for fewer than 5" in letter.body
    visitor = app.test_client()
    assert "How is it going?" in visitor.get(path).text
    assert visitor.get("/surveys/with-link/unknown").status_code == 404

    empty = visitor.post(path, data={})
    assert (empty.status_code, "Answer at least one question" in empty.text) == (422, True)
    wrong = visitor.post(path, data=PLENTY | {"jobs_change": "some"})
    assert (wrong.status_code, "1500.50" in wrong.text) == (422, True)
    assert visitor.post(path, data=PLENTY).status_code == 303
    assert "has answered" in visitor.get(path).text
    assert visitor.post(path, data=PLENTY).status_code == 303, "a second press of the button"
    assert count(SurveyAnswer) == 1
    kept = db.session.scalars(select(SurveyAnswer)).one()
    assert (kept.follow_on_cents, kept.jobs_change, kept.anyway) == (150_050, -1, "partly")
    survey = get_survey(kept.survey_id)
    assert survey.sealed_token is None
    with pytest.raises(WrongState):
        answer_survey(survey, {"jobs_change": 2}, by=Respondent(survey.id), at=SIX_MONTHS)

    other = db.session.scalars(select(Survey).where(Survey.state == "asked").order_by(Survey.id)).first()
    own = f"/surveys/yours/{other.id}"
    owner = db.session.get(Application, other.application_id).started_by_id
    from vouchers.users.queries import get_user

    member = signed_in(app.test_client(), get_user(owner))
    assert own in member.get("/surveys/yours").text
    assert member.post(own, data={"has_worked_with": "no"}).status_code == 303
    assert signed_in(app.test_client(), a_manager("NL-GE")).get(own).status_code == 403


def test_the_results_are_shown_side_by_side_to_the_staff(decided, app, client, clock):
    clock.stop(SIX_MONTHS)
    ask_surveys(at=SIX_MONTHS)
    for survey_id in db.session.scalars(select(Survey.id)).all():
        answer_survey(get_survey(survey_id), {"jobs_change": 2}, by=Respondent(survey_id), at=SIX_MONTHS)
    desk = signed_in(client, a_manager())
    call = decided.call_id
    assert "Vouchers 2026" in desk.get("/surveys/").text
    page = desk.get(f"/surveys/calls/{call}").text
    assert "too few" in page
    assert "The lot made both groups" in page
    assert "Declined or lapsed" not in page
    assert "100%" in page
    assert desk.get(f"/surveys/calls/{call}?region=NL-GE").status_code == 403
    assert "jobs_change,,3,,2,,,," in desk.get(f"/surveys/calls/{call}/results.csv").text
    everybody = signed_in(app.test_client(), a_member_of_staff(Role.COORDINATOR, region=None, at=AFTER))
    assert everybody.get(f"/surveys/calls/{call}?months=12").status_code == 200


def test_the_groups_are_those_of_the_lot_whatever_came_after(decided, app, client, clock):
    clock.stop(SIX_MONTHS)
    ask_surveys(at=SIX_MONTHS)
    found = {one.reference: one for one in db.session.scalars(select(Application))}
    with unit_of_work():
        found[decided.result[0]].state = ApplicationState.LAPSED
        found[decided.result[4]].state = ApplicationState.AWARDED
        survey = db.session.scalars(select(Survey).where(Survey.application_id == found[decided.result[4]].id)).one()
        survey.group = "awarded"
    page = signed_in(client, a_manager()).get(f"/surveys/calls/{decided.call_id}").text
    assert "Declined or lapsed: 1. Voucher without having won: 1, of these after an appeal: 0." in page
    counts = count_states(Audience(get_draw(decided.id).call, None), 6)
    assert counts == {("awarded", "asked"): 3, ("control", "asked"): 2}
