"""Appeals where a lot decides: who was left out of the pool, and who was rejected in spite of its lot.

Nobody is drawn again and nobody loses what was granted: the same draw says where the appellant would have stood.
"""

from datetime import timedelta

import pytest

from tests.builders.appeals import a_coordinator, an_appeal_being_decided
from tests.builders.applications import a_submitted_application, owner_of
from tests.builders.deciding import decide as decide_session
from tests.builders.evaluation import a_manager, an_eligible_application
from tests.builders.users import a_member_of_staff, signed_in
from tests.draws.test_actions import AFTER, LATER, NAMED, a_lottery
from tests.stories.test_dutch_lottery import decide, letters
from vouchers.agreements.actions.ending import decline_award
from vouchers.appeals.actions import ruling
from vouchers.appeals.queries.files import get_appeal
from vouchers.applications.queries.files import get_application
from vouchers.core.money import EUR, Money
from vouchers.decisions.actions import sessions
from vouchers.decisions.actions.drawing import freeze_pool
from vouchers.decisions.actions.telling import announce_session
from vouchers.decisions.jobs import tell_session, walk_queue
from vouchers.decisions.queries.contests import find_decision
from vouchers.decisions.queries.entries import get_contest_of
from vouchers.decisions.queries.sessions import get_decision_session
from vouchers.draws import actions
from vouchers.draws.queries import get_draw
from vouchers.draws.rules.lots import draw as draw_lots
from vouchers.eligibility.states import Outcome
from vouchers.evaluation.actions.checks import find_ineligible
from vouchers.evaluation.rules.findings import Verdict
from vouchers.ledger.chart import Account
from vouchers.ledger.proof import list_faults
from vouchers.ledger.queries import stages
from vouchers.users.states import Role

OPENLY = NAMED.replace("held_at: 2027-04-03 20:00}", "held_at: 2027-04-03 20:00, secret: no}")
"""Without a secret, so that the same numbers draw the same order each time."""
RULED = LATER + timedelta(days=3)


def held(numbers):
    """Five are drawn, three are awarded, one is on the reserve list, one rejected; a sixth was left out by mistake."""
    a_lottery(OPENLY, euros=1_500)
    everybody = [an_eligible_application("MG") for _ in range(5)]  # EUR 500 each
    left_out = a_submitted_application("MG")
    first, second = a_manager(), a_member_of_staff(Role.CLUSTER_MANAGER, at=AFTER, email="second@office.example")
    wrong = {"provider": Verdict(Outcome.NOT_MET, "The partner owns it.")}
    find_ineligible(left_out, wrong, by=first, at=AFTER - timedelta(hours=1))
    draw = freeze_pool(get_contest_of(everybody[0]), by=first, at=AFTER)
    actions.enter_numbers(draw, numbers, by=first, at=LATER)
    actions.run_draw(draw, by=second, at=LATER)
    draw = get_draw(draw.id)
    decide(draw, without=draw.result[4], by=first, second=second, at=LATER)
    by_reference = {one.reference: one.id for one in everybody}
    return draw, [get_application(by_reference[one]) for one in draw.result], get_application(left_out.id), second


def uphold(application):
    appeal = an_appeal_being_decided(application, at=LATER + timedelta(days=1))
    ruling.uphold_appeal(get_appeal(appeal.id), "It was a mistake.", by=a_coordinator(), at=RULED)
    return get_application(application.id)


def give_back(application):
    at = RULED + timedelta(days=1)
    decline_award(get_application(application.id), "No.", by=owner_of(application), at=at)
    walk_queue(call_id=application.call_id, region_id=application.region_id, is_freed=True, at=at)


def states(*found):
    return [get_application(one.id).state.value for one in found]


@pytest.mark.parametrize(("numbers", "place"), [("4 8 15 16 23 42", 3), ("2 3 5 7 11 13", 5)])
def test_who_was_left_out_stands_where_the_same_draw_puts_it(app, clock, numbers, place):
    clock.stop(RULED)
    draw, drawn, left_out, second = held(numbers)
    left_out = uphold(left_out)
    assert states(left_out) == ["eligible"]
    again = [one.name for one in draw_lots(sorted([*draw.references, left_out.reference]), draw.keystring)]
    assert again.index(left_out.reference) + 1 == place
    contest = get_contest_of(left_out)
    order = [one.entry.key for one in contest.places]
    assert order.index(left_out.id) + 1 == place
    assert [one for one in order if one != left_out.id] == [one.id for one in drawn]

    session = sessions.prepare_session(contest, by=a_manager(), at=RULED)
    line = next(one for one in get_decision_session(session.id).lines if one.key == left_out.id)
    assert line.outcome.value == "reserve"  # the money is given, and stays so
    sessions.propose_session(get_decision_session(session.id), "", by=a_manager(), at=RULED)
    decide_session(get_decision_session(session.id), second, RULED)
    announce_session(get_decision_session(session.id), 1, by=second, at=RULED)
    tell_session(session_id=session.id, at=RULED)
    assert f"gives it place {place} of 6" in letters("decisions/reserve")[-1].body
    assert states(*drawn) == ["awarded"] * 3 + ["reserved", "rejected"]

    give_back(drawn[2])
    assert states(drawn[3], left_out) == (["reserved", "awarded"] if place < 5 else ["awarded", "reserved"])
    assert Money(stages(region="BE-WAL")[Account.PRE_COMMITTED.value]) == EUR("1500")
    assert list(list_faults()) == []


def test_who_was_rejected_in_spite_of_its_lot_waits_at_the_place_of_its_lot(app, client, clock):
    clock.stop(RULED)
    _draw, drawn, _left_out, _second = held("4 8 15 16 23 42")
    appeal = an_appeal_being_decided(drawn[4], at=LATER + timedelta(days=1))
    said = signed_in(client, a_coordinator()).get(f"/appeals/{appeal.id}/uphold").text
    assert "at the place of its lot" in said
    ruling.uphold_appeal(get_appeal(appeal.id), "It was not drawn last for that.", by=a_coordinator(), at=RULED)
    assert not find_decision(drawn[4].id).stands_first
    assert "at the place of its lot" in letters("appeals/uphold")[0].body
    give_back(drawn[0])
    assert states(*drawn) == ["lapsed", "awarded", "awarded", "awarded", "reserved"]
    give_back(drawn[1])
    assert states(*drawn) == ["lapsed", "lapsed", "awarded", "awarded", "awarded"]
    assert list(list_faults()) == []
