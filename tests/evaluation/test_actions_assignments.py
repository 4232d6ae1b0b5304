"""Giving applications to experts, declarations, marks."""

import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from tests.builders.evaluation import (
    a_decision,
    a_manager,
    a_marked_assignment,
    a_sheet,
    an_accepted_assignment,
    an_assignment,
    an_eligible_application,
    an_evaluated_application,
)
from tests.builders.experts import an_expert
from tests.builders.programmes import during_call, in2
from vouchers.applications.queries.files import get_application, get_submission
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.evaluation.actions import assignments as actions
from vouchers.evaluation.actions.assignments import Sheet
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.queries.assignments import find_marked_by_suspended, get_assignment, list_submitted
from vouchers.evaluation.states import AssignmentState
from vouchers.experts.actions.register import suspend_expert
from vouchers.letters.models import Letter
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE

AT = during_call()


@pytest.fixture(autouse=True)
def _office(app):
    in2()


def letters(occasion):
    return list(db.session.scalars(select(Letter).where(Letter.occasion == occasion)))


def state_of(application):
    return get_application(application.id).state


# Assigning -----------------------------------------------------------------------------------------------------------


def test_assign_expert_starts_the_evaluation_and_writes_no_more_than_is_needed():
    application = an_eligible_application()
    assignment = an_assignment(application)
    assert state_of(application) == ApplicationState.IN_EVALUATION
    assert assignment.due_at == AT + timedelta(days=14)
    (letter,) = letters("evaluation/assign")
    assert letter.to_email == assignment.expert.user.email
    assert application.reference in letter.body + letter.heading
    for secret in (application.organisation.name, application.title, "sepsis"):
        assert secret not in letter.body


def refused(application, expert, sentence, by=None):
    before = (
        db.session.scalar(select(func.count(Assignment.id))),
        state_of(application),
        len(letters("evaluation/assign")),
    )
    by = by or a_manager()
    with pytest.raises((RuleBroken, NotPermitted, WrongState), match=sentence):
        actions.assign_expert(application, expert, by=by, at=AT)
    after = (
        db.session.scalar(select(func.count(Assignment.id))),
        state_of(application),
        len(letters("evaluation/assign")),
    )
    assert before == after


@pytest.mark.parametrize(
    ("expert", "sentence"),
    [
        ({"employer": "UNIVERSITAIR laboratorium B.V."}, "works for the partner"),
        ({"email": "eva@lab.example"}, "lab.example, is the partner's"),
        ({"email": "eva@sme.example"}, "sme.example, is the applicant's"),
        ({"region": "BE-WAL"}, "of the applicant's region, BE-WAL"),
    ],
)
def test_assign_expert_refuses_a_hard_conflict(expert, sentence):
    refused(an_eligible_application(), an_expert(at=AT, **expert), sentence)


def test_assign_expert_refuses_the_applicants_own_people():
    application = an_eligible_application()
    expert = an_expert(at=AT, employer=application.organisation.name.upper())
    refused(application, expert, "works for the applicant")


def test_assign_expert_refuses_whoever_has_enough_to_do():
    expert = an_expert(at=AT, load_limit=1)
    an_assignment(an_eligible_application(), expert)
    refused(an_eligible_application(), expert, "has 1 application of this call, which is the limit")


def test_assign_expert_refuses_a_suspended_expert_and_one_of_another_programme():
    application = an_eligible_application()
    expert = an_expert(at=AT)
    suspend_expert(expert, "x", by=OFFICE, at=AT)
    refused(application, expert, "not admitted in this programme")
    refused(application, an_expert("other", at=AT), "not admitted in this programme")


def test_a_suspension_ends_open_tasks_and_leaves_submitted_marks_to_the_manager():
    expert = an_expert(at=AT)
    marked = an_evaluated_application(experts=[expert, an_expert(at=AT)])
    waiting, started = (an_assignment(an_eligible_application(), expert) for _ in range(2))
    actions.declare_no_conflict(started, by=expert.user, at=AT)
    suspend_expert(expert, "Careless.", by=OFFICE, at=AT)
    for ended in (waiting, started):
        found = get_assignment(ended.id)
        assert (found.state, found.reason) == (AssignmentState.REMOVED, "Careless.")
    with pytest.raises(WrongState):
        actions.submit_marks(started, a_sheet(), by=expert.user, at=AT)
    [letter] = db.session.scalars(
        select(Letter).where(Letter.to_user_id == expert.user_id, Letter.body.contains("suspended"))
    )
    assert waiting.application.reference in letter.body
    assert get_application(marked.id).state == ApplicationState.EVALUATED
    assert find_marked_by_suspended([marked.id, waiting.application_id]) == {marked.id}

    mine, others = list_submitted(marked.id)
    with pytest.raises(NotPermitted, match="Submitted marks stay"):
        actions.remove_expert(others, "No.", by=a_manager(), at=AT)
    actions.remove_expert(mine, "Careless.", by=a_manager(), at=AT)
    assert list_submitted(marked.id) == [others]
    assert get_application(marked.id).state == ApplicationState.IN_EVALUATION


@pytest.mark.postgres
def test_suspending_and_assigning_hold_rows_in_the_same_order():
    expert, open_to_all = an_expert(at=AT), an_eligible_application()
    an_assignment(an_eligible_application(), expert)
    held = []

    def note(_connection, _cursor, statement, *_more):
        held.extend(re.findall(r"FOR UPDATE OF (application|expert|assignment)\b", statement))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        task = actions.assign_expert(open_to_all, expert, by=a_manager(), at=AT)
        assigning, held = list(held), []
        suspend_expert(expert, "Careless.", by=OFFICE, at=AT)
        suspending, held = list(held), []
        with pytest.raises(WrongState):
            actions.submit_marks(task, a_sheet(), by=expert.user, at=AT)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert list(dict.fromkeys(assigning))[:2] == ["application", "expert"]
    assert list(dict.fromkeys(suspending)) == ["application", "expert", "assignment"]
    assert held == ["application", "assignment"]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("none", "has this application already"),
        ("conflict", "has declared a conflict"),
        ("refuse", "has refused this application"),
    ],
)
def test_assign_expert_asks_nobody_twice(answer, sentence):
    application = an_eligible_application()
    assignment = an_assignment(application)
    if answer == "conflict":
        actions.declare_conflict(assignment, "My brother.", by=assignment.expert.user, at=AT)
    if answer == "refuse":
        actions.refuse_assignment(assignment, "No time.", by=assignment.expert.user, at=AT)
    refused(application, get_assignment(assignment.id).expert, sentence)


def test_assign_expert_again_after_taking_back():
    application = an_eligible_application()
    assignment = an_assignment(application)
    actions.remove_expert(assignment, "Wrong person.", by=a_manager(), at=AT)
    assert "Wrong person." in letters("evaluation/remove")[0].body
    assert an_assignment(application, get_assignment(assignment.id).expert).state == AssignmentState.ASSIGNED


def test_assign_expert_refuses_other_regions_and_wrong_stages():
    application = an_eligible_application()
    refused(application, an_expert(at=AT), "Only a cluster manager", by=a_manager("NL-NB"))
    done = an_evaluated_application()
    refused(done, an_expert(at=AT), "so no expert can be assigned")
    refused(an_eligible_application("MG"), an_expert(at=AT), "decided without experts")


def test_an_earlier_application_of_the_same_organisation_is_shown_and_not_forbidden():
    first = an_eligible_application()
    expert = an_expert(at=AT)
    an_assignment(first, expert)
    second = an_eligible_application(
        "INS", owner=db.session.get(User, first.started_by_id), organisation=first.organisation
    )
    assert an_assignment(second, expert).state == AssignmentState.ASSIGNED


# Declarations --------------------------------------------------------------------------------------------------------


def test_declare_no_conflict_pins_the_version_that_is_read():
    application = an_eligible_application()
    assignment = an_accepted_assignment(application)
    assert assignment.state == AssignmentState.ACCEPTED
    assert assignment.declared_at == AT
    assert assignment.submission_id == get_submission(application.id).id


@pytest.mark.parametrize("verb", ["declare_no_conflict", "declare_conflict", "refuse", "save_marks", "submit_marks"])
def test_another_expert_and_the_manager_may_do_nothing_in_the_experts_place(verb):
    application = an_eligible_application()
    make = an_accepted_assignment if verb.endswith("marks") else an_assignment
    assignment, other = make(application), an_expert(at=AT)
    act = {
        "declare_no_conflict": actions.declare_no_conflict,
        "declare_conflict": lambda one, **who: actions.declare_conflict(one, "x", **who),
        "refuse": lambda one, **who: actions.refuse_assignment(one, "x", **who),
        "save_marks": lambda one, **who: actions.save_marks(one, a_sheet(), **who),
        "submit_marks": lambda one, **who: actions.submit_marks(one, a_sheet(), **who),
    }[verb]
    for person in (other.user, a_manager()):
        with pytest.raises(NotPermitted, match="given to another expert"):
            act(assignment, by=person, at=AT)
    assert get_assignment(assignment.id).version == assignment.version


def test_marks_before_the_declaration_are_refused():
    assignment = an_assignment(an_eligible_application())
    for act in (actions.save_marks, actions.submit_marks):
        with pytest.raises(WrongState):
            act(assignment, a_sheet(), by=assignment.expert.user, at=AT)


def test_remove_expert_refuses_other_regions_and_submitted_marks():
    application = an_eligible_application()
    assignment = an_assignment(application)
    with pytest.raises(NotPermitted):
        actions.remove_expert(assignment, "x", by=a_manager("NL-NB"), at=AT)
    marked = a_marked_assignment(application)
    with pytest.raises(NotPermitted, match="Submitted marks stay"):
        actions.remove_expert(marked, "x", by=a_manager(), at=AT)


def test_a_late_conflict_takes_the_marks_out_of_the_result_and_reopens_the_evaluation():
    application = an_evaluated_application()
    assert get_application(application.id).score == "18"
    first, _second = list_submitted(application.id)
    expert = get_assignment(first.id).expert
    actions.declare_conflict(first, "We work together since Monday.", by=expert.user, at=AT)
    application = get_application(application.id)
    assert (application.state, application.score) == (ApplicationState.IN_EVALUATION, None)
    assert len(list_submitted(application.id)) == 1
    (letter,) = letters("evaluation/declare_conflict")
    assert letter.to_email == a_manager().email
    assert "We work together since Monday." in letter.body
    a_marked_assignment(application, marks={"novelty": "5", "benefit": "5", "partnership": "5"})
    assert (state_of(application), get_application(application.id).score) == (ApplicationState.EVALUATED, "20.25")


def test_a_conflict_after_the_decision_leaves_the_decision_as_it_was_made():
    application = an_evaluated_application()
    a_decision(application)
    first = list_submitted(application.id)[0]
    actions.declare_conflict(first, "x", by=get_assignment(first.id).expert.user, at=AT)
    assert state_of(application) == ApplicationState.AWARDED


# Marks ---------------------------------------------------------------------------------------------------------------


def test_save_marks_keeps_an_incomplete_sheet():
    assignment = an_accepted_assignment(an_eligible_application())
    sheet = Sheet({"novelty": {"mark": None, "comment": "half a thought"}}, "")
    actions.save_marks(assignment, sheet, by=assignment.expert.user, at=AT)
    kept = get_assignment(assignment.id)
    assert kept.marks == {"novelty": {"mark": None, "comment": "half a thought"}}
    version = kept.version
    actions.save_marks(kept, sheet, by=kept.expert.user, at=AT)
    assert get_assignment(assignment.id).version == version


def test_save_marks_does_not_overwrite_what_another_window_saved():
    assignment = an_accepted_assignment(an_eligible_application())
    version = assignment.version
    actions.save_marks(assignment, a_sheet(overall="first"), by=assignment.expert.user, at=AT, version=version)
    with pytest.raises(WrongState):
        actions.save_marks(assignment, a_sheet(overall="second"), by=assignment.expert.user, at=AT, version=version)
    assert get_assignment(assignment.id).overall_comment == "first"


@pytest.mark.parametrize(
    ("sheet", "field"),
    [
        (a_sheet({"novelty": "4", "benefit": "4"}), "mark-partnership"),
        (a_sheet(comment=""), "comment-novelty"),
        (a_sheet(overall=" "), "overall_comment"),
    ],
)
def test_submit_marks_needs_every_mark_and_comment(sheet, field):
    assignment = an_accepted_assignment(an_eligible_application())
    with pytest.raises(RuleBroken) as refusal:
        actions.submit_marks(assignment, sheet, by=assignment.expert.user, at=AT)
    assert refusal.value.field == field
    assert get_assignment(assignment.id).state == AssignmentState.ACCEPTED
    assert get_assignment(assignment.id).marks == {}


def test_submit_marks_refuses_a_mark_that_is_not_in_half_points():
    assignment = an_accepted_assignment(an_eligible_application())
    sheet = a_sheet({"novelty": "4.25", "benefit": "4", "partnership": "4"})
    with pytest.raises(RuleBroken, match="half points") as refusal:
        actions.submit_marks(assignment, sheet, by=assignment.expert.user, at=AT)
    assert refusal.value.field == "mark-novelty"


def test_the_last_marks_finish_the_evaluation():
    application = an_eligible_application()
    a_marked_assignment(application, marks={"novelty": "3", "benefit": "4", "partnership": "4.5"})
    assert state_of(application) == ApplicationState.IN_EVALUATION
    a_marked_assignment(application, marks={"novelty": "4", "benefit": "4.5", "partnership": "3"})
    application = get_application(application.id)
    assert (application.state, application.score) == (ApplicationState.EVALUATED, "17.625")


def test_a_third_expert_is_waited_for_until_done_or_taken_back():
    application = an_eligible_application()
    third = an_assignment(application)
    a_marked_assignment(application)
    a_marked_assignment(application)
    assert state_of(application) == ApplicationState.IN_EVALUATION
    actions.remove_expert(third, "Enough.", by=a_manager(), at=AT)
    assert state_of(application) == ApplicationState.EVALUATED


@pytest.mark.postgres
def test_two_experts_who_submit_at_the_same_moment_finish_the_evaluation(app):
    for _turn in range(3):
        application = an_eligible_application()
        ids = [an_accepted_assignment(application).id for _number in range(2)]
        outcomes, both = [], threading.Barrier(2)

        def submit(assignment_id, outcomes=outcomes, both=both):
            with app.app_context():
                assignment = get_assignment(assignment_id)
                expert = db.session.get(User, assignment.expert.user_id)
                both.wait()
                actions.submit_marks(assignment, a_sheet(), by=expert, at=AT)
                outcomes.append("done")

        db.session.rollback()
        threads = [threading.Thread(target=submit, args=(assignment_id,)) for assignment_id in ids]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert outcomes == ["done", "done"]
        assert state_of(application) == ApplicationState.EVALUATED


@pytest.mark.postgres
def test_two_managers_who_assign_the_same_expert_at_once(app):
    application, expert, manager_id = an_eligible_application(), an_expert(at=AT), a_manager().id
    ids, outcomes, both = (application.id, expert.id), [], threading.Barrier(2)

    def assign():
        with app.app_context():
            from vouchers.experts.queries import get_expert

            mine = get_application(ids[0]), get_expert(ids[1])
            manager = db.session.get(User, manager_id)
            both.wait()
            try:
                actions.assign_expert(*mine, by=manager, at=AT)
                outcomes.append("assigned")
            except RuleBroken as broken:
                outcomes.append(str(broken))

    db.session.rollback()
    threads = [threading.Thread(target=assign) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["This expert has this application already.", "assigned"]
