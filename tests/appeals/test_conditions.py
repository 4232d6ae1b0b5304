"""An award under conditions: the letter says that they can be appealed against, and what an upheld appeal changes."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.builders.appeals import a_coordinator, a_filed_appeal, an_appeal_being_decided
from tests.builders.applications import owner_of
from tests.builders.evaluation import a_manager, an_evaluated_application
from tests.builders.programmes import during_call, in2
from tests.builders.users import signed_in
from vouchers.appeals.actions import ruling
from vouchers.appeals.queries.files import find_ruling, get_appeal
from vouchers.appeals.queries.waiting import find_suspension
from vouchers.appeals.states import Against, AppealState
from vouchers.applications.queries.files import get_application
from vouchers.core.database import db
from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR
from vouchers.decisions.actions import conditions
from vouchers.decisions.actions.deciding import award_decision
from vouchers.decisions.queries.conditions import get_condition, list_conditions
from vouchers.decisions.queries.contests import find_decision
from vouchers.decisions.rules.sessions import Condition
from vouchers.decisions.states import ConditionState
from vouchers.letters.models import Letter

AT = during_call()
LATER = AT + timedelta(days=1)
ASKED = (Condition("Show the signed offer."), Condition("Find another partner."))


@pytest.fixture(autouse=True)
def _office(app, clock):
    in2()
    clock.stop(AT)


def awarded(amount=None, asked=ASKED):
    application = an_evaluated_application()
    award_decision(application, amount, conditions=asked, by=a_manager(), at=AT)
    return get_application(application.id)


def letter(occasion):
    return db.session.scalars(select(Letter).where(Letter.occasion == occasion).order_by(Letter.id.desc())).first().body


def states(application):
    return [(one.text, one.state.value) for one in list_conditions(application.id)]


@pytest.mark.parametrize(
    ("amount", "asked", "against"),
    [
        (None, ASKED, Against.CONDITIONS),
        (EUR("100"), ASKED, Against.LESS),
        (EUR("100"), (), Against.LESS),
        (None, (), None),
    ],
)
def test_what_an_award_can_be_appealed_against(amount, asked, against):
    application = awarded(amount, asked)
    found = find_ruling(application)
    assert (found.against if found else None) == against
    assert ("you can appeal until" in letter("decisions/award")) is (against is not None)


def test_once_every_condition_is_met_nothing_is_left_to_appeal_against():
    application = awarded(asked=ASKED[:1])
    conditions.meet_condition(list_conditions(application.id)[0], "Seen.", by=a_manager(), at=AT)
    assert find_ruling(application) is None


def test_upheld_a_condition_falls_and_another_comes_while_the_award_stays():
    application = awarded()
    other = awarded(asked=())
    decision, amount = find_decision(application.id).id, application.awarded
    appeal = an_appeal_being_decided(application)
    first, second = list_conditions(application.id)
    assert find_suspension(get_application(application.id), at=LATER).is_own
    assert find_suspension(get_application(other.id), at=LATER) is None
    instead = Condition("Name the partner.", AT.date() + timedelta(days=30))
    change = ruling.Change((second.id,), instead)
    ruling.uphold_appeal(appeal, "It cannot be asked.", change, by=a_coordinator(), at=LATER)
    assert get_appeal(appeal.id).state == AppealState.UPHELD
    assert states(application) == [(first.text, "open"), (second.text, "lifted"), (instead.text, "open")]
    fallen = get_condition(second.id)
    assert (fallen.remark, fallen.settled_by_id) == ("It cannot be asked.", a_coordinator().id)
    assert (find_decision(application.id).id, get_application(application.id).awarded) == (decision, amount)
    body = letter("appeals/uphold")
    assert "The conditions of your award are changed." in body
    assert "- Name the partner. (until" in body
    assert second.text not in body


def test_upheld_without_any_condition_left_the_award_holds_without():
    appeal = an_appeal_being_decided(awarded(asked=ASKED[:1]))
    (only,) = list_conditions(appeal.application_id)
    ruling.uphold_appeal(appeal, "Right.", ruling.Change((only.id,)), by=a_coordinator(), at=LATER)
    assert get_condition(only.id).state == ConditionState.LIFTED
    assert "Your award holds without conditions." in letter("appeals/uphold")


def test_rejected_every_condition_stands():
    appeal = an_appeal_being_decided(awarded())
    ruling.reject_appeal(appeal, "They are needed.", by=a_coordinator(), at=LATER)
    assert {state for _text, state in states(appeal.application)} == {"open"}


@pytest.mark.parametrize("change", ["none", "other", "past"])
def test_a_change_that_cannot_be_leaves_all_as_it_was(change):
    appeal = an_appeal_being_decided(awarded())
    first, _second = list_conditions(appeal.application_id)
    changes = {
        "none": ruling.NO_CHANGE,
        "other": ruling.Change((first.id, 10**9)),
        "past": ruling.Change((first.id,), Condition("X", AT.date() - timedelta(days=9))),
    }
    with pytest.raises(RuleBroken):
        ruling.uphold_appeal(appeal, "Right.", changes[change], by=a_coordinator(), at=LATER)
    assert get_appeal(appeal.id).state == AppealState.TAKEN_UP
    assert {state for _text, state in states(appeal.application)} == {"open"}


def test_the_page_asks_which_conditions_fall(client):
    appeal = an_appeal_being_decided(awarded())
    first, second = list_conditions(appeal.application_id)
    browser, path = signed_in(client, a_coordinator()), f"/appeals/{appeal.id}/uphold"
    page = browser.get(path).text
    assert first.text in page
    assert second.text in page
    data = {"reason": "Right.", "is_read": "yes", "until_1": "2027-01-01", "lifted": str(first.id)}
    wrong = browser.post(path, data=data)
    assert wrong.status_code == 422
    assert "take the day out" in wrong.text
    assert browser.post(path, data={"reason": "Right.", "is_read": "yes"}).status_code == 422
    assert browser.post(path, data=data | {"instead": "Name one."}).status_code == 303
    assert states(appeal.application)[-1] == ("Name one.", "open")


def test_the_applicant_files_it_from_the_page_of_the_application(client):
    application = awarded()
    page = signed_in(client, owner_of(application)).get(f"/applications/{application.id}/appeals").text
    assert "Conditions of the award" in page
    assert a_filed_appeal(application).against is Against.CONDITIONS
