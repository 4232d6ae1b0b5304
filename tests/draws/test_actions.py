"""The steps of a draw, from the frozen pool to the result, and what is refused on the way."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.builders.draws import NUMBERS, a_source, an_announced_draw
from tests.builders.evaluation import a_manager, an_eligible_application
from tests.builders.programmes import IN2_FILE, a_programme, during_call
from tests.builders.users import a_member_of_staff
from vouchers.applications.actions.recusing import lift_recusal, recuse
from vouchers.applications.queries.files import get_application
from vouchers.audit.models import AuditDetail, AuditEvent
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.decisions.actions.deciding import award_decision
from vouchers.decisions.actions.drawing import freeze_pool
from vouchers.decisions.queries.entries import get_contest_of
from vouchers.draws import actions, secrets
from vouchers.draws.lifecycle import DRAW
from vouchers.draws.queries import get_draw
from vouchers.draws.rules.lots import keystring
from vouchers.draws.rules.sources import as_numbers
from vouchers.users.states import Role

AFTER = during_call().replace(year=2027, month=4, day=2)
LATER = AFTER + timedelta(days=2)
NAMED = """
    draw: {source: Lotto, source_url: "https://lotto.example", numbers: 6 of 45, held_at: 2027-04-03 20:00}
    two_persons: yes
    survey_months: [6, 12]"""


def a_lottery(settings="", euros=100_000):
    text = IN2_FILE.read_text(encoding="utf-8").replace(
        "{region: BE-WAL, amount: 100000}", f"{{region: BE-WAL, amount: {euros}}}"
    )
    text = text.replace("{BE-WAL: 100000,", f"{{BE-WAL: {euros},").replace("all: 800000", f"all: {700_000 + euros}")
    before, code, rest = text.partition('code: "2026-1"')
    return a_programme(before + code + rest.replace("    allocation: ranking", f"    allocation: lottery{settings}", 1))


@pytest.fixture
def contest(app):
    a_lottery()
    found = [an_eligible_application("MG") for _ in range(3)]
    return get_contest_of(found[0])


@pytest.fixture
def named_contest(app):
    a_lottery(NAMED)
    return get_contest_of(an_eligible_application("MG"))


def a_second_manager():
    return a_member_of_staff(Role.CLUSTER_MANAGER, at=AFTER, email="second@office.example")


def record_of(draw):
    """All that the record tells of draws, as text. (The text of a row would be cut in the middle.)"""
    found = select(AuditDetail.body).join(AuditEvent, AuditDetail.event_id == AuditEvent.id)
    details = db.session.scalars(found.where(AuditEvent.subject_kind == "draw").order_by(AuditEvent.id))
    return json.dumps(details.all())


def test_freezing_announces_the_source_that_the_call_names_with_a_commitment(named_contest):
    draw = get_draw(freeze_pool(named_contest, by=a_manager(), at=AFTER).id)
    assert draw.state == "announced"
    assert (str(draw.source_text), draw.expected) == ("Lotto", [[6, 45]])
    secret = secrets.reveal(draw.sealed_secret, draw.commitment)
    told = record_of(draw)
    assert draw.commitment in told
    assert secret not in told
    assert draw.sealed_secret not in told


def test_who_has_stepped_back_from_one_of_the_pool_takes_no_step_of_its_draw(contest):
    manager, other = a_manager(), a_second_manager()
    application = get_application(contest.places[0].entry.key)
    recusal = recuse(application, "My sister works there.", by=manager, at=AFTER)
    draw = freeze_pool(contest, by=other, at=AFTER)
    steps = [
        lambda: actions.announce_draw(draw, a_source(AFTER + timedelta(days=1)), by=person, at=AFTER),
        lambda: actions.enter_numbers(draw, NUMBERS, by=person, at=LATER),
        lambda: actions.correct_numbers(draw, "1 2 3 4 5 6", "Typed wrong.", by=person, at=LATER),
        lambda: actions.run_draw(draw, by=person, at=LATER),
    ]
    for step in steps:
        person = manager
        with pytest.raises(NotPermitted, match=f"{application.reference}: You have stepped back"):
            step()
        person = other
        step()
    assert get_draw(draw.id).state == "drawn"
    assert DRAW.freeze.allowed(manager, draw) is not None
    lift_recusal(recusal, "She has left.", by=other, at=LATER)
    assert DRAW.freeze.allowed(manager, draw) is None


def test_a_pool_is_frozen_by_somebody_who_has_stepped_back_from_nobody_in_it(contest):
    manager = a_manager()
    recuse(get_application(contest.places[0].entry.key), "My sister works there.", by=manager, at=AFTER)
    with pytest.raises(NotPermitted, match="You have stepped back"):
        freeze_pool(contest, by=manager, at=AFTER)


def test_a_source_that_may_have_drawn_before_the_freezing_is_not_announced(named_contest):
    manager = a_manager()
    draw = freeze_pool(named_contest, by=manager, at=LATER)
    assert draw.state == "frozen"
    with pytest.raises(RuleBroken, match="may be known already"):
        actions.announce_draw(draw, actions.named_by(draw.call), by=manager, at=LATER)
    actions.announce_draw(draw, a_source(LATER + timedelta(days=7)), by=manager, at=LATER)
    assert get_draw(draw.id).state == "announced"


def test_a_draw_is_not_started_before_its_pool_is_frozen_or_its_source_has_drawn(contest):
    manager = a_manager()
    draw = freeze_pool(contest, by=manager, at=AFTER)
    with pytest.raises(WrongState):
        actions.enter_numbers(draw, NUMBERS, by=manager, at=LATER)
    with pytest.raises(WrongState):
        actions.run_draw(draw, by=manager, at=LATER)
    actions.announce_draw(draw, a_source(LATER), by=manager, at=AFTER)
    with pytest.raises(RuleBroken, match="Enter its numbers after that"):
        actions.enter_numbers(draw, NUMBERS, by=manager, at=LATER - timedelta(seconds=1))


def test_numbers_are_corrected_once_and_both_are_kept(contest):
    manager = a_manager()
    draw = an_announced_draw(contest, by=manager, at=AFTER)
    actions.enter_numbers(draw, "4 8 15 16 23 41", by=manager, at=LATER)
    with pytest.raises(RuleBroken, match="same numbers"):
        actions.correct_numbers(draw, "4 8 15 16 23 41", "?", by=manager, at=LATER)
    actions.correct_numbers(draw, NUMBERS, "A slip of the finger.", by=manager, at=LATER)
    with pytest.raises(NotPermitted, match="only once"):
        actions.correct_numbers(draw, "1 2 3 4 5 6", "Again", by=manager, at=LATER)
    actions.run_draw(draw, by=manager, at=LATER)
    draw = get_draw(draw.id)
    assert draw.typed == [["4", "8", "15", "16", "23", "41"]]
    assert draw.keystring == keystring(as_numbers([NUMBERS.split()]), draw.secret)
    assert (draw.sealed_secret, secrets.commitment_to(draw.secret)) == (None, draw.commitment)


def a_run_draw(contest, manager):
    draw = an_announced_draw(contest, by=manager, at=AFTER)
    actions.enter_numbers(draw, "4 8 15 16 23 41", by=manager, at=LATER)
    actions.run_draw(draw, by=manager, at=LATER)
    return get_draw(draw.id)


def test_a_run_is_set_aside_by_two_persons_and_kept_for_ever(contest):
    manager, second = a_manager(), a_second_manager()
    draw = a_run_draw(contest, manager)
    first, secret = (draw.keystring, draw.result, draw.run_at), draw.secret
    with pytest.raises(WrongState):
        actions.correct_numbers(draw, NUMBERS, "A slip.", by=manager, at=LATER)
    actions.propose_correction(draw, NUMBERS, "A slip.", by=manager, at=LATER)
    assert (draw.state, draw.result, draw.used) == ("disputed", first[1], [["4", "8", "15", "16", "23", "41"]])
    application = get_contest_of_first(contest, draw.result[0])
    with pytest.raises(RuleBroken, match="Other numbers are proposed"):
        award_decision(application, None, by=manager, at=LATER)
    with pytest.raises(NotPermitted, match="somebody else must decide"):
        actions.confirm_correction(draw, by=manager, at=LATER)
    actions.confirm_correction(draw, by=second, at=LATER)
    assert (draw.state, draw.result) == ("numbered", None)
    actions.run_draw(draw, by=manager, at=LATER + timedelta(hours=1))
    draw = get_draw(draw.id)
    assert (draw.first_keystring, draw.first_result, draw.first_run_at) == first
    assert draw.keystring == keystring(as_numbers([NUMBERS.split()]), secret)
    with pytest.raises(NotPermitted, match="only once"):
        actions.propose_correction(draw, "1 2 3 4 5 6", "Again.", by=second, at=LATER)


def test_a_run_is_kept_where_the_second_person_finds_it_right(contest):
    manager, second = a_manager(), a_second_manager()
    draw = a_run_draw(contest, manager)
    before = draw.result
    actions.propose_correction(draw, NUMBERS, "A slip.", by=manager, at=LATER)
    actions.refuse_correction(draw, "Looked it up: 41.", by=second, at=LATER)
    draw = get_draw(draw.id)
    assert (draw.state, draw.result, draw.corrected, draw.set_aside_at) == ("drawn", before, None, None)


def test_what_was_awarded_by_a_draw_is_not_drawn_again(contest):
    manager = a_manager()
    draw = an_announced_draw(contest, by=manager, at=AFTER)
    actions.enter_numbers(draw, NUMBERS, by=manager, at=LATER)
    actions.run_draw(draw, by=manager, at=LATER)
    fresh = get_contest_of_first(contest, get_draw(draw.id).result[0])
    award_decision(fresh, None, by=manager, at=LATER)
    with pytest.raises(RuleBroken, match="decided already"):
        actions.propose_correction(draw, "1 2 3 4 5 6", "A slip.", by=manager, at=LATER)


def get_contest_of_first(contest, reference):
    from vouchers.applications.models import Application

    return db.session.scalars(select(Application).where(Application.reference == reference)).one()


def test_whoever_typed_the_numbers_that_count_does_not_run_a_draw_of_two_persons(named_contest):
    manager, second = a_manager(), a_second_manager()
    draw = freeze_pool(named_contest, by=manager, at=AFTER)
    actions.enter_numbers(draw, "4 8 15 16 23 41", by=manager, at=LATER)
    actions.correct_numbers(draw, NUMBERS, "A slip.", by=second, at=LATER)
    with pytest.raises(NotPermitted, match="a second person"):
        actions.run_draw(draw, by=second, at=LATER)
    actions.run_draw(draw, by=manager, at=LATER)
    assert get_draw(draw.id).run_by_id == manager.id


def test_the_coordinator_is_the_second_person_of_a_region_with_one_manager(named_contest):
    manager = a_manager()
    coordinator = a_member_of_staff(Role.COORDINATOR, at=AFTER)
    draw = freeze_pool(named_contest, by=manager, at=AFTER)
    with pytest.raises(NotPermitted):
        actions.enter_numbers(draw, NUMBERS, by=coordinator, at=LATER)
    actions.enter_numbers(draw, NUMBERS, by=manager, at=LATER)
    assert [row.verb for row in DRAW.open_to(manager, draw)] == ["correct_numbers"]
    assert [row.verb for row in DRAW.open_to(coordinator, draw)] == ["run"]
    actions.run_draw(draw, by=coordinator, at=LATER)
    assert get_draw(draw.id).run_by_id == coordinator.id


def test_every_step_is_the_managers_of_the_region(contest):
    manager, stranger = a_manager(), a_manager("NL-GE")
    draw = freeze_pool(contest, by=manager, at=AFTER)
    with pytest.raises(NotPermitted):
        actions.announce_draw(draw, a_source(LATER), by=stranger, at=AFTER)
    actions.announce_draw(draw, a_source(LATER), by=manager, at=AFTER)
    with pytest.raises(NotPermitted):
        actions.enter_numbers(draw, NUMBERS, by=stranger, at=LATER)
    actions.enter_numbers(draw, NUMBERS, by=manager, at=LATER)
    with pytest.raises(NotPermitted):
        actions.correct_numbers(draw, NUMBERS, "?", by=stranger, at=LATER)
    with pytest.raises(NotPermitted):
        actions.run_draw(draw, by=stranger, at=LATER)
