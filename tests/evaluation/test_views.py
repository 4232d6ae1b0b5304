"""The pages of evaluation, as a browser without scripts sees them."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.builders.applications import a_complete_draft, a_submitted_application, owner_of
from tests.builders.counting import queries_of
from tests.builders.enquiries import a_clarification
from tests.builders.evaluation import (
    a_decision,
    a_manager,
    a_marked_assignment,
    an_accepted_assignment,
    an_assignment,
    an_eligible_application,
    an_evaluated_application,
)
from tests.builders.experts import an_expert
from tests.builders.programmes import during_call, in2
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from vouchers.applications.queries.files import get_application
from vouchers.applications.states import ApplicationState
from vouchers.decisions.actions.deciding import award_decision
from vouchers.eligibility.actions import sign_aid_declaration, state_ownership_statement
from vouchers.enquiries.actions.clarifying import answer_clarification, cancel_clarification
from vouchers.enquiries.queries import get_clarification
from vouchers.evaluation.actions.assignments import refuse_assignment
from vouchers.evaluation.queries.assignments import get_assignment, get_pinned_content, list_assignments
from vouchers.evaluation.queries.checks import list_findings
from vouchers.evaluation.queries.workload import map_held
from vouchers.evaluation.states import AssignmentState
from vouchers.experts.actions.own import note_absence
from vouchers.users.states import Role

AT = during_call()
MARKS = {
    "mark-novelty": "3.5",
    "comment-novelty": "New in its field.",
    "mark-benefit": "4",
    "comment-benefit": "Clear.",
    "mark-partnership": "5",
    "comment-partnership": "The right partner.",
    "overall_comment": "Good.",
}


LARGE = {
    "nace": "72.11",
    "firms": [{"code": "own", "name": "Own", "kind": "enterprise", "same_market": True}],
    "holdings": [],
    "years": [
        {
            "year": 2025,
            "counts_at_once": True,
            "figures": {"own": {"headcount": "300", "turnover": "90000000.00", "balance": "80000000.00"}},
        }
    ],
}


@pytest.fixture(autouse=True)
def _office(app, clock):
    in2()
    clock.stop(AT)


@pytest.fixture
def desk(client):
    """A browser in which the manager of Wallonia is signed in."""
    return signed_in(client, a_manager())


# The formal check ----------------------------------------------------------------------------------------------------


def test_check_shows_each_rule_with_its_evidence(desk):
    application = a_submitted_application()
    page = desk.get(f"/evaluation/applications/{application.id}/check")
    assert page.status_code == 200
    for words in ("12 people, turnover EUR 1,900,000.00", "Regulation (EU) 2023/2831", "Eligible", "Not eligible"):
        assert words in page.text


def test_check_finds_eligible_and_shows_the_closed_check(desk):
    application = a_submitted_application()
    path = f"/evaluation/applications/{application.id}/check"
    answer = desk.post(path, data={})
    assert answer.status_code == 303
    assert get_application(application.id).state == ApplicationState.ELIGIBLE
    page = desk.get(path).text
    assert "the applicant was told" in page
    assert "Choose experts" in page
    again = desk.post(path, data={"then": "ineligible"})
    assert again.status_code == 303
    assert "is closed" in desk.get(path).text
    assert get_application(application.id).state == ApplicationState.ELIGIBLE


def test_check_is_not_closed_while_the_applicant_is_asked_and_tells_the_version_read(desk, clock):
    clarification = a_clarification(a_manager())
    application = clarification.application
    path = f"/evaluation/applications/{application.id}/check"
    page = desk.get(path).text
    assert "the check cannot be closed" in page
    assert f"/clarifications/{clarification.id}" in page
    assert "Not eligible" not in page
    for then in ("", "ineligible"):
        answer = desk.post(path, data={"then": then, "outcome-sme": "not_met", "reason-sme": "x"} if then else {})
        assert answer.status_code == 422
        assert "Wait for the answer" in answer.text
    assert get_application(application.id).state == ApplicationState.SUBMITTED
    cancel_clarification(get_clarification(clarification.id), by=a_manager(), at=AT)
    assert desk.post(path, data={}).status_code == 303

    clock.forward(hours=1)
    later = a_clarification(a_manager(), get_application(application.id))
    assert "Waiting for the applicant" in desk.get(path).text
    answers = {"work_plan": "The partner measures 300 samples and writes a report."}
    answer_clarification(later, answers, by=owner_of(application), at=clock.now)
    page = desk.get(path).text
    assert "The findings were read on version 1 of the answers." in page
    assert "The answers are now version 2." in page


def test_check_keeps_what_was_typed_where_a_reason_is_missing(desk):
    application = a_submitted_application(answers={"headcount": "300"})
    path = f"/evaluation/applications/{application.id}/check"
    answer = desk.post(path, data={"outcome-sme": "met", "reason-cap": "a word on the cap"})
    assert answer.status_code == 422
    assert "Say why you decide otherwise" in answer.text
    assert 'href="#reason-sme"' in answer.text
    assert "a word on the cap" in answer.text
    assert list_findings(application.id) == []


def test_check_does_not_offer_to_overrule_a_limit_of_the_award(desk):
    first = an_eligible_application("MG")
    award_decision(first, None, "Board", by=a_manager(), at=AT)
    application = a_submitted_application("MG", owner=owner_of(first), organisation=first.organisation)
    path = f"/evaluation/applications/{application.id}/check"
    page = desk.get(path).text
    assert page.count("The award keeps this limit too") == 1
    select = page.split('name="outcome-per_sme"')[1].split("</select>")[0]
    assert 'value="met"' not in select
    answer = desk.post(path, data={"outcome-per_sme": "met", "reason-per_sme": "It ends."})
    assert answer.status_code == 422


def test_the_applicant_reads_before_submitting_which_limit_is_reached(client):
    first = an_eligible_application("MG")
    award_decision(first, None, "Board", by=a_manager(), at=AT)
    owner = owner_of(first)
    draft = a_complete_draft("MG", owner=owner, organisation=first.organisation)
    writer, path = signed_in(client, owner), f"/applications/{draft.id}/check"
    page = writer.get(path).text
    assert "Vouchers per company: running: 1 already, at most 1." in page
    assert "The office knows of EUR 500.00 of de minimis aid" in page
    assert "Submit the application" in page

    few = queries_of(lambda: writer.get(path))
    for _time in range(3):
        a_submitted_application("MG", owner=owner, organisation=first.organisation)
    assert queries_of(lambda: writer.get(path)) <= few
    other = a_complete_draft("MG")
    assert "stands in the way" not in signed_in(client, owner_of(other)).get(f"/applications/{other.id}/check").text


@pytest.mark.parametrize(("stated", "answers"), [(True, {}), (False, {"headcount": "300"})])
def test_the_applicant_reads_before_submitting_that_the_company_is_no_sme(client, stated, answers):
    draft = a_complete_draft("MG", answers=answers)
    owner = owner_of(draft)
    if stated:
        state_ownership_statement(draft.organisation, LARGE, by=owner, at=AT)
    writer = signed_in(client, owner)
    for path in (f"/applications/{draft.id}", f"/applications/{draft.id}/check"):
        page = writer.get(path).text
        assert "stands in the way of a voucher" in page
        assert "Small or medium-sized enterprise: " in page
    if stated:
        assert "gives no voucher" in writer.get(f"/organisations/{draft.organisation_id}/ownership").text


def test_the_applicant_reads_before_submitting_what_is_stated_twice_differently(client):
    draft = a_complete_draft("MG", answers={"headcount": "240", "de_minimis_received": "9000"})
    owner = owner_of(draft)
    small = LARGE["years"][0] | {"figures": {"own": {"headcount": "18", "turnover": "1900000", "balance": "700000"}}}
    state_ownership_statement(draft.organisation, LARGE | {"years": [small]}, by=owner, at=AT)
    content = {"members": ["own"], "entries": []}
    sign_aid_declaration(draft.organisation, content, signed_name=owner.name, by=owner, at=AT)

    page = signed_in(client, owner).get(f"/applications/{draft.id}/check").text
    assert "Your answers say 240 people, turnover EUR 1,900,000" in page
    assert "your statement of ownership says 18 people, turnover EUR 1,900,000, balance sheet EUR 700,000" in page
    assert "EUR 9,000.00 of de minimis aid was received; your signed declaration" in page
    assert "Submit the application" in page


def test_check_finds_ineligible(desk):
    application = a_submitted_application(answers={"headcount": "300"})
    path = f"/evaluation/applications/{application.id}/check"
    assert desk.post(path, data={"then": "ineligible"}).status_code == 303
    assert get_application(application.id).state == ApplicationState.INELIGIBLE
    assert "300 people work there" in desk.get(path).text


def test_check_refuses_an_outcome_that_is_not_offered(desk):
    application = a_submitted_application()
    answer = desk.post(f"/evaluation/applications/{application.id}/check", data={"outcome-sme": "perhaps"})
    assert answer.status_code == 422


def test_check_is_closed_to_others(client):
    application = a_submitted_application()
    path = f"/evaluation/applications/{application.id}/check"
    for person in (a_manager("NL-NB"), owner_of(application), an_expert(at=AT).user):
        assert signed_in(client, person).get(path).status_code == 403
    auditor = a_member_of_staff(Role.AUDITOR, "in2lifesciences", at=AT)
    page = signed_in(client, auditor).get(path)
    assert page.status_code == 200
    assert "Close the check" not in page.text
    assert client.post(path, data={}).status_code == 403
    assert get_application(application.id).state == ApplicationState.SUBMITTED


# Assigning -----------------------------------------------------------------------------------------------------------


def test_assign_shows_load_and_conflicts_and_assigns(desk):
    application = an_eligible_application()
    good = an_expert(name="Eva Independent", at=AT)
    an_expert(name="Otto Partner", employer="Universitair Laboratorium BV", at=AT)
    path = f"/evaluation/applications/{application.id}/experts"
    page = desk.get(path)
    assert page.status_code == 200
    assert "0 / 10" in page.text
    assert "The expert works for the partner" in page.text
    assert page.text.count('name="expert_id"') == 1
    assert desk.post(path, data={"expert_id": good.id, "days": "7"}).status_code == 303
    assert "Eva Independent is assigned" in desk.get(path).text
    (assignment,) = list_assignments(application.id)
    assert (assignment.due_at - AT).days == 7
    again = desk.post(path, data={"expert_id": good.id, "days": "7"})
    assert again.status_code == 422
    assert "has this application already" in again.text


def test_the_expert_and_the_manager_read_the_same_load_also_after_a_decision(client):
    expert = an_expert(at=AT)
    a_decision(an_evaluated_application(experts=[expert, an_expert(at=AT)]))
    waiting = an_accepted_assignment(an_eligible_application(), expert)
    foreign = an_accepted_assignment(an_eligible_application(region="NL-NB"), expert)
    own = signed_in(client, expert.user).get("/evaluation/").text
    path = f"/evaluation/applications/{waiting.application_id}/experts?q={expert.user.name}"
    desk = signed_in(client, a_manager()).get(path).text
    for page in (own, desk):
        assert "3 / 10" in page
        assert "those that are decided" in page
    assert map_held(expert.programme_code)[expert.id] == [(waiting.application.call.plan.title, 3)]
    for given in (waiting, foreign):
        refuse_assignment(given, "No time.", by=expert.user, at=AT)
    assert "/ 10" not in signed_in(client, expert.user).get("/evaluation/").text


def test_of_two_managers_who_assign_at_once_the_second_reads_who_was_assigned(desk):
    application = an_eligible_application()
    first, second = an_expert(name="Eva First", at=AT), an_expert(name="Otto Second", at=AT)
    path = f"/evaluation/applications/{application.id}/experts"
    assert 'name="beside" value="0"' in desk.get(path).text
    assert desk.post(path, data={"expert_id": first.id, "days": "7", "beside": "0"}).status_code == 303
    late = desk.post(path, data={"expert_id": second.id, "days": "7", "beside": "0"})
    assert late.status_code == 422
    assert "Eva First was assigned meanwhile" in late.text
    assert 'name="beside" value="1"' in late.text
    assert len(list_assignments(application.id)) == 1
    assert desk.post(path, data={"expert_id": second.id, "days": "7", "beside": "1"}).status_code == 303
    assert "It has the experts that it needs" in desk.get(path).text


def test_assign_says_before_choosing_what_stands_against_each_expert(desk):
    application, other = an_eligible_application(), an_eligible_application()
    away, full = an_expert(at=AT), an_expert(load_limit=1, at=AT)
    note_absence(away, AT.date(), AT.date() + timedelta(days=30), by=away.user, at=AT)
    an_assignment(other, full)
    refused = an_expert(at=AT)
    refuse_assignment(an_assignment(application, refused), "No time.", by=refused.user, at=AT)
    page = desk.get(f"/evaluation/applications/{application.id}/experts").text
    for words in ("This expert is away from", "which is the limit", "This expert has refused this application"):
        assert words in page
    assert 'name="expert_id"' not in page


def test_assign_refuses_a_hard_conflict_that_was_posted_by_hand(desk):
    application = an_eligible_application()
    expert = an_expert(employer="Universitair Laboratorium BV", at=AT)
    answer = desk.post(f"/evaluation/applications/{application.id}/experts", data={"expert_id": expert.id, "days": "7"})
    assert answer.status_code == 422
    assert "cannot be assigned" in answer.text


@pytest.mark.parametrize("data", [{}, {"expert_id": "x", "days": "7"}, {"expert_id": "1", "days": "0"}])
def test_assign_refuses_nonsense(desk, data):
    application = an_eligible_application()
    assert desk.post(f"/evaluation/applications/{application.id}/experts", data=data).status_code == 422


def test_assign_is_closed_to_another_region(client):
    application = an_eligible_application()
    other = signed_in(client, a_manager("NL-NB"))
    assert other.get(f"/evaluation/applications/{application.id}/experts").status_code == 403
    expert = an_expert(at=AT)
    data = {"expert_id": expert.id, "days": "7"}
    assert other.post(f"/evaluation/applications/{application.id}/experts", data=data).status_code == 403


def test_assign_says_so_where_the_voucher_is_decided_without_marks(desk):
    an_expert(at=AT)
    page = desk.get(f"/evaluation/applications/{an_eligible_application('MG').id}/experts")
    assert page.status_code == 200
    assert "decided without marks" in page.text
    assert "Who could mark it" not in page.text
    assert "Nobody yet" not in page.text


def test_remove_takes_a_task_back(desk):
    assignment = an_assignment(an_eligible_application())
    path = f"/evaluation/assignments/{assignment.id}/remove"
    assert desk.get(path).status_code == 200
    assert desk.post(path, data={}).status_code == 422
    assert desk.post(path, data={"reason": "Wrong person."}).status_code == 303
    assert get_assignment(assignment.id).state == AssignmentState.REMOVED
    assert desk.post(path, data={"reason": "Wrong person."}).status_code == 409


# The expert ----------------------------------------------------------------------------------------------------------


def test_nothing_of_the_application_is_open_before_the_declaration(client):
    application = an_eligible_application()
    assignment = an_assignment(application)
    browser = signed_in(client, assignment.expert.user)
    assert application.reference in browser.get("/evaluation/").text
    page = browser.get(f"/evaluation/assignments/{assignment.id}")
    assert page.status_code == 200
    for shown in (application.organisation.name, "Universitair Laboratorium", "A faster assay for sepsis"):
        assert shown in page.text
    for hidden in ("We test our assay", "jan@lab.example", "offer.pdf", "7,000"):
        assert hidden not in page.text
    for path in (
        f"/evaluation/assignments/{assignment.id}/marks",
        f"/evaluation/assignments/{assignment.id}/documents/1",
        f"/applications/{application.id}",
        f"/evaluation/applications/{application.id}/check",
        f"/evaluation/applications/{application.id}/experts",
        f"/decisions/applications/{application.id}",
    ):
        assert browser.get(path).status_code == 403, path
    assert browser.post(f"/evaluation/assignments/{assignment.id}/marks", data=MARKS).status_code == 403
    assert browser.post(f"/evaluation/assignments/{assignment.id}/marks/submit", data=MARKS).status_code == 403


def test_declare_no_conflict_opens_what_experts_may_see_and_no_more(client):
    assignment = an_assignment(an_eligible_application())
    path = f"/evaluation/assignments/{assignment.id}"
    browser = signed_in(client, assignment.expert.user)
    missing = browser.post(f"{path}/no-conflict", data={})
    assert missing.status_code == 422
    assert "Tick the box if you have no conflict" in missing.text
    assert browser.post(f"{path}/no-conflict", data={"declared": "yes"}).status_code == 303
    assert browser.post(f"{path}/no-conflict", data={"declared": "yes"}).status_code == 303
    page = browser.get(path).text
    assert "We test our assay on samples of the partner." in page
    for hidden in ("Turnover of the last year", "1,900,000", "de minimis"):
        assert hidden not in page
    content = get_pinned_content(get_assignment(assignment.id))
    document = browser.get(f"{path}/documents/{content.documents[0].id}")
    assert document.status_code == 200
    assert document.headers["Content-Disposition"].startswith("attachment")


def test_a_document_of_another_application_is_not_found(client):
    other = an_eligible_application()
    foreign = an_accepted_assignment(other)
    foreign_document = get_pinned_content(foreign).documents[0].id
    mine = an_accepted_assignment(an_eligible_application())
    browser = signed_in(client, mine.expert.user)
    assert browser.get(f"/evaluation/assignments/{mine.id}/documents/{foreign_document}").status_code == 404
    assert browser.get(f"/evaluation/assignments/{foreign.id}/documents/{foreign_document}").status_code == 403


@pytest.mark.parametrize("path", ["", "/marks", "/conflict", "/refuse", "/documents/1"])
def test_another_experts_pages_are_closed(client, path):
    application = an_eligible_application()
    theirs, mine = an_accepted_assignment(application), an_accepted_assignment(application)
    browser = signed_in(client, mine.expert.user)
    assert browser.get(f"/evaluation/assignments/{theirs.id}{path}").status_code == 403


def test_an_expert_never_sees_anothers_marks(client):
    application = an_eligible_application()
    a_marked_assignment(application, marks={"novelty": "0.5", "benefit": "4", "partnership": "4"})
    mine = an_accepted_assignment(application)
    browser = signed_in(client, mine.expert.user)
    for path in ("", "/marks"):
        page = browser.get(f"/evaluation/assignments/{mine.id}{path}").text
        assert "Well founded." not in page
        assert "0.5" not in page


def test_declare_conflict_ends_access_at_once(client):
    assignment = an_accepted_assignment(an_eligible_application())
    path = f"/evaluation/assignments/{assignment.id}"
    browser = signed_in(client, assignment.expert.user)
    assert browser.get(f"{path}/conflict").status_code == 200
    assert browser.post(f"{path}/conflict", data={"reason": ""}).status_code == 422
    assert browser.post(f"{path}/conflict", data={"reason": "My sister works there."}).status_code == 303
    page = browser.get(path)
    assert page.status_code == 200
    assert "We test our assay" not in page.text
    assert "closed to you" in page.text
    assert browser.get(f"{path}/marks").status_code == 403
    assert browser.post(f"{path}/conflict", data={"reason": "again"}).status_code == 409


def test_refuse_gives_the_task_back(client):
    assignment = an_assignment(an_eligible_application())
    path = f"/evaluation/assignments/{assignment.id}/refuse"
    browser = signed_in(client, assignment.expert.user)
    assert browser.get(path).status_code == 200
    assert browser.post(path, data={"reason": "No time."}).status_code == 303
    assert get_assignment(assignment.id).state == AssignmentState.REFUSED


# The score sheet -----------------------------------------------------------------------------------------------------


@pytest.fixture
def sheet(client):
    """(browser of the expert, address of the sheet, id of the assignment)"""
    assignment = an_accepted_assignment(an_eligible_application())
    signed_in(client, assignment.expert.user)
    return client, f"/evaluation/assignments/{assignment.id}/marks", assignment.id


def test_save_marks_keeps_what_is_incomplete(sheet):
    browser, path, assignment_id = sheet
    page = browser.get(path)
    assert page.status_code == 200
    assert "At least 2.5 is needed." in page.text
    answer = browser.post(path, data={"mark-novelty": "3,5", "comment-benefit": "half a thought"})
    assert answer.status_code == 303
    kept = get_assignment(assignment_id)
    assert kept.state == AssignmentState.ACCEPTED
    assert kept.marks["novelty"]["mark"] == "3.5"
    again = browser.get(path).text
    assert 'value="3.5"' in again
    assert "half a thought" in again


def test_save_marks_refuses_4_25_and_keeps_the_rest(sheet):
    browser, path, assignment_id = sheet
    answer = browser.post(path, data=MARKS | {"mark-novelty": "4.25"})
    assert answer.status_code == 422
    assert "from 0 to 5 in half points" in answer.text
    assert 'value="4.25"' in answer.text
    kept = get_assignment(assignment_id)
    assert kept.marks["novelty"] == {"mark": None, "comment": "New in its field."}
    assert kept.marks["benefit"]["mark"] == "4"


def test_a_mark_that_is_refused_leaves_the_saved_one(sheet):
    browser, path, assignment_id = sheet
    assert browser.post(path, data=MARKS | {"mark-novelty": "3"}).status_code == 303
    version = str(get_assignment(assignment_id).version)
    assert browser.post(path, data=MARKS | {"mark-novelty": "4.25", "version": version}).status_code == 422
    assert get_assignment(assignment_id).marks["novelty"]["mark"] == "3"
    assert 'value="3"' in browser.get(path).text


def test_submit_marks_needs_everything(sheet):
    browser, path, assignment_id = sheet
    answer = browser.post(f"{path}/submit", data=MARKS | {"comment-benefit": ""})
    assert answer.status_code == 422
    assert 'href="#comment-benefit"' in answer.text
    assert "New in its field." in answer.text
    assert get_assignment(assignment_id).state == AssignmentState.ACCEPTED
    wrong = browser.post(f"{path}/submit", data=MARKS | {"mark-benefit": "4.25"})
    assert wrong.status_code == 422
    assert "half points" in wrong.text


def test_submit_marks_says_all_that_lacks_at_once_and_of_which_criterion(sheet):
    browser, path, assignment_id = sheet
    typed = {"mark-novelty": "4.25", "comment-novelty": "", "mark-benefit": "", "comment-benefit": "It helps."}
    answer = browser.post(f"{path}/submit", data=typed)
    summary = answer.text.partition("govuk-error-summary")[2].partition("</ul>")[0]
    fields = re.findall(r'href="#([\w-]+)"', summary)
    assert fields == [
        "mark-novelty", "comment-novelty", "mark-benefit", "mark-partnership", "comment-partnership", "overall_comment",
    ]  # fmt: skip
    assert "“What is new”: a mark is from 0 to 5 in half points" in summary
    assert get_assignment(assignment_id).state == AssignmentState.ACCEPTED


def test_a_sheet_comes_back_after_signing_in_wherever_it_was_posted(sheet):
    browser, path, assignment_id = sheet
    expert = get_assignment(assignment_id).expert.user
    visitor = browser.application.test_client()
    door = visitor.post(f"{path}/submit", data=MARKS)
    assert door.status_code == 303
    assert "What you typed is kept" in visitor.get(door.location).text
    back = parse_qs(urlsplit(door.location).query)["next"][0]
    assert back.startswith(f"{path}?held=")
    page = signed_in(visitor, expert).get(back).text
    assert "New in its field." in page
    assert 'value="3.5"' in page


def test_submit_marks_once(sheet):
    browser, path, assignment_id = sheet
    assert browser.post(f"{path}/submit", data=MARKS).status_code == 303
    assert get_assignment(assignment_id).state == AssignmentState.SUBMITTED
    again = browser.post(f"{path}/submit", data=MARKS)
    assert again.status_code == 303
    page = browser.get(path).text
    assert "You submitted these marks" in page
    assert "New in its field." in page
    late = browser.post(path, data=MARKS | {"mark-novelty": "0"})
    assert late.status_code == 303
    assert get_assignment(assignment_id).marks["novelty"]["mark"] == "3.5"


def test_the_sheet_is_saved_while_it_is_filled_in(sheet):
    browser, path, assignment_id = sheet
    page = browser.get(path).text
    assert f'data-autosave-url="{path}/autosave"' in page
    assert "Save the draft" in page
    version = get_assignment(assignment_id).version
    first = browser.post(f"{path}/autosave", json={"mark-novelty": "3,5", "version": version})
    assert first.status_code == 200
    assert get_assignment(assignment_id).marks["novelty"]["mark"] == "3.5"

    typed = {"mark-novelty": "3.", "mark-benefit": "9", "comment-novelty": "New.", "version": first.json["version"]}
    second = browser.post(f"{path}/autosave", json=typed)
    assert second.status_code == 200
    assert "but not everything" in second.json["saved_at"]
    kept = get_assignment(assignment_id)
    assert kept.marks["novelty"] == {"mark": "3", "comment": "New."}
    assert kept.marks["benefit"]["mark"] is None
    assert kept.state == AssignmentState.ACCEPTED

    stale = browser.post(f"{path}/autosave", json={"comment-novelty": "Old.", "version": version})
    assert stale.status_code == 409
    too_long = {"overall_comment": "x" * 3001, "version": second.json["version"]}
    assert browser.post(f"{path}/autosave", json=too_long).status_code == 422
    assert browser.post(f"{path}/autosave", json=[]).status_code == 400

    browser.post(f"{path}/submit", data=MARKS | {"version": second.json["version"]})
    late = browser.post(f"{path}/autosave", json={"comment-novelty": "Late."})
    assert late.status_code == 409
    assert get_assignment(assignment_id).marks["novelty"]["comment"] == "New in its field."


def test_an_old_window_does_not_overwrite(sheet):
    browser, path, assignment_id = sheet
    version = get_assignment(assignment_id).version
    browser.post(path, data=MARKS | {"version": version})
    twice = browser.post(path, data=MARKS | {"version": version})
    assert twice.status_code == 303
    other = browser.post(path, data=MARKS | {"version": version, "mark-novelty": "0"})
    assert other.status_code == 409


def test_mine_is_for_experts(client):
    assert signed_in(client, an_applicant()).get("/evaluation/").status_code == 403
    assert signed_in(client, a_manager()).get("/evaluation/").status_code == 403
    assert client.get("/evaluation/assignments/999999").status_code == 404


def test_the_managers_list_keeps_its_count_of_queries(desk):
    application = an_evaluated_application()
    path = f"/evaluation/applications/{an_eligible_application().id}/experts"
    for _number in range(2):
        an_expert(at=AT)
    few = queries_of(lambda: desk.get(path))
    for _number in range(8):
        an_expert(at=AT)
    assert queries_of(lambda: desk.get(path)) == few
    assert desk.get(f"/evaluation/applications/{application.id}/experts").status_code == 200
