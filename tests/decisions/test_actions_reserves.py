"""The reserve list moves by itself: in its order, once, and never past one whom a person must look at."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from tests.builders.agreements import asked_for
from tests.builders.applications import owner_of
from tests.builders.deciding import at_once, in2_with
from tests.builders.evaluation import a_decision, a_manager, an_evaluated_application
from tests.builders.experts import an_expert
from tests.builders.programmes import during_call
from tests.builders.users import a_member_of_staff
from vouchers.agreements.actions.ending import decline_award, lapse_award
from vouchers.agreements.actions.issuing import issue_agreement
from vouchers.agreements.jobs import lapse_awards
from vouchers.applications.queries.files import get_application
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotPermitted, RuleBroken
from vouchers.core.money import EUR
from vouchers.decisions import jobs, letters
from vouchers.decisions.actions import conditions
from vouchers.decisions.actions.deciding import award_decision
from vouchers.decisions.models import Decision, QueueHold
from vouchers.decisions.queries.conditions import list_conditions
from vouchers.decisions.queries.contests import find_decision
from vouchers.decisions.queries.reserves import Reserve
from vouchers.decisions.rules.ranking import Entry, places
from vouchers.decisions.rules.sessions import Condition
from vouchers.decisions.states import DecisionState
from vouchers.jobs.models import QueuedJob
from vouchers.ledger.proof import list_faults
from vouchers.letters.models import Letter
from vouchers.programmes.rules.plan import CutPolicy
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

AT = during_call()
LATER = AT + timedelta(days=1)
MARKS = [{"novelty": mark, "benefit": "5", "partnership": "5"} for mark in ("5", "4", "3")]


def ranked(amounts=("7000", "7000", "4000"), **how):
    """Three on three places; the first is awarded, the others are on the reserve list."""
    experts = [an_expert(), an_expert()]
    found = [
        an_evaluated_application(experts=experts, marks=marks, amount=amount, **how)
        for marks, amount in zip(MARKS, amounts, strict=True)
    ]
    a_decision(found[0])
    for application in found[1:]:
        a_decision(application, "reserve")
    return [get_application(one.id) for one in found]


def decline(application, at=LATER):
    decline_award(application, "We found the money elsewhere.", by=owner_of(application), at=at)


def walk(application, **how):
    jobs.walk_queue(call_id=application.call_id, region_id=application.region_id, at=LATER, **how)


def states(applications):
    return [get_application(one.id).state.value for one in applications]


def test_the_letter_names_the_place_on_the_reserve_list(app):
    in2_with(10_000)
    found = ranked()
    told = {decision.application_id: decision for decision in map(find_decision, [one.id for one in found])}
    for application, place in zip(found, ("", "1", "2"), strict=True):
        reader = owner_of(application)
        newest = select(Letter.body).where(Letter.to_email == reader.email, Letter.occasion.like("decisions/%"))
        (body,) = db.session.scalars(newest)
        assert (f"Place on the reserve list today: {place}." in body) is bool(place)
        own = letters.try_wording("{reference}", "Place {place}.", told[application.id], reader, "en", at=AT)
        assert own[1].startswith(f"Place {place or '–'}.")


def test_a_declined_award_goes_to_the_next_once_with_ledger_letter_and_record(app):
    in2_with(10_000)
    found = ranked()
    jobs.walk_queues(at=AT)
    assert states(found) == ["awarded", "reserved", "reserved"]

    decline(found[0])
    walks = select(QueuedJob).where(QueuedJob.name == "decisions.walk_queue").order_by(QueuedJob.id)
    promised = db.session.scalars(walks).all()
    assert promised[-1].arguments["is_freed"]
    walk(found[0])
    walk(found[0], is_freed=True)

    assert states(found) == ["lapsed", "awarded", "reserved"]
    decision = find_decision(found[1].id)
    assert (decision.amount, decision.rank, decision.decided_by_id) == (EUR("7000"), 2, None)
    assert "reserve list" in decision.reason
    wanted = select(Letter.to_email).where(Letter.occasion == "decisions/award").order_by(Letter.id)
    assert db.session.scalars(wanted).all()[-1] == owner_of(found[1]).email
    assert list(list_faults()) == []


def test_with_a_strict_stop_a_smaller_wish_never_passes_a_better_place(app):
    in2_with(10_000)
    found = ranked(amounts=("4000", "7000", "4000"))  # 6,000 are left: too little for the second, enough for the third
    walk(found[0], is_freed=True)
    assert states(found) == ["awarded", "reserved", "reserved"]


def test_the_next_who_cannot_be_awarded_is_held_and_its_money_kept(app):
    in2_with(10_000, prior_approval=True)
    experts = [an_expert(), an_expert()]
    tomorrow = {"activity_start": LATER.date().isoformat(), "activity_end": "2027-03-01"}
    answers = ({}, tomorrow, {})
    found = [
        an_evaluated_application(experts=experts, marks=marks, answers=answer)
        for marks, answer in zip(MARKS, answers, strict=True)
    ]
    a_decision(found[0])
    for application in found[1:]:
        a_decision(application, "reserve")
    decline(get_application(found[0].id))
    walk(found[0])
    walk(found[0])
    assert states(found) == ["lapsed", "reserved", "reserved"]
    (hold,) = db.session.scalars(select(QueueHold)).all()
    assert hold.application_id == found[1].id
    assert "cannot be approved any more" in hold.reasons[0]["sentence"]
    (letter,) = db.session.scalars(select(Letter).where(Letter.occasion == "decisions/hold")).all()
    assert letter.to_email == a_manager().email


def test_between_those_who_share_a_place_no_order_decides(app):
    in2_with(10_000)
    experts = [an_expert(), an_expert()]
    marks = [MARKS[0], MARKS[1], MARKS[1]]
    found = [an_evaluated_application(experts=experts, marks=one) for one in marks]
    a_decision(found[0])
    for application in found[1:]:
        a_decision(application, "reserve")
    decline(get_application(found[0].id))
    walk(found[0])
    assert states(found) == ["lapsed", "reserved", "reserved"]
    assert "shares its place" in db.session.scalars(select(QueueHold)).one().reasons[0]["sentence"]


def test_two_workers_move_the_list_once(app):
    in2_with(10_000)
    found = ranked()
    decline(found[0])
    place = {"call_id": found[0].call_id, "region_id": found[0].region_id, "at": LATER}
    db.session.rollback()
    assert at_once(app, *[lambda: jobs.walk_queue(**place)] * 3) == ["done"] * 3
    awarded = db.session.scalars(select(Decision.application_id).where(Decision.state == DecisionState.AWARDED))
    assert sorted(awarded) == sorted([found[0].id, found[1].id])
    assert list(list_faults()) == []


def test_whom_an_appeal_puts_first_comes_before_those_of_earlier_rounds():
    def round_of(*entries):
        shared = {"left": EUR("10"), "policy": CutPolicy.STRICT_STOP, "slots": None}
        found = places(entries, EUR("10"), CutPolicy.STRICT_STOP)
        return SimpleNamespace(places=found, under_way=0, is_by_lot=False, **shared)

    early = round_of(Entry(1, (9,), EUR("10")), Entry(2, (8,), EUR("10")))
    late = round_of(Entry(3, (9,), EUR("10")), Entry(4, (1,), EUR("10"), stands_first=True))
    reserve = Reserve((early, late), frozenset({1, 2, 3, 4}), {})
    assert [place.entry.key for place in reserve.order] == [4, 1, 2, 3]
    assert [place.entry.key for place, _one in reserve.next_ones] == [4]
    assert reserve.numbers == {4: 1, 1: 2, 2: 3, 3: 4}


# Conditions ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def conditional(app):
    """An award under one condition."""
    in2_with(10_000)
    application = an_evaluated_application()
    asked = [Condition("Show the partner's signed offer.", AT.date())]
    award_decision(application, None, conditions=asked, by=a_manager(), at=AT)
    return get_application(application.id)


def test_the_agreement_waits_until_the_condition_is_met(conditional):
    (letter,) = db.session.scalars(select(Letter).where(Letter.occasion == "decisions/award")).all()
    assert "Show the partner's signed offer. (until" in letter.body
    with pytest.raises(RuleBroken, match="condition"):
        issue_agreement(conditional, asked_for(conditional), by=a_manager(), at=AT)
    (condition,) = list_conditions(conditional.id)
    with pytest.raises(RuleBroken):
        conditions.meet_condition(condition, " ", by=a_manager(), at=AT)
    conditions.meet_condition(condition, "Offer of 3 October seen.", by=a_manager(), at=AT)
    assert issue_agreement(get_application(conditional.id), asked_for(conditional), by=a_manager(), at=AT).id


def test_a_waiver_needs_a_second_person(conditional):
    (condition,) = list_conditions(conditional.id)
    conditions.ask_waiver(condition, "The partner has closed.", by=a_manager(), at=AT)
    with pytest.raises(NotPermitted, match="somebody else"):
        conditions.waive_condition(condition, by=a_manager(), at=AT)
    second = a_member_of_staff(Role.COORDINATOR, "in2lifesciences")
    conditions.keep_condition(condition, by=second, at=AT)
    conditions.ask_waiver(condition, "The partner has closed.", by=a_manager(), at=AT)
    conditions.waive_condition(condition, by=second, at=AT)
    assert [one.state.value for one in list_conditions(conditional.id)] == ["waived"]


def test_a_declined_award_takes_its_conditions_with_it(conditional):
    decline(conditional, AT)
    assert [one.state.value for one in list_conditions(conditional.id)] == ["lapsed"]


def test_an_award_lapses_with_its_condition_where_the_call_says_so_and_the_next_moves_up(app):
    in2_with(10_000, conditions_lapse=True)
    found = ranked()
    first = found[0]
    day = (AT + timedelta(days=20)).date()
    with unit_of_work():
        conditions.attach_conditions(
            find_decision(first.id), [Condition("Show the offer.", day)], by=a_manager(), at=AT
        )

    def occasions(occasion):
        return db.session.scalars(select(Letter).where(Letter.occasion == occasion)).all()

    jobs.remind_conditions(at=AT + timedelta(days=12))
    assert occasions("decisions/remind_condition") == []
    for _twice in range(2):
        jobs.remind_conditions(at=AT + timedelta(days=13))
    (letter,) = occasions("decisions/remind_condition")
    assert "Show the offer." in letter.body
    assert "the award lapses" in letter.body

    lapse_awards(at=AT + timedelta(days=20))
    assert states(found) == ["awarded", "reserved", "reserved"]
    (condition,) = list_conditions(first.id)
    with pytest.raises(RuleBroken, match="still time"):
        lapse_award(condition, by=OFFICE, at=AT + timedelta(days=20))
    with pytest.raises(NotPermitted):
        lapse_award(condition, by=a_manager(), at=AT + timedelta(days=21))
    conditions.ask_waiver(condition, "Not needed.", by=a_manager(), at=AT)
    lapse_awards(at=AT + timedelta(days=21))
    assert states(found) == ["awarded", "reserved", "reserved"]
    conditions.keep_condition(condition, by=a_member_of_staff(region="BE-WAL"), at=AT)
    for _twice in range(2):
        lapse_awards(at=AT + timedelta(days=21))
    assert states(found) == ["lapsed", "reserved", "reserved"]
    assert list_conditions(first.id)[0].state == "lapsed"
    assert len(occasions("agreements/lapse_award")) == 1
    walk(first, is_freed=True)
    assert states(found) == ["lapsed", "awarded", "reserved"]
    assert not list(list_faults())


def test_a_condition_waits_where_the_call_says_nothing(app):
    in2_with(10_000)
    first = ranked()[0]
    with unit_of_work():
        conditions.attach_conditions(find_decision(first.id), [Condition("Pay.", AT.date())], by=a_manager(), at=AT)
    lapse_awards(at=AT + timedelta(days=30))
    assert states([first]) == ["awarded"]
