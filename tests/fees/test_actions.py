"""Fee statements: each sheet once, agreed by the expert, approved by a second person."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.builders.evaluation import a_manager
from tests.builders.experts import an_expert
from tests.builders.fees import (
    ACCOUNT,
    a_fee_statement,
    a_paid_sheet,
    a_paying_programme,
    an_agreed_fee_statement,
    owed_for,
)
from tests.builders.programmes import during_call
from tests.builders.users import a_member_of_staff
from vouchers.applications.actions.recusing import lift_recusal, recuse
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.core.money import EUR
from vouchers.evaluation.actions.assignments import declare_conflict
from vouchers.evaluation.actions.unsubmitting import unsubmit_marks
from vouchers.evaluation.queries.assignments import get_assignment
from vouchers.fees import queries
from vouchers.fees.actions import statements as actions
from vouchers.fees.states import FeeState
from vouchers.letters.models import Letter
from vouchers.users.mandate import mandate_of
from vouchers.users.models import User
from vouchers.users.states import Role

AT = during_call()


@pytest.fixture
def _office(app):
    a_paying_programme()


pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(name="paying")
def _paying(app):
    a_paying_programme()


def letters(occasion):
    return list(db.session.scalars(db.select(Letter).where(Letter.occasion == f"fees/{occasion}")))


def finance_officer():
    return a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL")


def payable(person):
    return [one.number for one in queries.list_payable(mandate_of(person))]


@pytest.mark.usefixtures("paying")
def test_a_statement_goes_from_the_manager_over_the_expert_to_a_second_person():
    officer = finance_officer()
    statement = a_fee_statement(sheets=2)
    expert, manager = statement.expert.user, a_manager()
    assert (statement.state, statement.amount, len(statement.sheets)) == (FeeState.DRAWN_UP, EUR("240.00"), 2)
    assert statement.number == "F-2026-0001"
    assert letters("draw_up")[0].to_email == expert.email

    with pytest.raises(NotPermitted):
        actions.agree_statement(statement, ACCOUNT, "M", None, by=manager, at=AT)
    actions.agree_statement(statement, ACCOUNT, "Eva Expert", None, by=expert, at=AT)
    assert [letter.to_email for letter in letters("agree")] == [officer.email]

    for person, sentence in ((manager, "You drew up this statement"), (expert, "Only the region")):
        with pytest.raises(NotPermitted, match=sentence):
            actions.approve_statement(queries.get_statement(statement.id), by=person, at=AT)
    assert payable(officer) == []
    actions.approve_statement(queries.get_statement(statement.id), by=officer, at=AT)
    (found,) = queries.list_payable(mandate_of(officer))
    assert (found.amount, found.iban, found.holder) == (EUR("240.00"), "BE68539007547034", "Eva Expert")
    assert payable(a_member_of_staff(Role.FINANCE_OFFICER, region="NL-NB")) == []
    assert letters("approve")[0].to_email == expert.email


@pytest.mark.usefixtures("paying")
def test_each_sheet_stands_on_one_statement_only():
    statement = a_fee_statement(sheets=1)
    sheet = statement.sheets[0].assignment
    owed = owed_for(get_assignment(sheet.id))
    assert owed.sheets == 0
    with pytest.raises(RuleBroken, match="No sheet of this expert waits"):
        actions.draw_up_statement(owed, by=a_manager(), at=AT)
    actions.cancel_statement(statement, "A mistake.", by=a_manager(), at=AT)
    again = actions.draw_up_statement(owed_for(get_assignment(sheet.id)), by=a_manager(), at=AT)
    assert (again.number, len(again.sheets)) == ("F-2026-0002", 1)


@pytest.mark.postgres
@pytest.mark.usefixtures("paying")
def test_two_managers_who_draw_up_at_once(app):
    sheet = a_paid_sheet()
    keys = sheet.application.call_id, sheet.application.region.code, sheet.expert_id
    manager_id, outcomes, both = a_manager().id, [], threading.Barrier(2)

    def draw_up():
        with app.app_context():
            owed, manager = queries.get_owed(*keys), db.session.get(User, manager_id)
            both.wait()
            try:
                actions.draw_up_statement(owed, by=manager, at=AT)
                outcomes.append("drawn up")
            except RuleBroken:
                outcomes.append("refused")

    db.session.rollback()
    threads = [threading.Thread(target=draw_up) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["drawn up", "refused"]


@pytest.mark.usefixtures("paying")
def test_draw_up_statement_takes_the_sheets_of_the_region_until_a_day():
    expert = an_expert(at=AT)
    first = a_paid_sheet(expert)
    a_paid_sheet(expert, at=AT + timedelta(days=2))
    elsewhere = a_paid_sheet(expert, region="NL-NB")
    with pytest.raises(NotPermitted):
        actions.draw_up_statement(owed_for(elsewhere), by=a_manager(), at=AT)
    made = actions.draw_up_statement(owed_for(first), up_to=AT.date(), by=a_manager(), at=AT + timedelta(days=3))
    assert [line.assignment_id for line in made.sheets] == [first.id]
    assert owed_for(first).sheets == 1


def test_days_are_stated_by_the_expert_within_a_limit(app):
    a_paying_programme(per="day", amount="450.01")
    sheet = a_paid_sheet()
    made = actions.draw_up_statement(owed_for(sheet), most_days=2, by=a_manager(), at=AT)
    statement, expert = queries.get_statement(made.id), sheet.expert.user
    assert statement.amount is None
    for days, sentence in ((None, "how many days"), (Decimal("2.5"), "At most 2 days")):
        with pytest.raises(RuleBroken, match=sentence):
            actions.agree_statement(statement, ACCOUNT, "Eva", days, by=expert, at=AT)
    actions.agree_statement(statement, ACCOUNT, "Eva", Decimal("1.5"), by=expert, at=AT)
    assert queries.get_statement(made.id).amount == EUR("675.02")


@pytest.mark.usefixtures("paying")
@pytest.mark.parametrize("iban", ["", "BE68 5390 0754 7035", "XX12"])
def test_agree_statement_refuses_an_account_that_is_none(iban):
    statement = a_fee_statement(sheets=1)
    with pytest.raises(RuleBroken) as refusal:
        actions.agree_statement(statement, actions.Account("Eva", iban), "Eva", None, by=statement.expert.user, at=AT)
    assert refusal.value.field == "iban"
    assert queries.get_statement(statement.id).state == FeeState.DRAWN_UP


@pytest.mark.usefixtures("paying")
def test_marks_that_fell_away_by_a_conflict_are_not_paid():
    officer, statement = finance_officer(), an_agreed_fee_statement()
    expert, fallen = statement.expert.user, statement.sheets[0]
    declare_conflict(get_assignment(fallen.assignment_id), "My brother.", by=expert, at=AT)
    with pytest.raises(RuleBroken, match="count no more"):
        actions.approve_statement(queries.get_statement(statement.id), by=officer, at=AT)
    actions.send_back_statement(queries.get_statement(statement.id), "A sheet fell away.", by=officer, at=AT)
    with pytest.raises(RuleBroken, match="count no more"):
        actions.agree_statement(queries.get_statement(statement.id), ACCOUNT, "Eva", None, by=expert, at=AT)
    actions.correct_statement(queries.get_statement(statement.id), "As you say.", by=a_manager(), at=AT)
    again = queries.get_statement(statement.id)
    assert (again.amount, len(again.sheets)) == (EUR("120.00"), 1)
    actions.agree_statement(again, ACCOUNT, "Eva", None, by=expert, at=AT)
    actions.approve_statement(queries.get_statement(statement.id), by=officer, at=AT)
    assert payable(officer) == [statement.number]
    last = queries.get_statement(statement.id).sheets[0]
    declare_conflict(get_assignment(last.assignment_id), "My sister.", by=expert, at=AT)
    assert payable(officer) == []


@pytest.mark.usefixtures("paying")
def test_a_dispute_is_answered_by_a_new_draft_with_what_was_missing():
    statement = a_fee_statement(sheets=1)
    expert = statement.expert.user
    actions.dispute_statement(statement, "A sheet is missing.", by=expert, at=AT)
    assert letters("dispute")[0].to_email == a_manager().email
    with pytest.raises(WrongState):
        actions.agree_statement(statement, ACCOUNT, "Eva", None, by=expert, at=AT)
    a_paid_sheet(queries.get_statement(statement.id).expert)
    second = a_member_of_staff(Role.CLUSTER_MANAGER, region="BE-WAL")
    actions.correct_statement(queries.get_statement(statement.id), "Added.", by=second, at=AT)
    again = queries.get_statement(statement.id)
    assert (again.state, again.amount, again.drawn_up_by_id) == (FeeState.DRAWN_UP, EUR("240.00"), second.id)


@pytest.mark.usefixtures("paying")
def test_marks_on_a_statement_are_not_taken_back():
    statement = a_fee_statement(sheets=1)
    sheet = get_assignment(statement.sheets[0].assignment_id)
    with pytest.raises(RuleBroken, match="F-2026-0001, so they cannot be taken back"):
        unsubmit_marks(sheet, "x", by=sheet.expert.user, at=AT)
    actions.cancel_statement(statement, "x", by=a_manager(), at=AT)
    unsubmit_marks(get_assignment(sheet.id), "x", by=get_assignment(sheet.id).expert.user, at=AT)


def test_a_call_without_a_fee_owes_nothing(app):
    from tests.builders.programmes import in2

    in2()
    sheet = a_paid_sheet()
    with pytest.raises(RuleBroken, match="pays its experts no fee"):
        actions.draw_up_statement(owed_for(sheet), by=a_manager(), at=AT)


@pytest.mark.usefixtures("paying")
def test_whoever_has_stepped_back_from_a_marked_application_settles_no_fee_for_it():
    sheet, manager, officer = a_paid_sheet(), a_manager(), finance_officer()
    other = a_member_of_staff(Role.CLUSTER_MANAGER, region="BE-WAL")
    recusals = [recuse(sheet.application, "My sister.", by=person, at=AT) for person in (manager, officer)]
    refused = f"{sheet.application.reference}: You have stepped back"
    with pytest.raises(NotPermitted, match=refused):
        actions.draw_up_statement(owed_for(sheet), by=manager, at=AT)
    statement = actions.draw_up_statement(owed_for(sheet), by=other, at=AT)
    actions.agree_statement(statement, ACCOUNT, "Eva", None, by=statement.expert.user, at=AT)
    with pytest.raises(NotPermitted, match=refused):
        actions.approve_statement(queries.get_statement(statement.id), by=officer, at=AT)
    lift_recusal(recusals[1], "She has left.", by=other, at=AT)
    actions.approve_statement(queries.get_statement(statement.id), by=officer, at=AT)


@pytest.mark.usefixtures("paying")
def test_nobody_draws_up_or_approves_the_own_fee():
    statement = a_fee_statement(sheets=1)
    expert = statement.expert.user
    from vouchers.users.actions.accounts import grant_role
    from vouchers.workflow.transition import OFFICE

    grant_role(expert, Role.CLUSTER_MANAGER, "in2lifesciences", "BE-WAL", by=OFFICE, at=AT)
    actions.agree_statement(queries.get_statement(statement.id), ACCOUNT, "Eva", None, by=expert, at=AT)
    with pytest.raises(NotPermitted, match="your own fee"):
        actions.approve_statement(queries.get_statement(statement.id), by=expert, at=AT)
    with pytest.raises(NotPermitted, match="your own fee"):
        actions.cancel_statement(queries.get_statement(statement.id), "x", by=expert, at=AT)
