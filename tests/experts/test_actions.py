"""What can happen to an expert in the register."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.builders.experts import a_profile, an_expert
from tests.builders.programmes import in2
from tests.builders.users import a_member_of_staff, an_applicant
from vouchers.core.database import db
from vouchers.core.errors import Busy, NotPermitted, RuleBroken, WrongState
from vouchers.experts import queries
from vouchers.experts.actions import register as actions
from vouchers.experts.actions import tasks
from vouchers.experts.actions.tasks import Tasks
from vouchers.experts.models import Expert
from vouchers.experts.states import ExpertState
from vouchers.letters.models import Letter
from vouchers.users.models import User
from vouchers.users.queries import find_user
from vouchers.users.states import Role, UserState
from vouchers.workflow.transition import OFFICE

PROGRAMME = "in2lifesciences"


@pytest.fixture
def manager(app, clock):
    in2()
    return a_member_of_staff(Role.CLUSTER_MANAGER, PROGRAMME, "BE-WAL")


def letters(occasion):
    return list(db.session.scalars(select(Letter).where(Letter.occasion == occasion)))


def test_admit_expert_invites_the_person_and_gives_the_role(manager, clock):
    expert = actions.admit_expert("Eva@pool.example", "Eva", PROGRAMME, a_profile(), by=manager, at=clock.now)
    user = find_user("eva@pool.example")
    assert expert.state == ExpertState.ADMITTED
    assert user.state == UserState.INVITED
    assert [(grant.role, grant.programme_code, grant.region_code) for grant in user.grants] == [
        (Role.EXPERT, PROGRAMME, None)
    ]
    written = letters("experts/admit") + letters("users/invite")[-1:]
    assert [letter.to_email for letter in written] == ["eva@pool.example"] * 2


def test_admit_expert_takes_a_person_who_has_an_account(manager, clock):
    person = an_applicant("known@sme.example")
    expert = actions.admit_expert(person.email, "Other name", PROGRAMME, a_profile(), by=manager, at=clock.now)
    assert expert.user_id == person.id
    assert queries.get_expert(expert.id).user.is_expert


def test_admit_expert_refuses_a_second_entry_and_leaves_no_trace(manager, clock):
    first = an_expert(PROGRAMME)
    before = len(letters("experts/admit"))
    with pytest.raises(RuleBroken, match="in the register already") as refusal:
        actions.admit_expert(first.user.email, "Again", PROGRAMME, a_profile(), by=manager, at=clock.now)
    assert refusal.value.field == "email"
    assert db.session.scalar(select(func.count(Expert.id))) == 1
    assert len(letters("experts/admit")) == before


def test_admit_expert_refuses_another_programmes_manager_and_leaves_no_trace(manager, clock):
    stranger = a_member_of_staff(Role.CLUSTER_MANAGER, "other", "BE-WAL")
    with pytest.raises(NotPermitted):
        actions.admit_expert("eva@pool.example", "Eva", PROGRAMME, a_profile(), by=stranger, at=clock.now)
    assert find_user("eva@pool.example") is None
    assert db.session.scalar(select(func.count(Expert.id))) == 0


def test_edit_expert_changes_the_profile(manager, clock):
    expert = an_expert()
    actions.edit_expert(expert, a_profile(employer="KTH", languages=("sv",)), by=manager, at=clock.now)
    assert (expert.employer, expert.languages) == ("KTH", ["sv"])


def test_a_new_employer_makes_a_new_declaration_due_and_another_load_does_not(manager, clock):
    expert = an_expert(at=clock.now)
    due_on = expert.interests_due_on
    assert due_on > clock.now.date()
    same = a_profile(employer=expert.employer, load_limit=3)
    actions.edit_expert(expert, same, by=manager, at=clock.now)
    assert expert.interests_due_on == due_on
    actions.edit_expert(expert, a_profile(employer="New Employer"), by=manager, at=clock.now)
    assert expert.interests_due_on == clock.now.date()
    tomorrow = clock.now.date() + timedelta(days=1)
    assert "is overdue" in str(queries.find_obstacles([expert], tomorrow, tomorrow)[expert.id])
    actions.remind_expert(expert, by=OFFICE, at=clock.now)
    assert db.session.scalars(select(Letter).where(Letter.occasion == "experts/remind_interests")).one()


def test_edit_expert_refuses_an_overtaken_version(manager, clock):
    expert = an_expert()
    with pytest.raises(WrongState, match="Someone else changed this"):
        actions.edit_expert(expert, a_profile(employer="KTH"), by=manager, at=clock.now, version=99)
    assert queries.get_expert(expert.id).employer != "KTH"


def test_suspend_expert_and_reinstate_expert(manager, clock):
    expert = an_expert()
    actions.suspend_expert(expert, "No declaration of interests.", by=manager, at=clock.now)
    assert (expert.state, expert.suspended_because) == (ExpertState.SUSPENDED, "No declaration of interests.")
    assert "No declaration of interests." in letters("experts/suspend")[0].body
    with pytest.raises(WrongState):
        actions.suspend_expert(expert, "Again.", by=manager, at=clock.now)
    actions.reinstate_expert(expert, by=manager, at=clock.now + timedelta(days=1))
    assert (expert.state, expert.suspended_because) == (ExpertState.ADMITTED, "")
    assert letters("experts/reinstate")


def test_a_task_that_is_given_while_the_expert_is_being_suspended_makes_one_press_again(manager, clock, monkeypatch):
    expert = an_expert()
    added = Tasks(find=lambda _id: ["A-1", "A-2"], hold=lambda _id: ["A-1"], end=lambda _expert, _why, *, at: [])
    monkeypatch.setattr(tasks, "_used", [added])
    with pytest.raises(Busy):
        actions.suspend_expert(expert, "x", by=manager, at=clock.now)
    assert expert.state == ExpertState.ADMITTED


ACTS = {
    "edit": lambda expert, **who: actions.edit_expert(expert, a_profile(), **who),
    "suspend": lambda expert, **who: actions.suspend_expert(expert, "x", **who),
    "reinstate": actions.reinstate_expert,
}


@pytest.mark.parametrize("act", ACTS)
def test_nobody_but_the_keepers_of_the_register_may(manager, clock, act):
    expert = an_expert()
    if act == "reinstate":
        actions.suspend_expert(expert, "x", by=manager, at=clock.now)
    auditor = a_member_of_staff(Role.AUDITOR, PROGRAMME)
    for person in (auditor, db.session.get(User, expert.user_id)):
        with pytest.raises(NotPermitted):
            ACTS[act](expert, by=person, at=clock.now)
