"""Sessions, recorded votes and interviews."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.builders.evaluation import a_manager, an_eligible_application, an_evaluated_application
from tests.builders.experts import an_expert
from tests.builders.panels import a_panel, a_session
from tests.builders.programmes import IN2_FILE, a_programme, during_call
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.applications.actions.recusing import recuse
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.evaluation.actions.assignments import declare_conflict
from vouchers.evaluation.queries.assignments import get_assignment, list_submitted
from vouchers.experts.actions.own import declare_interests
from vouchers.experts.actions.register import reinstate_expert, suspend_expert
from vouchers.letters.models import Letter
from vouchers.panels import queries
from vouchers.panels.actions import interviewing, sessions, voting
from vouchers.panels.actions.interviewing import Slot
from vouchers.panels.jobs import remind_panels
from vouchers.panels.models import Interview
from vouchers.panels.states import Choice, InterviewState, PanelState, VoteKind, VoteState
from vouchers.users.models import User
from vouchers.users.states import Role

AT = during_call()
GREAT = {"novelty": "5", "benefit": "5", "partnership": "5"}


@pytest.fixture(autouse=True)
def _office(app):
    text = IN2_FILE.read_text(encoding="utf-8")
    assert "marking:\n" in text
    a_programme(text.replace("marking:\n", "marking:\n      panel: {quorum: 2, interviews: yes}\n"))


def seats_of(panel):
    """Everybody is there."""
    return [seat.id for seat in panel.sitting]


def people(panel):
    return [seat.user for seat in panel.sitting]


def item(panel, application):
    return queries.get_item(panel.id, application.id)


def letters(occasion):
    found = select(Letter).where(Letter.occasion == f"panels/{occasion}").order_by(Letter.id)
    return list(db.session.scalars(found))


def test_a_session_from_the_ranking_to_the_recommendation():
    good, better = an_evaluated_application(), an_evaluated_application(marks=GREAT)
    panel = a_session()
    assert panel.agenda == [better.id, good.id]
    chair, second, third = people(panel)
    vote = voting.propose_vote(item(panel, good), VoteKind.MOVE, "Rare disease.", 1, by=second, at=AT)
    with pytest.raises(RuleBroken, match="is open"):
        voting.propose_vote(item(panel, good), VoteKind.FUND, "x", by=third, at=AT)
    voting.cast_vote(queries.get_vote(vote.id), Choice.NO, by=second, at=AT)
    with pytest.raises(RuleBroken, match="1 members have voted, and 2 are needed"):
        voting.close_vote(queries.get_vote(vote.id), by=chair, at=AT)
    with pytest.raises(RuleBroken, match="still open"):
        sessions.end_session(panel, by=chair, at=AT)
    voting.cast_vote(queries.get_vote(vote.id), Choice.YES, by=second, at=AT)  # changed until it is closed
    voting.cast_vote(queries.get_vote(vote.id), Choice.YES, by=third, at=AT)
    count = voting.close_vote(queries.get_vote(vote.id), by=chair, at=AT)
    assert (count.yes, count.cast, queries.get_vote(vote.id).state) == (2, 2, VoteState.CARRIED)
    with pytest.raises(WrongState):
        voting.cast_vote(queries.get_vote(vote.id), Choice.NO, by=third, at=AT)
    sessions.end_session(panel, by=chair, at=AT)
    with pytest.raises(RuleBroken, match="minutes first"):
        sessions.approve_minutes(panel, by=chair, at=AT)
    sessions.write_minutes(panel, "We talked.", by=chair, at=AT)
    sessions.approve_minutes(panel, by=chair, at=AT)
    sessions.write_minutes(panel, "We talked long.", by=chair, at=AT)
    assert queries.get_panel(panel.id).approved_by_ids == []
    assert queries.map_recommendations(panel.call_id, panel.region_id) == {}
    for person in (chair, second):
        sessions.approve_minutes(queries.get_panel(panel.id), by=person, at=AT)
    assert queries.get_panel(panel.id).state == PanelState.CLOSED
    said = queries.map_recommendations(panel.call_id, panel.region_id)
    assert {key: one.recommendation.place for key, one in said.items()} == {good.id: 1, better.id: 2}


def test_a_recused_member_neither_sees_nor_votes(client):
    application, other = an_evaluated_application(), an_evaluated_application()
    tied = an_expert(at=AT, employer=application.organisation.name)
    chair, third = an_expert(at=AT), an_expert(at=AT)
    panel = a_session(members=[chair, tied, third])
    assert panel.seat_of(tied.user_id).recused_ids == {application.id, other.id}  # it applies in the same call
    with pytest.raises(NotPermitted, match="recused"):
        voting.propose_vote(item(panel, application), VoteKind.FUND, "x", by=tied.user, at=AT)
    vote = voting.propose_vote(item(panel, application), VoteKind.FUND, "x", by=third.user, at=AT)
    with pytest.raises(NotPermitted, match="recused"):
        voting.cast_vote(vote, Choice.YES, by=tied.user, at=AT)
    browser = signed_in(client, tied.user)
    assert application.reference not in browser.get(f"/panels/{panel.id}").text
    assert browser.get(f"/panels/{panel.id}/applications/{application.id}").status_code == 403
    voting.cast_vote(queries.get_vote(vote.id), Choice.YES, by=third.user, at=AT)
    sessions.recuse_member(panel, application.id, "A friend.", by=third.user, at=AT)
    assert queries.get_vote(vote.id).ballots == []
    with pytest.raises(NotPermitted):
        sessions.recuse_member(panel, application.id, "x", by=a_manager(), at=AT)


def test_staff_who_have_stepped_back_stay_out_of_the_panel_too():
    application = an_evaluated_application()
    member = a_member_of_staff(Role.CLUSTER_MANAGER, region="BE-WAL")
    recuse(application, "My sister.", by=member, at=AT)
    panel = a_panel()
    sessions.seat_member(panel, member.email, is_chair=False, by=a_manager(), at=AT)
    sessions.open_panel(panel, seats_of(panel), by=a_manager(), at=AT)
    assert queries.get_panel(panel.id).seat_of(member.id).recused_ids == {application.id}


def declares(application, at=AT):
    """One of the experts who marked it says later that there is a conflict."""
    first = get_assignment(list_submitted(application.id)[0].id)
    return first.expert, lambda: declare_conflict(first, "My sister.", by=first.expert.user, at=at)


def test_who_declared_a_conflict_is_recused_also_when_suspended_since():
    application, _other = an_evaluated_application(), an_evaluated_application(marks=GREAT)
    expert, declare = declares(application)
    declare()
    coordinator = a_member_of_staff(Role.COORDINATOR, region=None)
    suspend_expert(expert, "Careless.", by=coordinator, at=AT)
    panel = a_panel(members=[an_expert(at=AT), an_expert(at=AT)])
    reinstate_expert(expert, by=coordinator, at=AT)
    sessions.seat_member(panel, expert.user.email, is_chair=False, by=a_manager(), at=AT)
    suspend_expert(expert, "Again.", by=coordinator, at=AT)
    assert queries.find_recusals(panel, [application.id]).keys() == {expert.user_id}


def test_an_expert_who_is_suspended_during_the_session_neither_votes_nor_proposes_and_counts_no_more(client):
    application = an_evaluated_application()
    person, chair, third = (an_expert(at=AT) for _ in range(3))
    panel = a_session(members=[chair, person, third])
    vote = voting.propose_vote(item(panel, application), VoteKind.FUND, "x", by=person.user, at=AT)
    for one in (person, chair, third):
        voting.cast_vote(queries.get_vote(vote.id), Choice.YES, by=one.user, at=AT)

    suspend_expert(person, "Careless.", by=a_member_of_staff(Role.COORDINATOR, region=None), at=AT)

    with pytest.raises(NotPermitted):
        voting.cast_vote(queries.get_vote(vote.id), Choice.NO, by=person.user, at=AT)
    assert signed_in(client, person.user).get(f"/panels/{panel.id}/applications/{application.id}").status_code == 403
    assert voting.close_vote(queries.get_vote(vote.id), by=chair.user, at=AT).cast == 2
    with pytest.raises(NotPermitted):
        voting.propose_vote(item(panel, application), VoteKind.REFUSE, "y", by=person.user, at=AT)


def test_a_conflict_that_is_known_during_the_session_binds_at_once_and_strikes_the_vote(client):
    application = an_evaluated_application()
    person, chair = an_expert(at=AT), an_expert(at=AT)
    panel = a_session(members=[chair, person])
    vote = voting.propose_vote(item(panel, application), VoteKind.FUND, "x", by=person.user, at=AT)
    for one in (chair, person):
        voting.cast_vote(queries.get_vote(vote.id), Choice.YES, by=one.user, at=AT)
    assert voting.close_vote(queries.get_vote(vote.id), by=chair.user, at=AT).cast == 2
    assert queries.recommendations_of(queries.get_panel(panel.id))[application.id].verdict == VoteKind.FUND
    second = voting.propose_vote(item(panel, application), VoteKind.REFUSE, "y", by=person.user, at=AT)
    assert signed_in(client, person.user).get(f"/panels/{panel.id}/applications/{application.id}").status_code == 200
    declare_interests(person, "Shares.", [application.organisation.name], person.user.name, by=person.user, at=AT)
    with pytest.raises(NotPermitted, match="recused"):
        voting.cast_vote(second, Choice.NO, by=person.user, at=AT)
    voting.withdraw_vote(queries.get_vote(second.id), by=chair.user, at=AT)
    with pytest.raises(NotPermitted, match="recused"):
        voting.propose_vote(queries.Item(panel, application), VoteKind.FUND, "x", by=person.user, at=AT)
    browser = signed_in(client, person.user)
    assert browser.get(f"/panels/{panel.id}/applications/{application.id}").status_code == 403
    assert application.reference not in browser.get(f"/panels/{panel.id}").text
    sessions.end_session(queries.get_panel(panel.id), by=chair.user, at=AT)
    ended = queries.get_panel(panel.id)
    assert str(application.id) in ended.seat_of(person.user_id).recusals
    assert queries.recommendations_of(ended)[application.id].verdict is None  # the quorum needed the word


def test_who_sits_and_when_a_session_opens():
    manager = a_manager()
    with pytest.raises(RuleBroken, match="quorum of 2"):
        a_panel(quorum=1)
    panel = a_panel()
    assert len(letters("invite")) == 3
    for email in ("nobody@example.org", a_manager("NL-NB").email):
        with pytest.raises(RuleBroken, match="sit in a panel"):
            sessions.seat_member(panel, email, is_chair=False, by=manager, at=AT)
    with pytest.raises(RuleBroken, match="has a seat already"):
        sessions.seat_member(panel, people(panel)[1].email, is_chair=False, by=manager, at=AT)
    with pytest.raises(RuleBroken, match="No application"):
        sessions.open_panel(panel, seats_of(panel), by=manager, at=AT)
    an_evaluated_application()
    for seat in panel.sitting[1:]:
        sessions.unseat_member(panel, seat.id, by=manager, at=AT)
    with pytest.raises(RuleBroken, match="1 members are present, and 2 are needed"):
        sessions.open_panel(queries.get_panel(panel.id), seats_of(queries.get_panel(panel.id)), by=manager, at=AT)
    for act in (
        lambda one, **who: sessions.open_panel(one, seats_of(one), **who),
        lambda one, **who: sessions.cancel_panel(one, "x", **who),
    ):
        with pytest.raises(NotPermitted):
            act(queries.get_panel(panel.id), by=a_manager("NL-NB"), at=AT)
    sessions.cancel_panel(queries.get_panel(panel.id), "No time.", by=manager, at=AT)
    assert queries.get_panel(panel.id).state == PanelState.CANCELLED


def test_only_members_who_are_present_vote_and_a_proposal_can_be_withdrawn():
    application = an_evaluated_application()
    panel = a_session()
    chair, second, third = people(panel)
    keep = {seat.id for seat in panel.sitting if seat.user_id != third.id}
    sessions.note_presence(panel, keep, by=chair, at=AT)
    with pytest.raises(NotPermitted, match="who are present"):
        voting.propose_vote(item(panel, application), VoteKind.FUND, "x", by=third, at=AT)
    with pytest.raises(RuleBroken, match="from 1 to 1"):
        voting.propose_vote(item(panel, application), VoteKind.MOVE, "x", 2, by=second, at=AT)
    vote = voting.propose_vote(item(panel, application), VoteKind.REFUSE, "x", by=second, at=AT)
    with pytest.raises(NotPermitted):
        voting.withdraw_vote(queries.get_vote(vote.id), by=an_expert(at=AT).user, at=AT)
    voting.withdraw_vote(queries.get_vote(vote.id), by=second, at=AT)
    lost = voting.propose_vote(item(panel, application), VoteKind.REFUSE, "x", by=second, at=AT)
    for person in (chair, second):
        voting.cast_vote(queries.get_vote(lost.id), Choice.ABSTAIN, by=person, at=AT)
    voting.close_vote(queries.get_vote(lost.id), by=chair, at=AT)
    assert queries.get_vote(lost.id).state == VoteState.LOST


def an_interview(questions="What is new?"):
    application = an_evaluated_application()
    panel = a_panel()
    slot = Slot(AT + timedelta(days=4), 30, "Room 1", questions)
    made = interviewing.offer_interview(item(panel, application), slot, by=a_manager(), at=AT)
    return queries.get_interview(made.id)


def test_an_interview_is_moved_confirmed_answered_and_noted():
    talk = an_interview()
    owner = db.session.get(User, talk.application.started_by_id)
    assert "What is new?" in letters("interview")[0].body
    with pytest.raises(RuleBroken, match="invited already"):
        interviewing.offer_interview(
            item(talk.panel, talk.application), Slot(talk.starts_at, 30, "x"), by=a_manager(), at=AT
        )
    with pytest.raises(NotPermitted):
        interviewing.confirm_interview(talk, by=a_manager(), at=AT)
    interviewing.ask_to_move(talk, "On Monday.", by=owner, at=AT)
    assert letters("ask_move")[0].to_email == a_manager().email
    with pytest.raises(RuleBroken, match="still to come"):
        interviewing.move_interview(talk, Slot(AT, 30, "x"), by=a_manager(), at=AT)
    later = talk.starts_at + timedelta(days=1)
    interviewing.move_interview(talk, Slot(later, 30, "x", "Why?"), by=a_manager(), at=AT)
    interviewing.reply_interview(talk, "Because.", by=owner, at=AT)
    interviewing.confirm_interview(talk, by=owner, at=AT)
    with pytest.raises(RuleBroken, match="has begun"):
        interviewing.reply_interview(talk, "Late.", by=owner, at=later)
    with pytest.raises(RuleBroken, match="not begun yet"):
        interviewing.note_interview(talk, "Good.", by=a_manager(), at=AT)
    with pytest.raises(NotPermitted):
        interviewing.note_interview(talk, "Good.", by=owner, at=later)
    interviewing.note_interview(talk, "Good.", by=a_manager(), at=later)
    assert queries.get_interview(talk.id).state == InterviewState.HELD
    with pytest.raises(WrongState):
        interviewing.cancel_interview(talk, by=a_manager(), at=later)


def test_interviews_only_where_the_call_has_them_and_cancelled_with_a_letter():
    talk = an_interview()
    with pytest.raises(NotPermitted):
        interviewing.cancel_interview(talk, by=a_manager("NL-NB"), at=AT)
    interviewing.cancel_interview(talk, by=a_manager(), at=AT)
    assert len(letters("interview_cancelled")) == 1


def test_the_pages(client):
    application, panel = an_evaluated_application(), a_panel()
    desk, page = signed_in(client, a_manager()), f"/panels/{panel.id}"
    assert desk.post(f"{page}/open", data={"present": str(panel.sitting[0].id)}).status_code == 422, "no quorum"
    assert "are needed" in desk.post(f"{page}/open", data={}).text, "nobody is there before somebody says so"
    there = [str(seat.id) for seat in panel.sitting]
    assert desk.post(f"{page}/open", data={"present": there}).status_code == 303
    assert application.reference in desk.get(page).text
    asked = desk.get(f"{page}/end").text
    assert "1 application of the agenda was not put to the vote" in asked
    assert panel.sitting[0].user.name in asked
    assert queries.get_panel(panel.id).state == PanelState.IN_SESSION
    chair = signed_in(client, people(panel)[0])
    on = f"{page}/applications/{application.id}"
    assert chair.post(on, data={"kind": "fund", "reason": ""}).status_code == 422
    assert chair.post(on, data={"kind": "fund", "reason": "Good."}).status_code == 303
    (vote,) = queries.list_votes(panel.id)
    assert chair.post(f"/panels/votes/{vote.id}/cast", data={"choice": "yes"}).status_code == 303
    assert "are needed" in chair.post(f"/panels/votes/{vote.id}/close", follow_redirects=True).text
    soon = {"starts_at-day": "1", "starts_at-month": "5", "starts_at-year": "2020", "starts_at-time": "10:00"}
    slot = {**soon, "minutes": "30", "place": "Room", "questions": "Why?"}
    desk = signed_in(client, a_manager())
    assert desk.post(f"{on}/interview", data=slot).status_code == 422
    assert desk.post(f"{on}/interview", data={**slot, "starts_at-year": "2090"}).status_code == 303
    talk = db.session.scalars(select(Interview)).one()
    owner = signed_in(client, db.session.get(User, application.started_by_id))
    at = f"/panels/interviews/{talk.id}"
    assert "Confirm the time" in owner.get(at).text
    assert owner.post(f"{at}/reply", data={"reply": ""}).status_code == 422
    assert owner.post(f"{at}/confirm").status_code == 303
    own = f"/panels/applications/{application.id}/interview"
    assert own in owner.get(f"/applications/{application.id}").text
    assert owner.get(own).location == at
    assert signed_in(client, an_expert(at=AT).user).get(at).status_code == 403
    assert an_eligible_application().state.value == "eligible"


def test_before_a_session_opens_its_day_and_what_is_not_ready_are_said(client, clock):
    clock.stop(AT)
    an_evaluated_application(), an_eligible_application()
    panel = a_panel()
    desk, page = signed_in(client, a_manager()), f"/panels/{panel.id}"
    assert f'href="{page}/open"' in desk.get(page).text
    asked = desk.get(f"{page}/open").text
    assert "not for today" in asked
    assert "1 application is ready for the agenda." in asked
    assert "1 application is not ready yet." in asked
    assert queries.get_panel(panel.id).state == PanelState.PLANNED
    an_eligible_application("MG")
    clock.stop(panel.meets_at)
    asked = signed_in(client, a_manager(at=panel.meets_at)).get(f"{page}/open").text
    assert "not for today" not in asked
    assert "1 application is not ready yet." in asked, "experts do not mark this voucher: no panel waits for it"


def test_minutes_are_saved_while_they_are_written(client, clock):
    clock.stop(AT)
    an_evaluated_application()
    panel = a_session()
    desk = signed_in(client, a_manager())
    page = f"/panels/{panel.id}/minutes"
    assert f'data-autosave-url="{page}/autosave"' in desk.get(page).text
    version = str(queries.get_panel(panel.id).version)
    saved = desk.post(f"{page}/autosave", json={"minutes": "We met.", "version": version})
    assert (saved.status_code, queries.get_panel(panel.id).minutes) == (200, "We met.")
    again = desk.post(f"{page}/autosave", json={"minutes": "We met.", "version": saved.json["version"]})
    assert again.json["version"] == saved.json["version"]
    overtaken = desk.post(f"{page}/autosave", json={"minutes": "Other.", "version": version})
    assert (overtaken.status_code, queries.get_panel(panel.id).minutes) == (409, "We met.")
    assert desk.post(f"{page}/autosave", json={"minutes": 7}).status_code == 422


def test_members_are_reminded_of_the_minutes_until_they_approve():
    an_evaluated_application()
    panel = a_session()
    chair, second, third = people(panel)
    met = panel.meets_at
    sessions.end_session(panel, by=chair, at=AT)
    remind_panels(at=met + timedelta(days=2))
    assert letters("minutes") == []
    remind_panels(at=met + timedelta(days=3))
    assert [one.to_user_id for one in letters("minutes")] == [chair.id]
    assert "Write the minutes" in letters("minutes")[0].body
    sessions.write_minutes(panel, "We talked.", by=chair, at=AT)
    sessions.approve_minutes(queries.get_panel(panel.id), by=chair, at=AT)
    remind_panels(at=met + timedelta(days=9))
    for _twice in range(2):
        remind_panels(at=met + timedelta(days=10))
    assert [one.to_user_id for one in letters("minutes")[1:]] == [second.id, third.id]
    with pytest.raises(NotPermitted):
        sessions.remind_members(queries.get_panel(panel.id), by=chair, at=met + timedelta(days=30))
    sessions.approve_minutes(queries.get_panel(panel.id), by=second, at=AT)
    remind_panels(at=met + timedelta(days=30))
    assert len(letters("minutes")) == 3
