"""Two persons decide a list: proposed by one, confirmed by another, all of it or nothing; then its letters."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from tests.builders.applications import owner_of
from tests.builders.deciding import a_proposed_session, a_session, at_once, decide, in2_with
from tests.builders.evaluation import a_manager, an_eligible_application, an_evaluated_application
from tests.builders.experts import an_expert
from tests.builders.programmes import during_call
from tests.builders.users import a_member_of_staff
from vouchers.agreements.actions.ending import decline_award
from vouchers.applications.actions.recusing import lift_recusal, recuse
from vouchers.applications.actions.submitting import withdraw_application
from vouchers.applications.queries.files import get_application
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.core.money import EUR
from vouchers.decisions import jobs
from vouchers.decisions.actions import confirming, deciding, sessions, telling
from vouchers.decisions.models import Decision
from vouchers.decisions.queries.contests import find_decision
from vouchers.decisions.queries.sessions import (
    count_told,
    get_decision_session,
    list_overtaken,
    list_session_decisions,
)
from vouchers.decisions.rules import sessions as rules
from vouchers.decisions.rules.sessions import Condition, Proposed
from vouchers.decisions.states import SessionState
from vouchers.letters.models import Letter
from vouchers.users.actions.roles import revoke_role
from vouchers.users.queries import get_user
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

AT = during_call()
BEST, WEAK = {"novelty": "5", "benefit": "5", "partnership": "5"}, {"novelty": "2", "benefit": "4", "partnership": "4"}


@pytest.fixture
def office(app):
    return in2_with(10_000, two_persons=True)


def three():
    """One within the money, one beyond it, one below a threshold."""
    experts = [an_expert(), an_expert()]
    return [an_evaluated_application(experts=experts, marks=marks) for marks in (BEST, BEST | {"novelty": "4"}, WEAK)]


def coordinator():
    return a_member_of_staff(Role.COORDINATOR, "in2lifesciences")


def states(applications):
    return [get_application(one.id).state.value for one in applications]


def letters():
    return db.session.scalars(select(Letter.occasion).where(Letter.occasion.like("decisions/%"))).all()


def test_who_has_stepped_back_decides_nothing_in_a_session_and_sends_no_letter(office):
    found = three()
    manager, second, third = a_manager(), coordinator(), a_member_of_staff(Role.CLUSTER_MANAGER, region="BE-WAL")
    recusal = recuse(found[0], "My sister works there.", by=manager, at=AT)
    session = a_session(found[0])
    refused = f"{found[0].reference}: You have stepped back"
    with pytest.raises(RuleBroken, match=refused):
        sessions.propose_session(session, "", by=manager, at=AT)
    with pytest.raises(RuleBroken, match=refused):
        sessions.set_outcome(session, [found[0].id], Proposed.REJECT, "Weak.", by=manager, at=AT)
    sessions.set_outcome(session, [found[0].id], Proposed.WAIT, "", by=manager, at=AT)
    sessions.propose_session(session, "The others.", by=manager, at=AT)
    sessions.discard_session(session, by=manager, at=AT)
    lift_recusal(recusal, "She has left.", by=third, at=AT)
    session = a_proposed_session(found[0])
    recuse(found[0], "I know them.", by=third, at=AT)
    for press in (confirming.confirm_session, partial(sessions.send_back_session, answer="Why?")):
        with pytest.raises(RuleBroken, match=refused):
            press(session, by=third, at=AT)
    decide(session, second)
    with pytest.raises(RuleBroken, match=refused):
        telling.announce_session(get_decision_session(session.id), 3, by=third, at=AT)


def test_a_changed_ranking_is_taken_over_with_what_was_typed_before_it_is_proposed(office):
    first, second = an_eligible_application("MG"), an_eligible_application("MG")
    session = a_proposed_session(first)
    third = an_eligible_application("MG")
    sessions.send_back_session(session, "Look at the third.", by=coordinator(), at=AT)
    session = get_decision_session(session.id)
    typed = replace(session.lines[0], reason="As the board said.", conditions=(Condition("Show the offer.", None),))
    sessions.change_lines(session, [typed], by=a_manager(), at=AT)
    with pytest.raises(RuleBroken, match=f"has changed since this session was prepared.*{third.reference} is new"):
        sessions.propose_session(session, "", by=a_manager(), at=AT)
    sessions.take_ranking(session, by=a_manager(), at=AT)
    session = get_decision_session(session.id)
    assert [line.key for line in session.lines] == [first.id, second.id, third.id]
    assert session.lines[0] == typed
    sessions.propose_session(session, "", by=a_manager(), at=AT)


def test_a_condition_cannot_end_in_the_past(office):
    session = a_session(an_eligible_application("MG"))
    late = replace(session.lines[0], conditions=(Condition("Show the offer.", AT.date() - timedelta(days=2)),))
    with pytest.raises(RuleBroken, match="cannot lie in the past") as refused:
        sessions.change_lines(session, [late], by=a_manager(), at=AT)
    assert refused.value.field == "until_1"


def test_a_list_is_decided_by_two_persons_and_told_in_one_batch(office):
    found = three()
    session = a_proposed_session(found[0])
    assert [line.outcome for line in session.lines] == [Proposed.AWARD, Proposed.RESERVE, Proposed.REJECT]
    assert states(found) == ["evaluated"] * 3

    with pytest.raises(NotPermitted, match="somebody else"):
        confirming.confirm_session(session, by=a_manager(), at=AT)
    second = coordinator()
    decide(session, second)

    assert states(found) == ["awarded", "reserved", "rejected"]
    decision = find_decision(found[0].id)
    assert (decision.decided_by_id, decision.session_id, decision.amount) == (second.id, session.id, EUR("7000"))
    assert letters() == []
    told = get_application(found[0].id)
    assert (told.is_told, told.told_state.value) == (False, "being_decided")
    with pytest.raises(RuleBroken, match="3 letters"):
        telling.announce_session(session, 2, by=second, at=AT)
    telling.announce_session(get_decision_session(session.id), 3, by=second, at=AT)
    jobs.tell_session(session_id=session.id, at=AT)
    jobs.tell_session(session_id=session.id, at=AT)
    assert sorted(letters()) == ["decisions/award", "decisions/reject", "decisions/reserve"]
    assert get_application(found[0].id).is_told


def test_a_decision_that_was_overtaken_before_its_letter_is_told_by_nobody(office):
    found = three()
    session = decide(a_proposed_session(found[0]), coordinator())
    reserved = get_application(found[1].id)
    assert count_told(session.id) == (0, 3)
    second = a_session(reserved)
    sessions.set_outcome(second, {reserved.id}, Proposed.REJECT, "It has found other money.", by=a_manager(), at=AT)
    sessions.propose_session(second, "", by=a_manager(), at=AT)
    decide(get_decision_session(second.id), coordinator())
    assert states(found) == ["awarded", "rejected", "rejected"]
    assert count_told(session.id) == (0, 2)
    overtaken = [one for one in list_session_decisions(session.id) if one.application_id == reserved.id]
    assert list_overtaken(list_session_decisions(session.id)) == {overtaken[0].id}
    telling.announce_session(get_decision_session(session.id), 2, by=coordinator(), at=AT)
    jobs.tell_session(session_id=session.id, at=AT)
    assert not overtaken[0].is_told
    assert "decisions/reserve" not in letters()
    assert count_told(session.id) == (2, 2)


def test_nobody_decides_alone_in_such_a_call(office):
    application = an_eligible_application("MG")
    for alone in (
        lambda: deciding.award_decision(application, None, by=a_manager(), at=AT),
        lambda: deciding.reserve_decision(application, "Later.", by=a_manager(), at=AT),
        lambda: deciding.reject_decision(application, "No.", by=a_manager(), at=AT),
    ):
        with pytest.raises(NotPermitted, match="decision session"):
            alone()


def test_who_wrote_a_line_does_not_confirm_though_another_proposed(office):
    application = an_eligible_application("MG")
    session, other = a_session(application), a_member_of_staff(region="BE-WAL")
    sessions.propose_session(session, "", by=other, at=AT)
    with pytest.raises(NotPermitted, match="You wrote"):
        confirming.confirm_session(get_decision_session(session.id), by=a_manager(), at=AT)


def test_what_changed_since_the_proposal_is_said_and_nothing_is_decided(office):
    first, second = an_eligible_application("MG"), an_eligible_application("MG")
    session = a_proposed_session(first)
    withdraw_application(second, "No time.", by=owner_of(second), at=AT)
    with pytest.raises(RuleBroken, match=f"{second.reference} is not in the list any more"):
        confirming.confirm_session(session, by=coordinator(), at=AT)
    assert states([first]) == ["eligible"]
    sessions.send_back_session(session, "One has withdrawn.", by=coordinator(), at=AT)
    assert get_decision_session(session.id).state == SessionState.DRAFT


def test_an_award_that_passes_over_a_better_place_is_refused_when_it_is_proposed(office):
    found = three()
    session = a_session(found[0])
    lines = session.lines
    awarded = replace(lines[1], outcome=Proposed.AWARD, amount=EUR("7000"))
    sessions.change_lines(session, [replace(lines[0], outcome=Proposed.WAIT), awarded], by=a_manager(), at=AT)
    refused = f"{found[1].reference}: This passes over {found[0].reference}"
    with pytest.raises(RuleBroken, match=refused):
        sessions.propose_session(session, "", by=a_manager(), at=AT)
    rejected = replace(lines[0], outcome=Proposed.REJECT, amount=None, reason="The same work is paid elsewhere.")
    sessions.change_lines(session, [rejected], by=a_manager(), at=AT)
    sessions.propose_session(session, "", by=a_manager(), at=AT)
    decide(get_decision_session(session.id), coordinator())
    assert states(found) == ["rejected", "awarded", "rejected"]


def test_one_refusal_undoes_all_and_is_named(office, monkeypatch):
    found = three()
    session = a_proposed_session(found[0])

    def refuse(*_arguments, **_more):
        raise RuleBroken("Not this one.")

    monkeypatch.setattr(confirming, "reserve_within", refuse)
    stopped = decide(session, coordinator())
    assert f"{found[1].reference}: Not this one." in stopped.answer
    assert stopped.answer.startswith("Nothing was decided")
    assert states(found) == ["evaluated"] * 3
    assert db.session.scalar(select(func.count(Decision.id))) == 0
    assert (stopped.state, stopped.decided_by_id) == (SessionState.PROPOSED, None)


@pytest.fixture
def one_at_a_time(monkeypatch):
    monkeypatch.setattr(confirming, "AT_ONCE", 1)


def decided(session):
    return db.session.scalars(select(Decision.application_id).where(Decision.session_id == session.id)).all()


def test_a_worker_killed_on_the_way_is_followed_by_one_that_goes_on_behind_it(office, one_at_a_time, monkeypatch):
    found = three()
    session, second = a_proposed_session(found[0]), coordinator()
    confirming.confirm_session(session, by=second, at=AT)

    def killed(*_arguments, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(confirming, "reserve_within", killed)
        with pytest.raises(KeyboardInterrupt):
            jobs.decide_session(session_id=session.id, at=AT)
    assert states(found) == ["awarded", "evaluated", "evaluated"]
    assert get_decision_session(session.id).state == SessionState.DECIDING
    with pytest.raises(RuleBroken, match="another open session"):
        a_session(found[0])
    for _twice in range(2):
        jobs.decide_session(session_id=session.id, at=AT)
    assert states(found) == ["awarded", "reserved", "rejected"]
    assert decided(session) == [one.id for one in found]
    assert get_decision_session(session.id).state == SessionState.CONFIRMED


def test_what_changes_on_the_way_leaves_the_rest_undecided(office, one_at_a_time):
    found = three()
    session, second = a_proposed_session(found[0]), coordinator()
    confirming.confirm_session(session, by=second, at=AT)
    assert confirming.decide_some(session.id, by=OFFICE, at=AT)
    withdraw_application(found[1], "No time.", by=owner_of(found[1]), at=AT)
    jobs.decide_session(session_id=session.id, at=AT)
    stopped = get_decision_session(session.id)
    assert (stopped.state, decided(session)) == (SessionState.CONFIRMED, [found[0].id])
    assert stopped.answer.startswith("Decided: 1. The rest")
    assert f"{found[1].reference} is not in the list any more" in stopped.answer
    confirming.stop_session(session.id, "Again.", by=OFFICE, at=AT)
    assert get_decision_session(session.id).answer == stopped.answer


def test_a_confirmer_who_lost_the_role_decides_no_more(office):
    session, second = a_proposed_session(an_eligible_application("MG")), coordinator()
    confirming.confirm_session(session, by=second, at=AT)
    revoke_role(second.grants[0], by=a_member_of_staff(Role.ADMINISTRATOR), at=AT)
    jobs.decide_session(session_id=session.id, at=AT)
    stopped = get_decision_session(session.id)
    assert (stopped.state, decided(session)) == (SessionState.PROPOSED, [])
    assert "may do this" in stopped.answer


def test_a_person_cannot_do_what_only_the_job_does(office):
    session, second = a_proposed_session(an_eligible_application("MG")), coordinator()
    confirming.confirm_session(session, by=second, at=AT)
    with pytest.raises(NotPermitted):
        confirming.stop_session(session.id, "No.", by=second, at=AT)


def test_a_proposal_must_fit_the_money_and_say_why_it_rejects(office):
    found = [an_eligible_application("MG") for _number in range(2)]
    session = a_session(found[0])
    line = session.lines[0]
    with pytest.raises(RuleBroken, match="Say why"):
        sessions.change_lines(session, [replace(line, outcome=Proposed.REJECT)], by=a_manager(), at=AT)
    with pytest.raises(RuleBroken, match="At most"):
        sessions.change_lines(session, [replace(line, amount=EUR("9000"))], by=a_manager(), at=AT)
    reserved = replace(line, outcome=Proposed.RESERVE, conditions=(Condition("Show the lease."),))
    with pytest.raises(RuleBroken, match="goes with an award only"):
        sessions.change_lines(session, [reserved], by=a_manager(), at=AT)
    sessions.set_outcome(session, {one.id for one in found}, Proposed.WAIT, "", by=a_manager(), at=AT)
    with pytest.raises(RuleBroken, match="Nothing is decided"):
        sessions.propose_session(session, "", by=a_manager(), at=AT)


def test_a_session_says_why_a_place_within_the_money_goes_to_the_reserve_list(office):
    application = an_evaluated_application()
    session = a_session(application)
    sessions.set_outcome(session, {application.id}, Proposed.RESERVE, "", by=a_manager(), at=AT)
    with pytest.raises(RuleBroken, match=f"say why they go to the reserve list. {application.reference}"):
        sessions.propose_session(session, "", by=a_manager(), at=AT)
    sessions.set_outcome(session, {application.id}, Proposed.RESERVE, "Kept for Insight.", by=a_manager(), at=AT)
    sessions.propose_session(session, "", by=a_manager(), at=AT)
    decide(get_decision_session(session.id), coordinator())
    assert find_decision(application.id).basis["short_of"] is None


def test_two_managers_write_two_lines_of_a_session_and_neither_undoes_the_other(office):
    found = [an_eligible_application("MG") for _number in range(2)]
    session, seen = a_session(found[0]), {}
    seen = {line.key: rules.seen_line(line) for line in session.lines}
    first, second = ({line.key: line for line in session.lines}[one.id] for one in found)
    one, other = a_manager(), a_member_of_staff(Role.CLUSTER_MANAGER, region="BE-WAL", at=AT)

    sessions.change_lines(session, [replace(first, reason="One.")], seen=seen[first.key], by=one, at=AT)
    sessions.change_lines(session, [replace(second, reason="Other.")], seen=seen[second.key], by=other, at=AT)

    assert {line.key: line.reason for line in session.lines} == {first.key: "One.", second.key: "Other."}
    with pytest.raises(WrongState, match="Someone else changed this"):
        sessions.change_lines(session, [replace(first, reason="Late.")], seen=seen[first.key], by=one, at=AT)
    with pytest.raises(WrongState, match="You changed this in another window"):
        sessions.change_lines(session, [replace(first, reason="Late.")], seen=seen[first.key], by=other, at=AT)
    assert session.lines[0].reason == "One."


def test_several_lines_set_to_another_outcome_lose_the_conditions_of_their_award(office):
    session = a_session(an_eligible_application("MG"))
    awarded = replace(session.lines[0], conditions=(Condition("Show the lease."),))
    sessions.change_lines(session, [awarded], by=a_manager(), at=AT)
    sessions.set_outcome(session, {awarded.key}, Proposed.RESERVE, "", by=a_manager(), at=AT)
    assert session.lines[0].conditions == ()


def test_an_application_is_decided_by_one_open_session_only(office):
    application = an_eligible_application("MG")
    a_session(application)
    with pytest.raises(RuleBroken, match="another open session"):
        a_session(application)


def test_two_confirm_at_once_and_one_is_told_that_it_is_done(app, office):
    application = an_eligible_application("MG")
    session_id, people = a_proposed_session(application).id, [coordinator().id, coordinator().id]
    db.session.rollback()

    def confirm(person):
        return lambda: decide(get_decision_session(session_id), get_user(person))

    told = at_once(app, *[confirm(person) for person in people])
    assert sorted(one == "done" for one in told) == [False, True]
    assert db.session.scalar(select(func.count(Decision.id))) == 1


def test_a_withdrawal_during_the_confirmation_is_before_or_after_it_never_half(app, office):
    first, second = an_eligible_application("MG"), an_eligible_application("MG")
    session_id, person, owner = a_proposed_session(first).id, coordinator().id, owner_of(second).id
    numbers = first.id, second.id
    db.session.rollback()
    at_once(
        app,
        lambda: decide(get_decision_session(session_id), get_user(person)),
        lambda: withdraw_application(get_application(numbers[1]), "No.", by=get_user(owner), at=AT),
    )
    found = [get_application(number).state.value for number in numbers]
    assert found in (["awarded", "awarded"], ["eligible", "withdrawn"])


def test_an_award_is_not_declined_before_it_is_told(office):
    application = an_eligible_application("MG")
    decide(a_proposed_session(application), coordinator())
    with pytest.raises(WrongState, match="not decided yet"):
        decline_award(get_application(application.id), "No.", by=owner_of(application), at=AT)
