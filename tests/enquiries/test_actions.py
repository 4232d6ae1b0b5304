"""What can happen to questions and to requests for clarification."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from tests.builders.applications import a_draft, a_submitted_application, owner_of
from tests.builders.enquiries import DUE_ON, a_clarification, an_enquiry
from tests.builders.evaluation import an_accepted_assignment, an_eligible_application
from tests.builders.programmes import IN2_FILE, during_call, in2, plan_of
from tests.builders.users import a_member_of_staff, an_applicant
from vouchers.applications.actions import amending, submitting
from vouchers.applications.models import Submission
from vouchers.applications.queries import files
from vouchers.applications.queries.versions import list_submissions
from vouchers.applications.rules.content import read_content
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.enquiries import jobs, queries
from vouchers.enquiries.actions import asking, clarifying
from vouchers.enquiries.models import Enquiry, PublicAnswer
from vouchers.enquiries.states import ClarificationState, EnquiryState
from vouchers.evaluation.queries.assignments import get_assignment, get_pinned_content
from vouchers.letters.models import Letter
from vouchers.programmes.actions import Correction, load_programme
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

AT = during_call()


@pytest.fixture(autouse=True)
def programme(app: Any, clock: Any) -> None:
    clock.stop(AT)
    in2()


@pytest.fixture
def manager(programme: None) -> Any:
    return a_member_of_staff(Role.CLUSTER_MANAGER, "in2lifesciences", "BE-WAL", with_factor=False)


def traces() -> tuple[int | None, ...]:
    kinds = (AuditEvent, Letter, Submission, Enquiry, PublicAnswer)
    return tuple(db.session.scalar(select(func.count(kind.id))) for kind in kinds)


def letters_of(occasion: str) -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.occasion == f"enquiries/{occasion}")))


# --- threads ----------------------------------------------------------------------------------------------------------


def test_ask_answer_follow_up_close_and_reopen(manager: Any) -> None:
    enquiry = an_enquiry()
    owner = owner_of(enquiry.application)
    assert enquiry.state == EnquiryState.WITH_REGION
    assert [letter.to_email for letter in letters_of("to_region")] == [manager.email]
    asking.answer_enquiry(enquiry, "Yes, second class.", by=manager, at=AT)
    assert [letter.to_email for letter in letters_of("to_applicant")] == [owner.email]
    assert "Yes, second class." in letters_of("to_applicant")[0].body
    asking.follow_up_enquiry(enquiry, "Thank you.", by=owner, at=AT)
    asking.close_enquiry(enquiry, by=owner, at=AT)
    assert enquiry.state == EnquiryState.CLOSED
    with pytest.raises(WrongState):
        asking.answer_enquiry(enquiry, "More", by=manager, at=AT)
    asking.reopen_enquiry(enquiry, by=manager, at=AT)
    enquiry = queries.get_enquiry(enquiry.id)
    assert enquiry.state == EnquiryState.WITH_REGION
    assert [(one.text, one.is_from_region) for one in enquiry.messages] == [
        ("Does a train count?", False), ("Yes, second class.", True), ("Thank you.", False),
    ]  # fmt: skip


def test_begin_by_the_region(manager: Any) -> None:
    application = a_submitted_application()
    asking.begin_enquiry(application, "Offer", "Is it still valid?", by=manager, at=AT)
    assert len(letters_of("to_applicant")) == 1
    assert queries.list_enquiries(application.id)[0].state == EnquiryState.WITH_APPLICANT


def test_the_same_question_twice_is_one(manager: Any) -> None:
    enquiry = an_enquiry()
    before = traces()
    assert an_enquiry(enquiry.application).id == enquiry.id
    assert traces() == before


def test_a_message_on_a_page_that_is_out_of_date_is_not_added(manager: Any) -> None:
    enquiry = an_enquiry()
    asking.answer_enquiry(enquiry, "Yes.", by=manager, at=AT)
    before = traces()
    with pytest.raises(WrongState):
        asking.answer_enquiry(enquiry, "Yes, once more.", by=manager, at=AT, version=1)
    assert traces() == before


def test_strangers_neither_ask_nor_answer(manager: Any) -> None:
    enquiry = an_enquiry()
    elsewhere = a_member_of_staff(Role.CLUSTER_MANAGER, "in2lifesciences", "NL-NB", with_factor=False)
    strangers = (elsewhere, an_applicant())
    before = traces()
    for stranger in strangers:
        with pytest.raises(NotPermitted):
            asking.answer_enquiry(enquiry, "x", by=stranger, at=AT)
        with pytest.raises(NotPermitted):
            asking.ask_enquiry(enquiry.application, "x", "y", by=stranger, at=AT)
    with pytest.raises(NotPermitted):
        asking.publish_public_answer(enquiry, "Q?", "A.", by=owner_of(enquiry.application), at=AT)
    assert traces() == before
    assert [len(one.messages) for one in queries.list_enquiries(enquiry.application_id)] == [1]


def test_a_draft_may_be_asked_about(manager: Any) -> None:
    draft = a_draft()
    asking.ask_enquiry(draft, "Region", "Are we in time?", by=owner_of(draft), at=AT)
    assert len(letters_of("to_region")) == 1


# --- in public --------------------------------------------------------------------------------------------------------


def test_publish_and_withdraw_a_public_answer(manager: Any) -> None:
    enquiry = an_enquiry()
    call_id = enquiry.application.call_id
    public = asking.publish_public_answer(enquiry, "Does a train count?", "It does.", by=manager, at=AT)
    assert queries.list_public_answers(call_id) == [("Does a train count?", "It does.", AT, "en")]
    asking.withdraw_public_answer(public, by=manager, at=AT)
    assert queries.list_public_answers(call_id) == []


def test_publish_answers_who_waited_and_writes_once(manager: Any) -> None:
    enquiry = an_enquiry()
    asking.publish_public_answer(enquiry, "Does a train count?", "It does.", by=manager, at=AT)
    assert queries.get_enquiry(enquiry.id).state == EnquiryState.WITH_APPLICANT
    (letter,) = letters_of("to_applicant")
    assert "It does." in letter.body
    asking.publish_public_answer(queries.get_enquiry(enquiry.id), "And a bus?", "Yes.", by=manager, at=AT)
    asking.close_enquiry(queries.get_enquiry(enquiry.id), by=manager, at=AT)
    asking.publish_public_answer(queries.get_enquiry(enquiry.id), "And a tram?", "Yes.", by=manager, at=AT)
    assert queries.get_enquiry(enquiry.id).state == EnquiryState.CLOSED
    assert len(letters_of("to_applicant")) == 1


def test_publish_refuses_what_names_the_applicant(manager: Any) -> None:
    enquiry = an_enquiry()
    application = enquiry.application
    before = traces()
    named = [application.organisation.name, application.reference, application.title, owner_of(application).name]
    for name in named:
        with pytest.raises(RuleBroken, match="tells who asked"):
            asking.publish_public_answer(enquiry, "Does a train count?", f"For {name} it does", by=manager, at=AT)
    assert traces() == before


# --- clarifications ---------------------------------------------------------------------------------------------------


def test_request_and_answer_give_a_further_version_with_its_own_receipt(manager: Any) -> None:
    clarification = a_clarification(manager)
    application = clarification.application
    owner, first = owner_of(application), files.get_submission(application.id)
    kept = (first.content, first.sha256, first.receipt_number, first.submitted_at)
    assert "Which samples?" in letters_of("request")[0].body
    later = AT + timedelta(days=3)
    clarifying.answer_clarification(clarification, {"work_plan": "Blood of 300 donors."}, by=owner, at=later)

    versions = list_submissions(application.id)
    first = versions[0]
    assert (first.content, first.sha256, first.receipt_number, first.submitted_at) == kept
    second = read_content(versions[1].content)
    assert (second.answers["work_plan"], versions[1].receipt_number) == ("Blood of 300 donors.", "R-IN2-2026-000002")
    assert second.answers["title"] == read_content(versions[0].content).answers["title"]
    assert versions[1].sha256 != versions[0].sha256
    assert files.map_answers(application.id)["work_plan"].value == "Blood of 300 donors."
    clarification = queries.get_clarification(clarification.id)
    assert (clarification.state, clarification.answered_with_id) == (ClarificationState.ANSWERED, versions[1].id)
    assert files.get_application(application.id).submitted_at == AT
    assert len(letters_of("answer")) == 1


def test_an_expert_stays_with_the_version_that_was_read(manager: Any) -> None:
    application = an_eligible_application("COL")
    assignment = an_accepted_assignment(application)
    clarification = a_clarification(manager, files.get_application(application.id), at=AT + timedelta(hours=2))
    owner = owner_of(clarification.application)
    clarifying.answer_clarification(clarification, {"work_plan": "Another plan."}, by=owner, at=AT + timedelta(days=1))
    assert get_pinned_content(get_assignment(assignment.id)).answers["work_plan"] != "Another plan."


def test_saved_words_wait_and_are_nobody_elses(manager: Any) -> None:
    clarification = a_clarification(manager)
    owner = owner_of(clarification.application)
    clarifying.save_clarification(clarification, {"work_plan": "Half", "title": "not opened"}, by=owner, at=AT)
    clarification = queries.get_clarification(clarification.id)
    assert clarification.draft == {"work_plan": "Half"}
    assert len(list_submissions(clarification.application_id)) == 1
    with pytest.raises(WrongState):
        clarifying.save_clarification(clarification, {"work_plan": "Other"}, by=owner, at=AT, version=1)


@pytest.mark.parametrize(
    ("given", "days", "words"),
    [
        ({"work_plan": ""},       1,  "work plan|plan"),
        ({"work_plan": "x" * 99_999}, 1, "characters"),
        ({"work_plan": "New"},    20, "time for this answer is over"),
        ({"work_plan": "The partner measures 200 samples and writes a report."}, 1, "Nothing has changed"),
    ],
)  # fmt: skip
def test_answer_is_refused_and_leaves_no_trace(manager: Any, given: Any, days: int, words: str) -> None:
    clarification = a_clarification(manager)
    before = traces()
    with pytest.raises(RuleBroken):
        clarifying.answer_clarification(
            clarification, given, by=owner_of(clarification.application), at=AT + timedelta(days=days)
        )
    assert traces() == before
    assert queries.get_clarification(clarification.id).state == ClarificationState.REQUESTED


def test_request_is_refused_twice_and_after_the_decision_and_by_others(manager: Any) -> None:
    clarification = a_clarification(manager)
    application = clarification.application
    with pytest.raises(RuleBroken, match="waiting for its answer"):
        a_clarification(manager, application)
    with pytest.raises(NotPermitted):
        a_clarification(owner_of(application), a_submitted_application("MG"), "title")
    gone = a_submitted_application("MG")
    submitting.withdraw_application(gone, "We moved.", by=owner_of(gone), at=AT)
    before = traces()
    with pytest.raises(RuleBroken, match="nothing in it can be changed"):
        a_clarification(manager, files.get_application(gone.id), "title")
    assert traces() == before


def test_remind_once_and_lapse_when_overdue(manager: Any) -> None:
    clarification = a_clarification(manager)
    due = clarification.due_at
    jobs.remind(at=due - timedelta(days=3))
    assert letters_of("remind") == []
    jobs.remind(at=due - timedelta(days=2))
    jobs.remind(at=due - timedelta(hours=1))
    assert len(letters_of("remind")) == 1
    jobs.lapse(at=due + timedelta(milliseconds=500))
    assert queries.get_clarification(clarification.id).state == ClarificationState.REQUESTED
    jobs.lapse(at=due + timedelta(seconds=2))
    jobs.lapse(at=due + timedelta(days=2))
    assert queries.get_clarification(clarification.id).state == ClarificationState.LAPSED
    assert (len(letters_of("lapse")), len(letters_of("lapsed"))) == (1, 1)
    owner = owner_of(clarification.application)
    with pytest.raises(WrongState):
        clarifying.answer_clarification(clarification, {"work_plan": "Late"}, by=owner, at=due)


def test_more_time_is_given_with_a_reason_and_told_and_reminded_of_again(manager: Any) -> None:
    clarification = a_clarification(manager)
    before, later = clarification.due_at, DUE_ON + timedelta(days=5)
    jobs.remind(at=before - timedelta(days=1))
    for day, reason, words in ((DUE_ON, "Ill.", "Choose a later day"), (later, " ", "Say why")):
        with pytest.raises(RuleBroken, match=words):
            clarifying.extend_clarification(clarification, day, reason, by=manager, at=AT)
    owner = owner_of(clarification.application)
    with pytest.raises(NotPermitted):
        clarifying.extend_clarification(clarification, later, "Ill.", by=owner, at=AT)
    clarifying.extend_clarification(clarification, later, "The laboratory was closed.", by=manager, at=AT)
    due = queries.get_clarification(clarification.id).due_at
    zone = ZoneInfo("Europe/Brussels")  # whose clocks go back in between
    assert due.astimezone(zone) - before.astimezone(zone) == timedelta(days=5)
    assert "The laboratory was closed." in letters_of("extend")[0].body
    assert [why for _at, why in queries.list_extensions(clarification)] == ["The laboratory was closed."]
    jobs.lapse(at=before + timedelta(hours=1))
    jobs.remind(at=due - timedelta(days=1))
    assert len(letters_of("remind")) == 2
    assert queries.get_clarification(clarification.id).state == ClarificationState.REQUESTED


def test_nothing_is_reminded_or_lapses_once_it_is_answered_or_taken_back(manager: Any) -> None:
    answered, cancelled = a_clarification(manager), a_clarification(manager)
    owner = owner_of(answered.application)
    clarifying.answer_clarification(answered, {"work_plan": "New"}, by=owner, at=AT)
    clarifying.cancel_clarification(cancelled, by=manager, at=AT)
    assert len(letters_of("cancel")) == 1
    jobs.remind(at=answered.due_at - timedelta(hours=1))
    jobs.lapse(at=answered.due_at + timedelta(days=1))
    assert letters_of("remind") == letters_of("lapse") == []


def test_only_the_office_amends_reminds_and_lapses(manager: Any) -> None:
    clarification = a_clarification(manager)
    owner = owner_of(clarification.application)
    with pytest.raises(NotPermitted):
        amending.amend_application(clarification.application, {}, person=owner, by=owner, at=AT)
    for step in (clarifying.remind_clarification, clarifying.lapse_clarification):
        with pytest.raises(NotPermitted):
            step(clarification, by=manager, at=AT)


def narrowed(plan: Any, call_code: str, question_code: str, **values: Any) -> Any:
    """The plan with other settings of one question of one call."""
    call = next(one for one in plan.calls if one.code == call_code)
    sections = tuple(
        replace(
            section,
            questions=tuple(replace(q, **values) if q.code == question_code else q for q in section.questions),
        )
        for section in call.form.sections
    )
    changed = replace(call, form=replace(call.form, sections=sections))
    return replace(plan, calls=tuple(changed if one is call else one for one in plan.calls))


def test_a_clarification_reads_by_the_form_that_was_submitted(manager: Any) -> None:
    """A question that is narrower since takes the answer that was true and sound when it was given."""
    application = a_submitted_application()
    plan = narrowed(plan_of(IN2_FILE.read_text(encoding="utf-8")), "2026-1", "work_plan", max_length=10)
    load_programme(plan, correction=Correction("2026-1", "Short."), by=OFFICE, at=AT)
    clarification = a_clarification(manager, files.get_application(application.id))
    given = {"work_plan": "We test twelve samples, and twelve more."}

    clarifying.answer_clarification(clarification, given, by=owner_of(application), at=AT)

    assert read_content(files.get_submission(application.id).content).answers["work_plan"] == given["work_plan"]
