"""A conflict that becomes known through the registers while an expert marks, or after."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from tests.builders.evaluation import (
    a_decision,
    a_manager,
    an_accepted_assignment,
    an_eligible_application,
    an_evaluated_application,
)
from tests.builders.experts import a_profile
from tests.builders.programmes import during_call, in2
from tests.builders.users import a_member_of_staff, signed_in
from tests.evaluation.test_actions_conflicts import kinds, letters, owns
from vouchers.applications.queries.files import get_application
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken
from vouchers.evaluation.actions.assignments import end_for_conflict
from vouchers.evaluation.actions.conflicts import clear_conflict
from vouchers.evaluation.jobs import look_at_assignments
from vouchers.evaluation.queries.assignments import get_assignment, list_submitted
from vouchers.evaluation.queries.conflicts import look_at
from vouchers.evaluation.queries.tainted import ensure_untainted
from vouchers.evaluation.states import AssignmentState
from vouchers.experts.actions.own import declare_interests
from vouchers.experts.actions.register import edit_expert
from vouchers.jobs.models import QueuedJob
from vouchers.users.states import Role

AT = during_call()


@pytest.fixture(autouse=True)
def _office(app):
    in2()


def waiting():
    """What the outbox holds of this job."""
    return [
        dict(one.arguments)
        for one in db.session.scalars(select(QueuedJob).where(QueuedJob.name == "evaluation.look_again"))
    ]


def run():
    for _twice in range(2):
        for arguments in waiting():
            look_at_assignments(**arguments, at=AT)


def test_declared_interests_end_the_task_and_take_the_marks_out(client):
    application = an_evaluated_application()
    first = get_assignment(list_submitted(application.id)[0].id)
    person = first.expert.user
    declare_interests(first.expert, "Shares.", [application.organisation.name], person.name, by=person, at=AT)
    with pytest.raises(RuleBroken, match="has a conflict of interest"):  # the net, before the job has run
        a_decision(application)
    run()
    assert get_assignment(first.id).state == AssignmentState.CONFLICTED
    assert get_application(application.id).state == ApplicationState.IN_EVALUATION
    assert first.id not in {one.id for one in list_submitted(application.id)}
    assert [letter.to_email for letter in letters("evaluation/find_conflict")] == [a_manager().email]
    assert "Need another expert" in signed_in(client, a_manager()).get("/desk", follow_redirects=True).text
    browser = signed_in(client, person)
    assert browser.get(f"/evaluation/assignments/{first.id}/marks").status_code == 403


def test_another_employer_ends_the_task_and_a_decided_application_stays():
    application, decided = an_eligible_application(), an_evaluated_application()
    assignment = an_accepted_assignment(application)
    past = get_assignment(list_submitted(decided.id)[0].id)
    a_decision(decided)
    coordinator = a_member_of_staff(Role.COORDINATOR)
    for task, name in ((assignment, application.organisation.name), (past, decided.organisation.name)):
        edit_expert(task.expert, a_profile(employer=name), by=coordinator, at=AT)
    run()
    assert get_assignment(assignment.id).state == AssignmentState.CONFLICTED
    assert get_assignment(past.id).state == AssignmentState.SUBMITTED
    with pytest.raises(NotPermitted):
        end_for_conflict(get_assignment(past.id), "x", by=a_manager("NL-NB"), at=AT)


def test_new_ownership_that_can_be_cleared_is_a_matter_of_the_desk(client):
    application = an_evaluated_application()
    first = get_assignment(list_submitted(application.id)[0].id)
    edit_expert(first.expert, a_profile(employer="Quarter Invest"), by=a_member_of_staff(Role.COORDINATOR), at=AT)
    owns(application, part="30", name="Quarter Invest")
    run()
    assert get_assignment(first.id).state == AssignmentState.SUBMITTED
    page = signed_in(client, a_manager()).get("/desk", follow_redirects=True).text
    assert "Clear it first" in page
    assert application.reference in page
    with pytest.raises(RuleBroken, match="Clear or confirm it first"):
        a_decision(application)
    key = kinds(application, first.expert)["partner_enterprise"].key
    clear_conflict(look_at(application, first.expert), key, "Sold.", by=a_manager(), at=AT)
    assert a_decision(application, at=AT + timedelta(hours=1)).amount


def test_the_net_asks_a_constant_number_of_queries():
    applications = [an_evaluated_application() for _one in range(3)]

    def count(some):
        seen = []
        listener = lambda *one: seen.append(one[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listener)
        ensure_untainted(applications[0].call, [one.id for one in some])
        event.remove(db.engine, "before_cursor_execute", listener)
        return len(seen)

    count(applications)  # what is loaded once
    assert count(applications) == count(applications[:1])
