"""Conflicts of interest on record: found, cleared, confirmed, declared late; and staff who step back."""

import pytest
from sqlalchemy import event, select

from tests.builders.applications import a_submitted_application, owner_of
from tests.builders.evaluation import (
    a_decision,
    a_manager,
    an_accepted_assignment,
    an_assignment,
    an_eligible_application,
    an_evaluated_application,
)
from tests.builders.experts import an_expert
from tests.builders.programmes import during_call, in2
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.applications.actions.recusing import lift_recusal, recuse
from vouchers.applications.actions.submitting import withdraw_application
from vouchers.applications.queries.files import get_application
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken
from vouchers.eligibility.actions import state_ownership_statement
from vouchers.evaluation.actions import assignments as actions
from vouchers.evaluation.actions.checks import find_eligible
from vouchers.evaluation.actions.conflicts import clear_conflict, confirm_conflict
from vouchers.evaluation.models import ConflictFinding
from vouchers.evaluation.queries.assignments import get_assignment, list_submitted
from vouchers.evaluation.queries.conflicts import list_kept, look_at, map_hard_pairs
from vouchers.evaluation.states import AssignmentState, ConflictState
from vouchers.letters.models import Letter
from vouchers.users.models import User
from vouchers.users.states import Role

AT = during_call()


@pytest.fixture(autouse=True)
def _office(app):
    in2()


def kinds(application, expert):
    return {one.kind: one for one in look_at(application, expert).conflicts}


def letters(occasion):
    return list(db.session.scalars(select(Letter).where(Letter.occasion == occasion)))


def owns(application, *, part, name="Grande Holding NV"):
    """The applicant states who holds a part of it."""
    owner = db.session.get(User, application.started_by_id)
    figures = {"headcount": "9", "turnover": "900000", "balance": "900000"}
    content = {
        "nace": "",
        "firms": [
            {"code": "own", "name": application.organisation.name, "kind": "enterprise", "same_market": True},
            {"code": "f1", "name": name, "kind": "enterprise", "same_market": True},
        ],
        "holdings": [
            {"owner": "f1", "owned": "own", "capital": part, "voting": part, "is_exempt": False, "has_control": False}
        ],
        "years": [{"year": 2025, "counts_at_once": False, "figures": {"own": figures, "f1": figures}}],
    }
    state_ownership_statement(application.organisation, content, by=owner, at=AT)


def test_an_expert_of_a_linked_firm_is_barred_and_of_a_partner_enterprise_once_cleared():
    application = an_eligible_application()
    owns(application, part="60")
    linked = an_expert(at=AT, employer="grande holding")
    assert kinds(application, linked)["linked"].is_hard
    other = an_eligible_application()
    owns(other, part="30", name="Quarter Invest")
    partner = an_expert(at=AT, employer="Quarter Invest Ltd")
    conflict = kinds(other, partner)["partner_enterprise"]
    with pytest.raises(RuleBroken, match="before a manager has cleared"):
        an_assignment(other, partner)
    assert list_kept(other.id) == []  # refused: no trace
    for key, sentence in ((conflict.key, "Say why"), (("linked", "x"), "not found any more")):
        with pytest.raises(RuleBroken, match=sentence):
            clear_conflict(look_at(other, partner), key, " ", by=a_manager(), at=AT)
    with pytest.raises(NotPermitted):
        clear_conflict(look_at(other, partner), conflict.key, "x", by=a_manager("NL-NB"), at=AT)
    clear_conflict(look_at(other, partner), conflict.key, "Sold in May.", by=a_manager(), at=AT)
    assert an_assignment(other, partner).state == AssignmentState.ASSIGNED
    (kept,) = list_kept(other.id)
    assert (kept.state, kept.settled_by.name, kept.reason) == (ConflictState.CLEARED, a_manager().name, "Sold in May.")


def test_nobody_clears_a_hard_conflict():
    application, expert = an_eligible_application(), an_expert(at=AT, region="BE-WAL")
    key = kinds(application, expert)["own_region"].key
    with pytest.raises(NotPermitted, match="Nobody can clear"):
        clear_conflict(look_at(application, expert), key, "I know him.", by=a_manager(), at=AT)
    assert db.session.scalars(select(ConflictFinding)).all() == []


def test_roles_of_the_expert_in_the_same_call():
    application = an_eligible_application()
    contact = an_expert(at=AT, email="jan@freelab.example", employer="Freelance Jan")
    a_submitted_application("INS", answers={"provider_email": "JAN@freelab.example", "provider_name": "Jan's Lab"})
    assert kinds(application, contact)["provider_in_call"].is_hard
    employed = an_expert(at=AT, employer="jan's lab")
    assert kinds(application, employed)["provider_in_call"].is_hard
    rival = a_submitted_application("INS")
    competing = an_expert(at=AT, employer=rival.organisation.name)
    assert kinds(application, competing)["own_application"].is_hard
    assert "own_application" not in kinds(rival, competing)  # there it is the employer itself


def test_confirming_a_conflict_that_came_later_ends_the_task_and_the_marks():
    application = an_evaluated_application()
    first = list_submitted(application.id)[0]
    expert = get_assignment(first.id).expert
    a_submitted_application("INS", answers={"provider_email": expert.user.email, "provider_name": "Elsewhere"})
    key = kinds(application, expert)["provider_in_call"].key
    finding = confirm_conflict(look_at(application, expert), key, "It is.", by=a_manager(), at=AT)
    assert finding.state == ConflictState.CONFIRMED
    assert get_assignment(first.id).state == AssignmentState.CONFLICTED
    assert get_application(application.id).state == ApplicationState.IN_EVALUATION


def test_a_conflict_declared_while_marking_closes_every_door_at_once(client):
    application = an_eligible_application()
    assignment = an_accepted_assignment(application)
    browser = signed_in(client, assignment.expert.user)
    page = f"/evaluation/assignments/{assignment.id}"
    assert browser.get(f"{page}/marks").status_code == 200
    actions.declare_conflict(assignment, "My brother.", by=assignment.expert.user, at=AT)
    assert application.title not in browser.get(page).text
    assert browser.get(f"{page}/marks").status_code == 403
    assert browser.post(f"{page}/marks/autosave", json={"overall_comment": "x"}).status_code == 403
    (kept,) = list_kept(application.id)
    assert (kept.kind, kept.evidence) == ("declared", "My brother.")


def test_a_conflict_declared_after_the_decision_is_kept_and_the_manager_told():
    application = an_evaluated_application()
    a_decision(application)
    first = list_submitted(application.id)[0]
    actions.declare_conflict(first, "Since June.", by=get_assignment(first.id).expert.user, at=AT)
    assert get_application(application.id).state == ApplicationState.AWARDED
    (letter,) = letters("evaluation/conflict_after_decision")
    assert "The decision stands." in letter.body
    assert [one.kind for one in list_kept(application.id)] == ["declared"]


def test_hard_pairs_of_a_call_in_a_constant_number_of_queries():
    call = in2().call()
    application = an_eligible_application()
    free = an_expert(at=AT)
    same, near = an_expert(at=AT, employer=application.organisation.name), an_expert(at=AT, region="BE-WAL")

    def count():
        seen = []
        event.listen(db.engine, "before_cursor_execute", lambda *one: seen.append(one[2]))
        return map_hard_pairs(call), len(seen)

    pairs, before = count()
    assert set(pairs) == {(same.id, application.id), (near.id, application.id)}
    for number in range(3):
        other = an_eligible_application(region="NL-NB" if number else "BE-WAL")
        an_expert(at=AT, employer=f"Firm {number}")
    again, after = count()
    assert after <= before + 1
    assert (free.id, other.id) not in again
    assert (same.id, other.id) in again  # applies in the same call
    assert {application for _expert, application in map_hard_pairs(call, other.region)} <= {other.id, other.id - 1}


# Staff step back -----------------------------------------------------------------------------------------------------


def test_who_steps_back_takes_no_step_any_more_until_another_officer_lifts_it():
    application, manager = a_submitted_application(), a_manager()
    other = a_member_of_staff(Role.CLUSTER_MANAGER, region="BE-WAL")
    with pytest.raises(RuleBroken, match="Say why"):
        recuse(application, " ", by=manager, at=AT)
    with pytest.raises(NotPermitted):
        recuse(application, "x", by=a_manager("NL-NB"), at=AT)
    recusal = recuse(application, "My sister works there.", by=manager, at=AT)
    assert [letter.to_email for letter in letters("applications/recuse")] == [other.email]
    with pytest.raises(RuleBroken, match="before"):
        recuse(application, "Again.", by=manager, at=AT)
    with pytest.raises(NotPermitted, match="stepped back"):
        find_eligible(application, {}, by=manager, at=AT)
    find_eligible(application, {}, by=other, at=AT)
    with pytest.raises(NotPermitted, match="stepped back"):
        actions.assign_expert(application, an_expert(at=AT), by=manager, at=AT)
    with pytest.raises(NotPermitted, match="someone else must lift"):
        lift_recusal(recusal, "x", by=manager, at=AT)
    lift_recusal(recusal, "She has left.", by=other, at=AT)
    actions.assign_expert(application, an_expert(at=AT), by=manager, at=AT)


def test_the_pages_of_a_pair_and_of_stepping_back(client):
    application = an_eligible_application()
    expert = an_expert(at=AT, region="BE-WAL", name="Eva Near")
    desk = signed_in(client, a_manager())
    page = f"/evaluation/applications/{application.id}/experts/{expert.id}/conflicts"
    assert "The register of experts" in desk.get(page).text
    key = "own_region BE-WAL"
    for then, status in (("clear", 403), ("confirm", 303)):
        answer = desk.post(page, data={"finding": key, "reason": "Because.", "then": then})
        assert answer.status_code == status
    assert desk.post(page, data={"reason": ""}).status_code in (303, 422)
    own = f"/applications/{application.id}"
    assert "Step back from this application" in desk.get(own).text
    assert desk.post(f"{own}/step-back", data={"reason": ""}).status_code == 422
    assert desk.post(f"{own}/step-back", data={"reason": "My sister."}).status_code == 303
    assert "has stepped back" in desk.get(own).text


def test_what_an_expert_declared_is_shown_also_after_the_application_was_withdrawn(client):
    assignment = an_assignment(an_eligible_application())
    actions.declare_conflict(assignment, "My sister works there.", by=assignment.expert.user, at=AT)
    application = get_application(assignment.application_id)
    withdraw_application(application, "No.", by=owner_of(application), at=AT)
    signed_in(client, a_manager())
    page = client.get(f"/evaluation/applications/{application.id}/experts").text
    assert "My sister works there." in page.partition("Conflicts found")[2]
    pair = client.get(f"/evaluation/applications/{application.id}/experts/{assignment.expert_id}/conflicts").text
    assert "My sister works there." in pair
    assert "Nothing is found" not in pair
