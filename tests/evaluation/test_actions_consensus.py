"""Experts agree on one sheet: opened, written, approved, objected to, written anew; what counts as the result."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.builders.evaluation import (
    a_consensus,
    a_decision,
    a_manager,
    a_marked_assignment,
    a_sheet,
    an_accepted_assignment,
    an_eligible_application,
    an_evaluated_application,
)
from tests.builders.experts import an_expert
from tests.builders.programmes import during_call, in2
from tests.builders.users import signed_in
from vouchers.applications.queries.files import get_application
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.decisions.letters import feedback_on
from vouchers.evaluation.actions import assignments, consensus
from vouchers.evaluation.jobs import remind_consensus
from vouchers.evaluation.queries.assignments import list_counting, list_submitted, map_results, map_results_of_call
from vouchers.evaluation.queries.consensus import find_consensus, get_consensus
from vouchers.evaluation.rules.agreeing import choose_rapporteur, label_of
from vouchers.evaluation.states import ConsensusState
from vouchers.letters.models import Letter
from vouchers.workflow.transition import OFFICE

AT = during_call()
HIGH = {"novelty": "5", "benefit": "5", "partnership": "5"}


@pytest.fixture(autouse=True)
def _office(app):
    in2()


def people_of(found):
    return {one.id: one.expert.user for one in found.parties}


def proposed(application, marks=HIGH):
    found = a_consensus(application)
    consensus.propose_consensus(found, a_sheet(marks), by=found.rapporteur.expert.user, at=AT)
    return get_consensus(found.id)


def agreed(application, marks=HIGH):
    found = proposed(application, marks)
    for assignment_id, person in people_of(found).items():
        if assignment_id != found.rapporteur_id:
            consensus.approve_consensus(get_consensus(found.id), found.draft, by=person, at=AT)
    return get_consensus(found.id)


def letters(occasion):
    return list(db.session.scalars(select(Letter).where(Letter.occasion == f"evaluation/{occasion}")))


def test_the_agreed_sheet_counts_and_the_single_ones_stay():
    application = an_evaluated_application()
    plan = application.call.plan.marking
    found = agreed(application)
    assert (found.state, find_consensus(application.id).id) == (ConsensusState.AGREED, found.id)
    now = get_application(application.id)
    assert (now.state, now.score) == (ApplicationState.EVALUATED, "22.5")
    for results in (map_results([now.id], plan), map_results_of_call(now.call_id, now.region_id, plan)):
        result, count = results[now.id]
        assert (result.total, count) == (15, 2)
    assert [one.marks["novelty"]["mark"] for one in list_counting(now.id)] == ["5"]
    assert [one.marks["novelty"]["mark"] for one in list_submitted(now.id)] == ["4", "4"]
    assert feedback_on(now).score == "22.5"


def test_until_all_approve_nothing_is_ranked():
    application = an_evaluated_application()
    found = proposed(application)
    assert get_application(application.id).state == ApplicationState.IN_EVALUATION
    with pytest.raises(NotPermitted):
        consensus.approve_consensus(found, found.draft, by=a_manager(), at=AT)
    rapporteur = found.rapporteur.expert.user
    with pytest.raises(RuleBroken, match="approved this draft already"):
        consensus.object_consensus(found, found.draft, "No.", by=rapporteur, at=AT)
    other = next(person for key, person in people_of(found).items() if key != found.rapporteur_id)
    with pytest.raises(RuleBroken, match="what should be changed"):
        consensus.object_consensus(found, found.draft, " ", by=other, at=AT)
    consensus.object_consensus(get_consensus(found.id), found.draft, "Too high.", by=other, at=AT)
    assert "Too high." in letters("consensus_object")[0].body
    again = get_consensus(found.id)
    consensus.propose_consensus(again, a_sheet(), by=rapporteur, at=AT)
    with pytest.raises(WrongState, match="Another draft"):
        consensus.approve_consensus(get_consensus(found.id), 1, by=other, at=AT)
    consensus.approve_consensus(get_consensus(found.id), 2, by=other, at=AT)
    assert get_application(application.id).score == "18"


def test_it_is_written_anew_when_an_expert_drops_out_by_conflict():
    application = an_evaluated_application()
    found = agreed(application)
    gone = found.rapporteur
    assignments.declare_conflict(gone, "My brother.", by=gone.expert.user, at=AT)
    now = get_consensus(found.id)
    assert (now.state, len(now.parties), now.rapporteur_id != gone.id) == (ConsensusState.DRAFTING, 1, True)
    assert get_application(application.id).state == ApplicationState.IN_EVALUATION
    with pytest.raises(NotPermitted):
        consensus.save_consensus(now, a_sheet(), by=gone.expert.user, at=AT)
    a_marked_assignment(get_application(application.id))
    assert len(get_consensus(found.id).party_ids) == 2
    assert letters("consensus_anew") != []


def test_nobody_is_added_to_experts_who_agree_on_one_sheet(client):
    application = an_evaluated_application()
    found = proposed(application)
    with pytest.raises(RuleBroken, match="agree on one sheet"):
        assignments.assign_expert(get_application(application.id), an_expert(at=AT), by=a_manager(), at=AT)
    assert get_consensus(found.id).state == ConsensusState.PROPOSED
    opened = signed_in(client, found.rapporteur.expert.user).get(
        f"/evaluation/assignments/{found.rapporteur_id}/marks/take-back"
    )
    assert opened.status_code == 303


def test_a_decision_is_not_touched_by_a_consensus_that_falls_apart():
    application = an_evaluated_application()
    found = agreed(application)
    a_decision(get_application(application.id))
    assignments.declare_conflict(found.rapporteur, "x", by=found.rapporteur.expert.user, at=AT)
    assert get_application(application.id).state == ApplicationState.AWARDED
    assert get_consensus(found.id).state == ConsensusState.AGREED


def test_who_may_ask_and_when():
    application = an_eligible_application()
    with pytest.raises(WrongState):
        consensus.open_consensus(application, 1, by=a_manager(), at=AT)
    one = a_marked_assignment(application)
    with pytest.raises(RuleBroken, match="At least two"):
        consensus.open_consensus(application, one.id, by=a_manager(), at=AT)
    a_marked_assignment(application)
    with pytest.raises(RuleBroken, match="who have submitted"):
        consensus.open_consensus(application, 4711, by=a_manager(), at=AT)
    with pytest.raises(NotPermitted):
        consensus.open_consensus(application, one.id, by=a_manager("NL-NB"), at=AT)
    found = a_consensus(application)
    with pytest.raises(RuleBroken, match="already"):
        consensus.open_consensus(application, one.id, by=a_manager(), at=AT)
    with pytest.raises(NotPermitted):
        consensus.end_consensus(found, "x", by=a_manager("NL-NB"), at=AT)
    other = next(key for key in people_of(found) if key != found.rapporteur_id)
    consensus.name_rapporteur(found, other, by=a_manager(), at=AT)
    assert get_consensus(found.id).rapporteur_id == other
    consensus.end_consensus(get_consensus(found.id), "They cannot agree.", by=a_manager(), at=AT)
    assert get_application(application.id).score == "18"


def test_reminders_go_to_whoever_is_asked_next():
    application = an_evaluated_application()
    found = a_consensus(application)
    remind_consensus(at=found.due_at - timedelta(hours=20))
    remind_consensus(at=found.due_at - timedelta(hours=19))
    (letter,) = letters("consensus_remind")
    assert letter.to_email == found.rapporteur.expert.user.email
    with pytest.raises(NotPermitted):
        consensus.remind_consensus(get_consensus(found.id), by=a_manager(), at=found.due_at)
    consensus.remind_consensus(get_consensus(found.id), by=OFFICE, at=found.due_at + timedelta(days=1))
    assert "overdue" in letters("consensus_remind")[-1].heading


def test_the_pages_name_nobody_to_the_experts(client):
    application = an_evaluated_application()
    found = a_consensus(application)
    page = f"/evaluation/consensus/{found.id}"
    writer, other = found.rapporteur.expert.user, None
    other = next(person for key, person in people_of(found).items() if key != found.rapporteur_id)
    mine = signed_in(client, writer)
    assert other.name not in mine.get(page).text
    assert "Consensus on" in mine.get("/evaluation/").text
    sheet = {f"mark-{code}": mark for code, mark in HIGH.items()} | {f"comment-{code}": "Good." for code in HIGH}
    saved = mine.post(f"{page}/autosave", json={"mark-novelty": "4.25", "version": str(found.version)})
    assert saved.status_code == 200
    assert "not everything" in saved.json["saved_at"]
    version = get_consensus(found.id).version
    bad = mine.post(f"{page}/draft", data={**sheet, "mark-novelty": "4.25", "version": version, "then": "propose"})
    assert bad.status_code == 422
    sent = {**sheet, "overall_comment": "Good.", "version": version, "then": "propose"}
    assert mine.post(f"{page}/draft", data=sent).status_code == 303
    theirs = signed_in(client, other)
    assert "Approve the consensus" in theirs.get(page).text
    assert theirs.post(f"{page}/object", data={"draft": "1", "reason": ""}).status_code == 422
    assert theirs.post(f"{page}/approve", data={"draft": "1"}).status_code == 303
    desk = signed_in(client, a_manager())
    assert other.name in desk.get(page).text
    stranger = an_accepted_assignment(an_eligible_application()).expert.user
    assert signed_in(client, stranger).get(page).status_code == 403


def test_labels_and_whose_turn_it_is():
    assert [label_of(number) for number in (0, 25, 26)] == ["A", "Z", "AA"]
    assert choose_rapporteur([(5, 1), (6, 2)], {1: 1}) == 6
    assert choose_rapporteur([(5, 1), (6, 2)], {}) == 5
