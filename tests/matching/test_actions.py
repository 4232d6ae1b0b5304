"""Proposals from the question to the assignments, with everything that may come between."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.builders.deciding import at_once
from tests.builders.evaluation import a_manager, an_accepted_assignment, an_assignment, an_eligible_application
from tests.builders.experts import an_expert
from tests.builders.matching import a_reckoned_run, an_asked_run
from tests.builders.programmes import during_call, in2
from tests.builders.users import a_member_of_staff
from vouchers.applications.queries.files import get_application
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.evaluation.actions.assignments import assign_expert, refuse_assignment
from vouchers.evaluation.actions.conflicts import clear_conflict
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.queries.assignments import list_assignments
from vouchers.evaluation.queries.conflicts import look_at
from vouchers.experts.actions.register import suspend_expert
from vouchers.experts.queries import get_expert
from vouchers.matching import jobs
from vouchers.matching.actions import giving, reckoning, wishing
from vouchers.matching.lifecycle import BID, MATCHING_RUN, WISH
from vouchers.matching.models import MatchingPair
from vouchers.matching.queries.gathering import gather_inputs
from vouchers.matching.queries.runs import count_pairs, find_wish, get_run, map_bids
from vouchers.matching.states import BidAnswer, PairState, RunState
from vouchers.users.queries import get_user
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

AT = during_call()
DUE = AT + timedelta(days=14)


@pytest.fixture(autouse=True)
def _office(app, clock):
    in2()
    clock.stop(AT)


def pairs_of(run):
    found = select(MatchingPair.application_id, MatchingPair.expert_id).where(MatchingPair.run_id == run.id)
    return {tuple(row) for row in db.session.execute(found)}


def given_to(application):
    return {one.expert_id for one in list_assignments(application.id) if one.state != "refused"}


def test_proposal_fills_what_is_missing_and_confirming_assigns_it_through_the_one_action():
    first, second = an_eligible_application(), an_eligible_application()
    experts = [an_expert() for _number in range(4)]
    an_accepted_assignment(first, experts[0])
    run = a_reckoned_run()
    wanted = first.instrument.plan.experts_per_application
    assert run.state == RunState.PROPOSED
    assert len(pairs_of(run)) == 2 * wanted - 1
    assert (first.id, experts[0].id) not in pairs_of(run)
    assert run.figures["best_total"] == run.figures["bound"]
    assert run.fingerprint == gather_inputs(run).fingerprint

    giving.confirm_run(run, DUE, by=a_manager(), at=AT)
    jobs.give(run.id, at=AT)
    run = get_run(run.id)
    assert run.state == RunState.CONFIRMED
    assert count_pairs(run.id) == {PairState.GIVEN: 2 * wanted - 1}
    for application in (first, second):
        assert len(given_to(application)) == wanted
    assert {one.due_at for one in list_assignments(second.id)} == {DUE}
    assert gather_inputs(run).cases == ()
    jobs.give(run.id, at=AT)  # a second worker finds nothing to do
    assert len(given_to(first)) == wanted


def test_what_became_impossible_is_named_and_the_rest_stands():
    application = an_eligible_application()
    wanted = application.instrument.plan.experts_per_application
    experts = [an_expert() for _number in range(wanted)]
    run = a_reckoned_run()
    suspend_expert(experts[0], "Away.", by=a_manager(), at=AT)
    if wanted > 1:
        wishing.answer_bid(application, experts[1], BidAnswer.CONFLICT, by=experts[1].user, at=AT)
    assert gather_inputs(run).fingerprint != run.fingerprint
    giving.confirm_run(get_run(run.id), DUE, by=a_manager(), at=AT)
    jobs.give(run.id, at=AT)
    found = db.session.scalars(select(MatchingPair).where(MatchingPair.run_id == run.id)).all()
    refused = {pair.expert_id: pair.refusal for pair in found if pair.state == PairState.REFUSED}
    assert refused[experts[0].id] == "This expert is not admitted in this programme."
    assert len(given_to(application)) == max(0, wanted - 2)
    assert get_run(run.id).state == RunState.CONFIRMED


def test_a_worker_that_dies_between_assigning_and_noting_is_followed_by_one_that_finds_it_done(monkeypatch):
    application = an_eligible_application()
    wanted = application.instrument.plan.experts_per_application
    for _number in range(wanted):
        an_expert()
    run = a_reckoned_run()
    giving.confirm_run(run, DUE, by=a_manager(), at=AT)

    def die(*_args, **_values):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(giving, "note_given", die)
        with pytest.raises(KeyboardInterrupt):
            jobs.give(run.id, at=AT)
    assert count_pairs(run.id) == {PairState.PROPOSED: wanted}
    jobs.give(run.id, at=AT)
    assert count_pairs(run.id) == {PairState.GIVEN: wanted}
    assert db.session.scalar(select(func.count(Assignment.id))) == wanted


def test_a_worker_that_dies_while_it_reckons_is_followed_by_one_that_begins_anew(monkeypatch):
    from vouchers.matching.rules import proposing

    an_eligible_application()
    for _number in range(3):
        an_expert()
    run = an_asked_run()
    whole = proposing.propose

    def killed(inputs, tell):
        tell("solve", 1)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(proposing, "propose", killed)
        with pytest.raises(KeyboardInterrupt):
            jobs.propose(run.id, at=AT)
    run = get_run(run.id)
    assert (run.state, run.stage, run.attempt) == (RunState.RUNNING, "solve", 1)
    assert pairs_of(run) == set()

    def overtaken(inputs, tell):  # a slow worker: another one begins and ends meanwhile
        monkeypatch.setattr(proposing, "propose", whole)
        jobs.propose(run.id, at=AT)
        return whole(inputs)

    monkeypatch.setattr(proposing, "propose", overtaken)
    jobs.propose(run.id, at=AT)
    run = get_run(run.id)
    assert (run.state, run.attempt) == (RunState.PROPOSED, 3)
    kept = pairs_of(run)
    assert kept
    jobs.propose(run.id, at=AT)
    assert pairs_of(run) == kept


def test_cancelling_is_heeded_at_the_next_look(monkeypatch):
    from vouchers.matching.rules import proposing

    an_eligible_application()
    an_expert()
    run = an_asked_run()
    passed = []

    def cancelled(inputs, tell):
        tell("weigh", 1)
        reckoning.cancel_run(get_run(run.id), by=a_manager(), at=AT)
        tell("weigh", 2)
        passed.append("went on")

    monkeypatch.setattr(proposing, "propose", cancelled)
    jobs.propose(run.id, at=AT)
    assert passed == []
    assert get_run(run.id).state == RunState.CANCELLED
    jobs.propose(run.id, at=AT)
    assert get_run(run.id).state == RunState.CANCELLED


def test_asking_twice_lets_one_win_and_a_new_proposal_takes_the_place_of_the_old_one():
    an_eligible_application()
    for _number in range(3):
        an_expert()
    run = an_asked_run()
    other = a_member_of_staff(Role.CLUSTER_MANAGER, "in2lifesciences", "BE-WAL")
    with pytest.raises(RuleBroken, match="asked for this before you"):
        an_asked_run(by=other)
    coordinator = a_member_of_staff(Role.COORDINATOR, "in2lifesciences")
    with pytest.raises(RuleBroken, match="asked for this before you"):
        reckoning.ask_run(in2().call(), None, reckoning.Terms(), by=coordinator, at=AT)
    jobs.propose(run.id, at=AT)
    impossible = reckoning.ask_run(in2().call(), in2().region("BE-WAL"), reckoning.Terms(each=9), by=other, at=AT)
    jobs.propose(impossible.id, at=AT)
    assert get_run(impossible.id).state == RunState.IMPOSSIBLE
    assert get_run(run.id).state == RunState.PROPOSED, "nothing better was found, so it stands"
    newer = an_asked_run(by=other)
    assert get_run(run.id).state == RunState.PROPOSED
    jobs.propose(newer.id, at=AT)
    assert get_run(newer.id).state == RunState.PROPOSED
    assert {get_run(one.id).state for one in (run, impossible)} == {RunState.DISCARDED}
    with pytest.raises(WrongState):
        giving.confirm_run(get_run(run.id), DUE, by=other, at=AT)
    assert get_run(newer.id).state == RunState.PROPOSED


def test_all_regions_are_a_coordinators_question_and_each_manager_confirms_the_own_part():
    here, there = an_eligible_application(region="BE-WAL"), an_eligible_application(region="NL-NB")
    for _number in range(3):
        an_expert()
    coordinator = a_member_of_staff(Role.COORDINATOR, "in2lifesciences")
    with pytest.raises(NotPermitted):
        reckoning.ask_run(in2().call(), None, reckoning.Terms(), by=a_manager(), at=AT)
    run = reckoning.ask_run(in2().call(), None, reckoning.Terms(), by=coordinator, at=AT)
    jobs.propose(run.id, at=AT)
    with pytest.raises(NotPermitted):
        giving.confirm_run(get_run(run.id), DUE, by=coordinator, at=AT)
    giving.confirm_run(get_run(run.id), DUE, by=a_manager("BE-WAL"), at=AT)
    jobs.give(run.id, at=AT)
    assert get_run(run.id).state == RunState.PROPOSED
    assert given_to(here)
    assert not given_to(there)
    with pytest.raises(RuleBroken, match="waits in your region"):
        giving.confirm_run(get_run(run.id), DUE, by=a_manager("BE-WAL"), at=AT)
    stale = get_run(run.id)
    giving.confirm_run(stale, DUE, by=a_manager("NL-NB"), at=AT)
    with pytest.raises(WrongState):  # asked again under the lock: the other one is at work
        giving.confirm_run(stale, DUE, by=a_manager("BE-WAL"), at=AT)
    jobs.give(run.id, at=AT)
    assert get_run(run.id).state == RunState.CONFIRMED
    assert given_to(there)


def test_conflicts_and_earlier_answers_are_forbidden_and_too_few_experts_are_named():
    application = an_eligible_application()
    wanted = application.instrument.plan.experts_per_application
    employed = an_expert(employer=application.organisation.name)
    refused = an_expert()
    refuse_assignment(an_assignment(application, refused), "No time.", by=refused.user, at=AT)
    run = a_reckoned_run()
    inputs = gather_inputs(run)
    assert {(application.id, employed.id), (application.id, refused.id)} <= inputs.forbidden
    assert run.state == RunState.IMPOSSIBLE
    assert run.lacks[0]["references"] == [application.reference]
    assert (run.lacks[0]["counts"]["ready"], run.lacks[0]["counts"]["asked"]) == (0, wanted)
    assert pairs_of(run) == set()
    reckoning.discard_run(run, by=a_manager(), at=AT)
    assert get_run(run.id).state == RunState.DISCARDED


def test_loads_and_numbers_of_the_question_are_kept():
    first, second = an_eligible_application(), an_eligible_application()
    experts = [an_expert(load_limit=1), an_expert()]
    run = a_reckoned_run(each=1, most=1)
    assert {one for one, _expert in pairs_of(run)} == {first.id, second.id}
    assert {expert for _one, expert in pairs_of(run)} == {expert.id for expert in experts}


def test_pins_and_exclusions_hold_for_the_next_proposal():
    application = an_eligible_application()
    pinned, excluded, employed = an_expert(), an_expert(), an_expert(employer=application.organisation.name)
    for _number in range(2):
        an_expert()
    manager = a_manager()
    wishing.exclude_pair(application, pinned, by=manager, at=AT)
    wish = wishing.pin_pair(get_application(application.id), pinned, by=manager, at=AT)
    assert find_wish(application.id, pinned.id).id == wish.id
    wishing.exclude_pair(get_application(application.id), excluded, by=manager, at=AT)
    with pytest.raises(RuleBroken, match="cannot be assigned"):
        wishing.pin_pair(get_application(application.id), get_expert(employed.id), by=manager, at=AT)
    stranger = a_manager("NL-NB")
    for press in (wishing.pin_pair, wishing.exclude_pair):
        with pytest.raises(NotPermitted):
            press(get_application(application.id), get_expert(pinned.id), by=stranger, at=AT)
    found = {expert for _one, expert in pairs_of(a_reckoned_run())}
    assert pinned.id in found
    assert excluded.id not in found
    with pytest.raises(NotPermitted):
        wishing.drop_wish(wish, by=stranger, at=AT)
    wishing.drop_wish(wish, by=manager, at=AT)
    assert find_wish(application.id, pinned.id) is None


def test_answers_can_be_changed_but_a_conflict_stays():
    application, expert = an_eligible_application(), an_expert()

    def answer(word, by=None):
        wishing.answer_bid(get_application(application.id), expert, word, by=by or expert.user, at=AT)
        return map_bids(expert.id, [application.id])[application.id].answer

    assert answer(BidAnswer.NO) is BidAnswer.NO
    assert answer(BidAnswer.YES) is BidAnswer.YES
    with pytest.raises(NotPermitted):
        answer(BidAnswer.NO, by=an_expert().user)
    assert answer(BidAnswer.CONFLICT) is BidAnswer.CONFLICT
    assert answer(BidAnswer.YES) is BidAnswer.CONFLICT
    with pytest.raises(RuleBroken, match=r"cannot be assigned. This expert has declared a conflict"):
        an_assignment(get_application(application.id), get_expert(expert.id))
    finding = look_at(application, expert).conflicts[0]
    with pytest.raises(NotPermitted, match="Nobody can clear"):
        clear_conflict(look_at(application, expert), finding.key, "A slip.", by=a_manager(), at=AT)
    with pytest.raises(RuleBroken, match="cannot be assigned"):
        wishing.pin_pair(get_application(application.id), get_expert(expert.id), by=a_manager(), at=AT)
    other = an_expert()
    with pytest.raises(NotPermitted):
        wishing.answer_bid(get_application(application.id), other, BidAnswer.YES, by=expert.user, at=AT)


@pytest.mark.parametrize("verb", ["start", "report", "propose", "find_impossible", "give", "finish", "hand_on"])
def test_what_the_office_does_by_itself_nobody_presses(verb):
    an_eligible_application()
    run, manager = an_asked_run(), a_manager()
    assert MATCHING_RUN.transitions[verb].allowed(OFFICE, run) is None
    assert MATCHING_RUN.transitions[verb].allowed(manager, run) is not None


@pytest.mark.parametrize("verb", ["ask", "cancel", "confirm", "discard"])
def test_another_regions_manager_and_a_finance_officer_press_nothing(verb):
    an_eligible_application()
    run = an_asked_run()
    assert MATCHING_RUN.transitions[verb].allowed(a_manager(), run) is None
    for other in (a_manager("NL-NB"), a_member_of_staff(Role.FINANCE_OFFICER, "in2lifesciences", "BE-WAL")):
        assert MATCHING_RUN.transitions[verb].allowed(other, run) is not None
    assert (BID.kind, WISH.kind) == ("bid", "wish")


@pytest.mark.postgres
def test_two_managers_who_ask_at_the_same_moment_are_told_apart_by_the_database(app):
    from concurrent.futures import ThreadPoolExecutor

    an_eligible_application()
    managers = [a_manager().id, a_member_of_staff(Role.CLUSTER_MANAGER, "in2lifesciences", "BE-WAL").id]

    def press(user_id):
        with app.app_context():
            try:
                an_asked_run(by=get_user(user_id))
            except RuleBroken:
                return "refused"
            return "asked"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, managers)) == ["asked", "refused"]
    events = select(func.count(AuditEvent.id)).where(AuditEvent.tag == "matching_run.ask")
    assert db.session.scalar(events) == 1


@pytest.mark.postgres
def test_of_two_managers_who_confirm_at_the_same_moment_one_assigns_and_the_other_is_told(app):
    application = an_eligible_application()
    wanted = application.instrument.plan.experts_per_application
    for _number in range(wanted):
        an_expert()
    run_id = a_reckoned_run().id
    managers = [a_manager().id, a_member_of_staff(Role.CLUSTER_MANAGER, "in2lifesciences", "BE-WAL").id]
    told = at_once(
        app, *(lambda one=one: giving.confirm_run(get_run(run_id), DUE, by=get_user(one), at=AT) for one in managers)
    )
    assert sorted(told)[1] == "done"
    assert "Someone was faster" in sorted(told)[0]
    assert at_once(app, *[lambda: jobs.give(run_id, at=AT)] * 2) == ["done", "done"]
    assert db.session.scalar(select(func.count(Assignment.id))) == wanted
    assert get_run(run_id).state == RunState.CONFIRMED


@pytest.mark.postgres
def test_of_two_managers_who_give_an_experts_last_place_at_once_one_is_told_that_it_is_taken(app):
    here, there, expert = an_eligible_application(), an_eligible_application(region="NL-NB"), an_expert(load_limit=1)
    ids = [(here.id, a_manager("BE-WAL").id), (there.id, a_manager("NL-NB").id)]

    def give(application_id, user_id):
        assign_expert(get_application(application_id), get_expert(expert.id), by=get_user(user_id), at=AT)

    told = at_once(app, *(lambda pair=pair: give(*pair) for pair in ids))
    assert sorted(told) == ["This expert has 1 application of this call, which is the limit.", "done"]
    assert len(given_to(here)) + len(given_to(there)) == 1
