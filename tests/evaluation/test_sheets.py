"""Sheets with all that a call may say of them: scope, lengths, levels; taken back, due, and on which version."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.builders.applications import owner_of
from tests.builders.counting import queries_of
from tests.builders.enquiries import a_clarification
from tests.builders.evaluation import (
    a_decision,
    a_manager,
    a_sheet,
    an_accepted_assignment,
    an_assignment,
    an_eligible_application,
)
from tests.builders.experts import an_expert
from tests.builders.programmes import IN2_FILE, a_programme, during_call
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.applications.queries.files import get_application
from vouchers.applications.states import ApplicationState
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.enquiries.actions.clarifying import answer_clarification
from vouchers.evaluation.actions.assignments import Sheet, refuse_assignment, submit_marks
from vouchers.evaluation.actions.scheduling import extend_assignment, remind_assignment
from vouchers.evaluation.actions.unsubmitting import unsubmit_marks
from vouchers.evaluation.actions.versions import read_newer_version
from vouchers.evaluation.jobs import remind
from vouchers.evaluation.queries.assignments import get_assignment
from vouchers.evaluation.queries.workload import count_missing
from vouchers.evaluation.states import AssignmentState
from vouchers.letters.models import Letter
from vouchers.users.mandate import mandate_of
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

AT = during_call()
TEXT = IN2_FILE.read_text(encoding="utf-8")
ON_SHEETS = """    marking:
      scope_question: Is this about life sciences?
      comment_min: 10
      comment_max: 60
      unsubmit_hours: 24
"""
NOVELTY = "        - code: novelty\n"
LEVELS = f"{NOVELTY}          levels: [{{mark: 5, text: Nobody has done it before}}]\n"
MARKS = {
    "is_in_scope": "yes",
    "mark-novelty": "3,5", "comment-novelty": "New in its field.",
    "mark-benefit": "4", "comment-benefit": "It will be used.",
    "mark-partnership": "3", "comment-partnership": "It fits very well.",
    "overall_comment": "Sound.",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _office(app, clock):
    assert NOVELTY in TEXT
    a_programme(TEXT.replace("    marking:\n", ON_SHEETS).replace(NOVELTY, LEVELS))
    clock.stop(AT)


def of_scope(answer=True, comment=""):
    """A sheet that says whether the application is within the scope."""
    sheet = a_sheet()
    return Sheet(sheet.marks, sheet.overall_comment, answer, comment)


def a_submitted_sheet(application, sheet=None, *, at=AT):
    assignment = an_accepted_assignment(application)
    submit_marks(assignment, sheet or of_scope(), by=assignment.expert.user, at=at)
    return get_assignment(assignment.id)


def an_application_with_two_sheets(**how):
    application = an_eligible_application(**how)
    return application, [a_submitted_sheet(application) for _number in range(2)]


def letters(occasion):
    return list(db.session.scalars(select(Letter).where(Letter.occasion == f"evaluation/{occasion}")))


def state_of(application):
    return get_application(application.id).state


def amend(application, answer="Two partners measure 400 samples."):
    clarification = a_clarification(a_manager(), get_application(application.id))
    answer_clarification(clarification, {"work_plan": answer}, by=owner_of(application), at=AT + timedelta(hours=1))


# Taking back ---------------------------------------------------------------------------------------------------------


def test_unsubmit_marks_reopens_the_evaluation_and_leaves_a_trace():
    application, (first, _second) = an_application_with_two_sheets()
    assert state_of(application) == ApplicationState.EVALUATED
    unsubmit_marks(first, "A mark was wrong.", by=first.expert.user, at=AT + timedelta(hours=24))
    again = get_assignment(first.id)
    assert (again.state, again.submitted_at, again.unsubmitted_at) == (
        AssignmentState.ACCEPTED,
        None,
        AT + timedelta(hours=24),
    )
    assert (state_of(application), get_application(application.id).score) == (ApplicationState.IN_EVALUATION, None)
    assert "A mark was wrong." in letters("unsubmit_marks")[0].body
    (event,) = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == "assignment.unsubmit_marks"))
    assert event.detail.body["why"] == "A mark was wrong."
    assert event.detail.body["changes"]["submitted_at"][1] is None
    submit_marks(again, of_scope(), by=again.expert.user, at=AT + timedelta(hours=25))
    assert state_of(application) == ApplicationState.EVALUATED


def test_unsubmit_marks_reopens_what_a_further_expert_would_finish_alone():
    application = an_eligible_application()
    third = an_accepted_assignment(application)
    first = a_submitted_sheet(application)
    a_submitted_sheet(application)
    submit_marks(third, of_scope(), by=third.expert.user, at=AT)
    assert state_of(application) == ApplicationState.EVALUATED
    unsubmit_marks(first, "x", by=first.expert.user, at=AT)
    assert state_of(application) == ApplicationState.IN_EVALUATION


def test_unsubmit_marks_refuses_too_late_after_the_decision_and_other_people():
    application, (first, second) = an_application_with_two_sheets()
    for person in (second.expert.user, a_manager()):
        with pytest.raises(NotPermitted):
            unsubmit_marks(first, "x", by=person, at=AT)
    with pytest.raises(RuleBroken, match="That time is over"):
        unsubmit_marks(first, "x", by=first.expert.user, at=AT + timedelta(hours=24, seconds=1))
    a_decision(application)
    with pytest.raises(RuleBroken, match="cannot be taken back any more"):
        unsubmit_marks(first, "x", by=first.expert.user, at=AT + timedelta(hours=2))
    assert get_assignment(first.id).state == AssignmentState.SUBMITTED


def test_unsubmit_marks_on_its_page(client):
    _application, (first, _second) = an_application_with_two_sheets()
    path = f"/evaluation/assignments/{first.id}/marks"
    browser = signed_in(client, first.expert.user)
    assert f"{path}/take-back" in browser.get(path).text
    assert browser.get(f"{path}/take-back").status_code == 200
    assert browser.post(f"{path}/take-back", data={}).status_code == 422
    assert browser.post(f"{path}/take-back", data={"reason": "Wrong."}).status_code == 303
    page = browser.get(path).text
    assert "are a draft again" in page
    assert "Submit the marks" in page
    assert browser.post(f"{path}/take-back", data={"reason": "Wrong."}).status_code == 409


# Due -----------------------------------------------------------------------------------------------------------------


def test_reminders_go_out_once_each_and_the_last_to_the_managers_too():
    assignment = an_assignment(an_eligible_application())
    done = a_submitted_sheet(an_eligible_application())
    due = assignment.due_at
    seen = []
    for before in (timedelta(days=8), timedelta(days=7), timedelta(days=2), timedelta(days=1), -timedelta(minutes=1)):
        for _twice in range(2):
            remind(at=due - before)
        seen.append((len(letters("remind")), len(letters("overdue"))))
    assert seen == [(0, 0), (1, 0), (1, 0), (2, 0), (3, 1)]
    assert {letter.to_email for letter in letters("remind")} == {assignment.expert.user.email}
    assert letters("overdue")[0].to_email == a_manager().email
    assert get_assignment(assignment.id).version == assignment.version
    assert get_assignment(done.id).reminded_days is None


def test_remind_assignment_is_the_offices_own():
    assignment = an_assignment(an_eligible_application())
    with pytest.raises(NotPermitted):
        remind_assignment(assignment, by=a_manager(), at=assignment.due_at)
    refuse_assignment(assignment, "No time.", by=assignment.expert.user, at=AT)
    with pytest.raises(WrongState):
        remind_assignment(assignment, by=OFFICE, at=assignment.due_at)


def test_extend_assignment_gives_more_time_and_starts_the_reminders_anew():
    assignment = an_accepted_assignment(an_eligible_application())
    due = assignment.due_at
    remind(at=due + timedelta(hours=1))
    later = (due + timedelta(days=5)).date()
    with pytest.raises(NotPermitted):
        extend_assignment(assignment, later, by=a_manager("NL-NB"), at=due)
    for day, sentence in (((due - timedelta(days=1)).date(), "already"), (AT.date(), "tomorrow")):
        with pytest.raises(RuleBroken, match=sentence) as refusal:
            extend_assignment(assignment, day, by=a_manager(), at=AT)
        assert refusal.value.field == "due_on"
    extend_assignment(assignment, later, by=a_manager(), at=due + timedelta(hours=1))
    kept = get_assignment(assignment.id)
    assert kept.due_at.date() == later
    assert later.strftime("%Y") in letters("extend")[0].body
    remind(at=due + timedelta(hours=2))
    assert len(letters("remind")) == 1
    remind(at=kept.due_at - timedelta(hours=5))
    assert len(letters("remind")) == 2


def test_extend_on_its_page(client):
    assignment = an_assignment(an_eligible_application())
    browser, path = signed_in(client, a_manager()), f"/evaluation/assignments/{assignment.id}/extend"
    assert path in browser.get(f"/evaluation/applications/{assignment.application_id}/experts").text
    assert browser.get(path).status_code == 200
    assert browser.post(path, data={"due_on": "2026-01-01"}).status_code == 422
    assert browser.post(path, data={"due_on": (AT + timedelta(days=30)).date().isoformat()}).status_code == 303


def test_an_expert_who_withdraws_in_the_last_hour_leaves_a_place_that_the_manager_sees(client):
    application = an_eligible_application()
    a_submitted_sheet(application)
    assignment = an_accepted_assignment(application)
    last = assignment.due_at - timedelta(minutes=30)
    refuse_assignment(assignment, "I am ill.", by=assignment.expert.user, at=last)
    assert state_of(application) == ApplicationState.IN_EVALUATION
    assert count_missing(mandate_of(a_manager())) == 1
    assert count_missing(mandate_of(a_manager("NL-NB"))) == 0
    browser = signed_in(client, a_manager())
    assert "I am ill." in letters("refuse")[0].body
    page = browser.get("/evaluation/workload?needs=expert").text
    assert f"/evaluation/applications/{application.id}/experts#candidates-list" in page
    page = browser.get(f"/evaluation/applications/{application.id}/experts").text
    assert "1 expert is still to be found." in page
    an_assignment(application, at=last)
    assert count_missing(mandate_of(a_manager())) == 0


# Versions ------------------------------------------------------------------------------------------------------------


def test_a_newer_version_is_shown_with_its_difference_and_read_on_request(client):
    application = an_eligible_application()
    assignment = an_accepted_assignment(application)
    pinned = assignment.submission_id
    with pytest.raises(RuleBroken, match="newest version already"):
        read_newer_version(assignment, by=assignment.expert.user, at=AT)
    amend(application)
    browser, path = signed_in(client, assignment.expert.user), f"/evaluation/assignments/{assignment.id}"
    for address in (path, f"{path}/marks"):
        page = browser.get(address).text
        assert "There is a newer version" in page
        assert "<ins>" in page
        assert "400" in page
    assert get_assignment(assignment.id).submission_id == pinned
    other = an_expert(at=AT)
    with pytest.raises(NotPermitted):
        read_newer_version(assignment, by=other.user, at=AT)
    assert browser.post(f"{path}/newer-version").status_code == 303
    assert get_assignment(assignment.id).submission_id != pinned
    page = browser.get(path).text
    assert "There is a newer version" not in page
    assert "400 samples" in page


def test_marks_on_an_older_version_are_flagged_to_the_manager(client):
    application = an_eligible_application()
    a_submitted_sheet(application)
    amend(application)
    browser = signed_in(client, a_manager())
    assert "Older" in browser.get(f"/evaluation/applications/{application.id}/experts").text
    assert "Marks on an older version" in browser.get("/evaluation/workload").text


# What a call says of its sheets --------------------------------------------------------------------------------------


def test_the_sheet_shows_levels_thresholds_weights_and_the_scope(client):
    assignment = an_accepted_assignment(an_eligible_application())
    browser, path = signed_in(client, assignment.expert.user), f"/evaluation/assignments/{assignment.id}/marks"
    page = browser.get(path).text
    for shown in (
        "Is this about life sciences?",
        "Nobody has done it before",
        "At least 10 characters are needed",
        "Weight in the ranking: 1.5.",
        "For 24 hours after that you can take it back",
    ):
        assert shown in page
    long = MARKS | {"comment-novelty": "x" * 61, "comment-benefit": "short", "is_in_scope": "no"}
    assert browser.post(path, data=long).status_code == 303
    kept = get_assignment(assignment.id)
    assert (kept.marks["novelty"]["comment"], kept.is_in_scope) == ("x" * 61, False)
    assert "5 characters so far; at least 10" in browser.get(path).text
    for data, field in (
        (long, "scope_comment"),
        (long | {"is_in_scope": "yes"}, "comment-novelty"),
        (MARKS | {"comment-benefit": "short"}, "comment-benefit"),
        (MARKS | {"is_in_scope": ""}, "is_in_scope"),
    ):
        answer = browser.post(f"{path}/submit", data=data)
        assert answer.status_code == 422
        assert f'href="#{field}"' in answer.text
    saved = browser.post(f"{path}/autosave", json={"is_in_scope": "no", "version": get_assignment(kept.id).version})
    assert saved.status_code == 200
    assert browser.post(f"{path}/submit", data=MARKS).status_code == 303
    assert get_assignment(assignment.id).is_in_scope is True
    paper = browser.get(f"{path}.pdf")
    assert (paper.status_code, paper.data[:5]) == (200, b"%PDF-")


def test_a_majority_out_of_scope_is_told_to_the_manager_who_decides(client):
    application = an_eligible_application()
    a_submitted_sheet(application, of_scope(False, "It is about fishing."))
    browser, path = signed_in(client, a_manager()), f"/evaluation/applications/{application.id}/experts"
    page = browser.get(path).text
    assert "It is about fishing." in page
    assert "You decide" in page
    assert "Out of scope" in browser.get("/evaluation/workload").text
    a_submitted_sheet(application)
    page = browser.get(path).text
    assert "It is about fishing." in page
    assert "You decide" not in page
    assert state_of(application) == ApplicationState.EVALUATED


# Workload ------------------------------------------------------------------------------------------------------------


def test_the_workload_is_paged_within_the_mandate_in_a_constant_number_of_queries(client, clock):
    def grow():
        application = an_eligible_application()
        a_submitted_sheet(application)
        return an_accepted_assignment(application)

    one = grow()
    foreign = an_accepted_assignment(an_eligible_application(region="NL-NB"))
    browser = signed_in(client, a_manager())
    paths = (
        "/evaluation/workload",
        "/evaluation/workload/experts",
        f"/evaluation/workload?call={one.application.call_id}",
    )
    few = [queries_of(lambda path=path: browser.get(path)) for path in paths]
    for _number in range(3):
        grow()
    assert [queries_of(lambda path=path: browser.get(path)) for path in paths] == few
    clock.stop(one.due_at + timedelta(hours=1))
    browser = signed_in(client, a_manager())
    page = browser.get("/evaluation/workload?needs=overdue").text
    assert one.application.reference in page
    assert "1 / 2" in page
    assert foreign.application.reference not in page
    page = browser.get("/evaluation/workload/experts?sort=overdue&direction=desc").text
    assert one.expert.user.name in page
    assert foreign.expert.user.name not in page
    expert = signed_in(client, one.expert.user)
    own = expert.get("/evaluation/?state=accepted").text
    assert "1 / 10" in own
    assert "Overdue" in own
    assert expert.get("/evaluation/workload").status_code == 403


def test_an_auditor_reads_the_workload(client):
    an_accepted_assignment(an_eligible_application())
    auditor = signed_in(client, a_member_of_staff(Role.AUDITOR))
    for path in ("/evaluation/workload", "/evaluation/workload/experts"):
        assert auditor.get(path).status_code == 200
